package dev.trident.script;

import dev.trident.script.Descriptors.Descriptor;
import dev.trident.script.lang.Event.Ports;
import dev.trident.wire.Ipv4Header;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The flows of a script and which of them is under test. One becomes that when a listener gets a
 * SYN, or when a socket connects or sends for the first time, and stays so until the next one; a
 * packet with written ports belongs to the flow with these ports.
 */
final class Network {
  private static final int FIRST_PEER_PORT = 40_001;

  private final ScriptSettings settings;
  private final List<Flow> flows = new ArrayList<>();
  private @Nullable Flow current;

  /** Where connections begin passively, or datagrams arrive, unless ports are written. */
  private int servicePort;

  /** A listener was made after the flow under test: a SYN begins another one. */
  private boolean awaitsSyn;

  private int nextPeerPort = FIRST_PEER_PORT;

  Network(ScriptSettings settings) {
    this.settings = settings;
    servicePort = settings.bindPort();
  }

  @Nullable Flow current() {
    return current;
  }

  /** A socket listens on {@code port}, possibly again. */
  void onListen(int port) {
    if (port != Flow.UNKNOWN) {
      servicePort = port;
    }
    awaitsSyn = true;
  }

  /** A datagram socket was bound to {@code port}. */
  void onDatagramBind(int port) {
    if (port != Flow.UNKNOWN) {
      servicePort = port;
    }
    current = begin(Ipv4Header.PROTOCOL_UDP, servicePort, nextPeerPort++);
  }

  /** A socket connects, or sends its first datagram. */
  Flow onConnect(Descriptor socket, int address, int port) {
    int protocol = socket.stream ? Ipv4Header.PROTOCOL_TCP : Ipv4Header.PROTOCOL_UDP;
    Flow flow = new Flow(protocol, settings.stackAddress(), socket.boundPort, address, port);
    flows.add(flow);
    current = flow;
    awaitsSyn = false;
    socket.flow = flow;
    return flow;
  }

  private Flow begin(int protocol, int localPort, int peerPort) {
    Flow flow =
        new Flow(protocol, settings.stackAddress(), localPort, settings.peerAddress(), peerPort);
    flows.add(flow);
    return flow;
  }

  /** The flow of an accepted connection, by its peer's port; that under test if that says none. */
  @Nullable Flow accepted(List<Long> peer) {
    if (peer.size() > 1) {
      for (Flow flow : flows) {
        if (flow.remotePort() == peer.get(1) && flow.remoteAddress() == peer.get(0).intValue()) {
          return flow;
        }
      }
    }
    return current;
  }

  /**
   * The flow of an inbound packet, which begins one if it is a SYN to a listener or there is none.
   */
  Flow inbound(int protocol, boolean syn, @Nullable Ports ports) {
    if (ports != null) {
      Flow flow = Flow.find(flows, protocol, ports.destination(), ports.source());
      if (flow == null) {
        flow = begin(protocol, ports.destination(), ports.source());
        if (syn || current == null) {
          current = flow;
          awaitsSyn = false;
        }
      }
      return flow;
    }
    Flow flow = current;
    if (flow == null || (syn && awaitsSyn)) {
      flow = begin(protocol, servicePort, nextPeerPort++);
      current = flow;
      awaitsSyn = false;
    }
    return flow;
  }

  /** The flow of an expected packet; null if there can be none. */
  @Nullable Flow outbound(int protocol, @Nullable Ports ports) {
    return ports == null
        ? current
        : Flow.find(flows, protocol, ports.source(), ports.destination());
  }
}
