package dev.trident.script;

import dev.trident.script.lang.Event.Direction;
import org.jspecify.annotations.Nullable;

/**
 * A connection as the script and as the stack see it: addresses, ports, and the difference between
 * written and live sequence numbers.
 *
 * <p>The peer's numbers are live as written. In a packet with SYN the stack's numbers are shifted
 * by the difference of the two initial numbers; in all others both sides' numbers are offsets from
 * the live initial number, whatever number the SYN showed.
 */
final class Flow {
  /** Of a port not known yet. */
  static final int UNKNOWN = 0;

  private static final long MASK = 0xffff_ffffL;

  private final int protocol;
  private final int localAddress;
  private final int remoteAddress;
  private final int remotePort;
  private final TimestampTranslation timestamps = new TimestampTranslation();
  private int localPort;

  private boolean localKnown;
  private int liveLocalIsn;
  private int scriptLocalIsn;

  private boolean remoteKnown;
  private int remoteIsn;

  /** Number of the last SYN without ACK injected; it may begin a new incarnation. */
  private int lastSyn;

  private boolean mayReopen;

  /** The script's descriptor of this connection, or -1. */
  private int descriptor = -1;

  /**
   * @param localPort {@link #UNKNOWN} until the first live packet shows it
   */
  Flow(int protocol, int localAddress, int localPort, int remoteAddress, int remotePort) {
    this.protocol = protocol;
    this.localAddress = localAddress;
    this.localPort = localPort;
    this.remoteAddress = remoteAddress;
    this.remotePort = remotePort;
  }

  int protocol() {
    return protocol;
  }

  int localAddress() {
    return localAddress;
  }

  int localPort() {
    return localPort;
  }

  int remoteAddress() {
    return remoteAddress;
  }

  int remotePort() {
    return remotePort;
  }

  int descriptor() {
    return descriptor;
  }

  void descriptor(int number) {
    descriptor = number;
  }

  TimestampTranslation timestamps() {
    return timestamps;
  }

  /** Whether a live packet that left is of this flow; the first one may tell the local port. */
  boolean isSenderOf(LivePacket packet) {
    boolean ports = (packet.isTcp() || packet.isUdp()) && packet.protocol() == protocol;
    if (!ports
        || packet.destination() != remoteAddress
        || packet.destinationPort() != remotePort
        || packet.source() != localAddress) {
      return false;
    }
    if (localPort == UNKNOWN && (packet.isUdp() || packet.has(TcpFlag.SYN))) {
      localPort = packet.sourcePort();
    }
    return packet.sourcePort() == localPort;
  }

  // ---- initial sequence numbers -------------------------------------------------------------

  /** The script injects a SYN, with ACK or without. */
  void onInboundSyn(int sequence, boolean ack) {
    if (!remoteKnown) {
      remoteKnown = true;
      remoteIsn = sequence;
    } else if (!ack && sequence != remoteIsn) {
      mayReopen = true;
    }
    lastSyn = sequence;
  }

  /** A RST has passed, so that another SYN begins another connection. */
  void onReset() {
    mayReopen = true;
  }

  /**
   * The stack has sent a SYN, with ACK or without.
   *
   * @param scriptSequence what the script's line shows
   */
  void onOutboundSyn(int liveSequence, long scriptSequence) {
    boolean reopened = mayReopen && liveSequence != liveLocalIsn;
    if (!localKnown || reopened) {
      localKnown = true;
      liveLocalIsn = liveSequence;
      scriptLocalIsn = (int) scriptSequence;
    }
    if (reopened && remoteKnown) {
      remoteIsn = lastSyn;
      mayReopen = false;
    }
  }

  private int localOffset(boolean syn) {
    return syn ? liveLocalIsn - scriptLocalIsn : liveLocalIsn;
  }

  private int remoteOffset(boolean syn) {
    return syn ? 0 : remoteIsn;
  }

  /** What is added to a written sequence number of a packet in {@code direction}. */
  private int sequenceOffset(Direction direction, boolean syn) {
    return direction == Direction.OUTBOUND ? localOffset(syn) : remoteOffset(syn);
  }

  private int acknowledgmentOffset(Direction direction, boolean syn) {
    return direction == Direction.OUTBOUND ? remoteOffset(syn) : localOffset(syn);
  }

  int liveSequence(Direction direction, boolean syn, long written) {
    return (int) written + sequenceOffset(direction, syn);
  }

  int liveAcknowledgment(Direction direction, boolean syn, long written) {
    return (int) written + acknowledgmentOffset(direction, syn);
  }

  long scriptSequence(Direction direction, boolean syn, int live) {
    return live - sequenceOffset(direction, syn) & MASK;
  }

  long scriptAcknowledgment(Direction direction, boolean syn, int live) {
    return live - acknowledgmentOffset(direction, syn) & MASK;
  }

  /** Ports and addresses, for messages. */
  @Override
  public String toString() {
    return "flow :" + localPort + " - :" + remotePort;
  }

  /** The flow of a written pair of ports, for a map. */
  static @Nullable Flow find(Iterable<Flow> flows, int protocol, int localPort, int remotePort) {
    for (Flow flow : flows) {
      if (flow.protocol == protocol
          && flow.localPort == localPort
          && flow.remotePort == remotePort) {
        return flow;
      }
    }
    return null;
  }
}
