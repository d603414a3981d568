package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.time.Deadline;
import dev.trident.trace.Counter;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.TcpHeader;
import java.util.Objects;

/**
 * What a sender does while the peer's window keeps it from sending anything (RFC 9293 sections
 * 3.8.6.1 and 3.8.6.2.1). Exists from the first time on that a connection has to wait so.
 */
final class WindowProbing {
  /** How long a segment may be held back when nothing is in flight (section 3.8.6.2.1). */
  private static final long OVERRIDE_NANOS = 200_000_000L;

  private final Connection connection;
  private final Sender sender;

  /** The octet at SND.NXT was sent as a probe: the peer may have taken it. */
  private boolean octetProbed;

  /** Probes since the window closed: the exponent of their interval. */
  private int probes;

  /** Probes since the peer was last heard of. */
  private int unansweredProbes;

  WindowProbing(Connection connection, Sender sender) {
    this.connection = connection;
    this.sender = sender;
  }

  /** Nothing may be sent and nothing is in flight: only a timer can bring this on. */
  void start(boolean heldForMark, long nowNanos) {
    RttEstimator rtt = sender.rtt();
    long delay =
        sender.sndWnd() == 0
            ? rtt.probeNanos(probes)
            : heldForMark ? rtt.rtoNanos() : OVERRIDE_NANOS;
    connection.timers().persistAt(Deadline.after(nowNanos, delay));
  }

  /** The peer has acknowledged something, if only what it had before. */
  void onHeard() {
    unansweredProbes = 0;
  }

  void onWindowOpened() {
    probes = 0;
  }

  /** What was probed has been sent in order. */
  void onTransmitted() {
    octetProbed = false;
  }

  /** Whether an acknowledgment of one octet beyond SND.NXT may be taken. */
  boolean isOctetProbed() {
    return octetProbed;
  }

  /**
   * The window is still zero: asks for it. A probe is not counted against the retransmission limit
   * as long as the peer answers.
   */
  void onExpired(long nowNanos) {
    int limit = sender.retransmission().dataRetries();
    if (unansweredProbes >= limit || (connection.isOrphan() && probes >= limit)) {
      connection.onGivenUp();
      return;
    }
    probes++;
    unansweredProbes++;
    connection.layer().counters().increment(Counter.TCP_ZERO_WINDOW_PROBES);
    sendProbe();
    start(false, nowNanos);
  }

  /**
   * Sends the next octet, which the peer will take once it has room, or a segment without data just
   * below the window; either must be answered. SND.NXT stays before the octet: unless the peer
   * takes it, it is to be sent again with what follows it.
   */
  private void sendProbe() {
    TcpLayer layer = connection.layer();
    Packet next = Objects.requireNonNull(sender.buffer().unsent());
    Packet probe =
        layer.profile().probing().windowProbesCarryData()
            ? Probe.firstOctet(next, layer.pool())
            : null;
    if (probe == null) {
      layer.transmitter().sendControl(connection, sender.sndNxt() - 1, TcpHeader.ACK);
    } else {
      octetProbed |= layer.transmitter().send(connection, probe, TcpHeader.ACK, Ipv4Header.NOT_ECT);
      probe.release();
    }
  }

  /**
   * The peer has taken the octet of a probe: it is in flight from now on, and sent more than once,
   * so that it is no measure of the round trip. False if memory is out.
   */
  boolean takeOctet(long nowNanos) {
    TcpLayer layer = connection.layer();
    SendBuffer buffer = sender.buffer();
    Packet octet = Objects.requireNonNull(buffer.unsent());
    if (octet.payloadBytes > 1) {
      octet = buffer.splitUnsent(1, layer.pool(), layer.counters());
      if (octet == null) {
        return false;
      }
    }
    buffer.onTransmitted(octet, nowNanos);
    octet.transmissions = 2;
    octet.control = 0;
    octetProbed = false;
    return true;
  }

  /** Probes since the window closed. */
  int probes() {
    return probes;
  }
}
