package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import dev.trident.trace.Counter;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.SequenceNumber;
import dev.trident.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a connection: takes acknowledgments, and decides what may be sent and when.
 * It counts in {@link SendVariables}, and opens in {@link SendOpening}; how a segment leaves is
 * {@link Transmitter}'s.
 */
final class Sender extends SendOpening {
  /** Fixed once both have said whether they do SACK. */
  private LossRecovery recovery;

  /** Null until something urgent is sent. */
  private @Nullable SendUrgent urgent;

  /** Null until the peer's window has kept everything back. */
  private @Nullable WindowProbing probing;

  Sender(Connection connection, TcpProfile profile) {
    super(connection, profile);
    recovery = cumulativeRecovery(profile);
  }

  private LossRecovery cumulativeRecovery(TcpProfile profile) {
    return profile.repair().goBackN()
        ? new GoBackNRecovery(connection, this)
        : new NewRenoRecovery(connection, this);
  }

  @Override
  void forgetLast() {
    probing = null;
    urgent = null;
    if (recovery instanceof SackRecovery) {
      recovery = cumulativeRecovery(connection.layer().profile()); // of a connection that has ended
    }
    recovery.open(iss());
  }

  // ---- marks ----------------------------------------------------------------------------------

  /** Acceptable data has come. */
  void onDataMarks(Segment segment) {
    if (ecn != null) {
      ecn.onData(segment);
    }
  }

  /** Recovery has reduced the congestion window. */
  void onWindowReduced() {
    if (ecn != null) {
      ecn.onReduced(sndNxt);
    }
  }

  /** The bit that tells the peer of marks on its data. */
  int echoBit() {
    return ecn == null ? 0 : ecn.echoBit();
  }

  // ---- state ------------------------------------------------------------------------------

  /** Segments have another size from here on. */
  void resize(int bytes) {
    smss = bytes;
    congestion.smss(bytes);
  }

  LossRecovery recovery() {
    return recovery;
  }

  /** Both sides have agreed on SACK. */
  void useSack() {
    recovery = new SackRecovery(connection, this);
    recovery.open(iss);
  }

  /** All that is queued is urgent. */
  void markUrgent() {
    SendUrgent mark = urgent;
    if (mark == null) {
      mark = new SendUrgent();
      urgent = mark;
    }
    mark.mark(sndEnd);
  }

  /** The urgent pointer of a segment at {@code seq}, or 0. */
  int urgentPointer(int seq) {
    return urgent == null ? 0 : urgent.pointer(seq, sndNxt);
  }

  // ---- acknowledgments --------------------------------------------------------------------

  /** Whether {@code ack} may be taken at all (RFC 5961 section 5.2). */
  boolean isPlausible(int ack) {
    return (SequenceNumber.lessOrEqual(ack, sndNxt) || (ack == sndNxt + 1 && isOctetProbed()))
        && SequenceNumber.lessOrEqual(sndUna - maxSndWnd, ack);
  }

  private boolean isOctetProbed() {
    return probing != null && probing.isOctetProbed();
  }

  /** The peer has taken the octet of a window probe. False if memory is out. */
  private boolean takeProbedOctet(long nowNanos) {
    if (probing == null || !probing.takeOctet(nowNanos)) {
      return false;
    }
    sndNxt++;
    return true;
  }

  /** An acknowledgment in a synchronized state (RFC 9293 section 3.10.7.4, fifth). */
  void onAck(Segment segment, long nowNanos) {
    int ack = segment.ackNumber();
    if (SequenceNumber.lessThan(ack, sndUna) || (ack == sndNxt + 1 && !takeProbedOctet(nowNanos))) {
      return;
    }
    if (probing != null) {
      probing.onHeard();
    }
    boolean windowChanged = updateWindow(segment);
    int flightSize = sndNxt - sndUna;
    int acked = ack - sndUna;
    int delivered = connection.statistics().delivered();
    if (acked != 0) {
      onNewAck(ack, nowNanos);
    } else if (sndWnd == 0) {
      retransmission.onPeerAlive();
    }
    Ecn marks = ecn;
    if (marks != null) {
      marks.onAck(ack);
      int cwnd = congestion.cwndBytes();
      recovery.onAck(segment, acked, flightSize, windowChanged, nowNanos);
      if (segment.ece()) {
        connection.statistics().onMarked(delivered);
        marks.onEcho(this, flightSize, cwnd, nowNanos);
      }
    } else {
      recovery.onAck(segment, acked, flightSize, windowChanged, nowNanos);
    }
    if (hasOutput()) {
      connection.layer().schedule(connection);
    } else {
      noteLimit(nowNanos);
    }
  }

  /** Whether there is something that a new window may let out. */
  boolean hasOutput() {
    return buffer.unsent() != null || recovery.hasLost() || (finQueued && !finSent);
  }

  /**
   * Takes the window, unless SND.WL1 and SND.WL2 call the segment old. An old one may acknowledge
   * new data all the same, as a retransmission does: then the right edge stays where the peer has
   * put it, or we would send beyond it.
   */
  private boolean updateWindow(Segment segment) {
    if (isWindowOld(segment)) {
      sndWnd = Math.max(sndWnd - (segment.ackNumber() - sndUna), 0);
      return false;
    }
    int before = sndWnd;
    setWindow(segment, segment.window(sndWindShift));
    if (before != sndWnd) {
      if (sndWnd != 0 && probing != null) {
        probing.onWindowOpened();
      }
      connection.timers().stopPersist();
      return true;
    }
    return false;
  }

  private void onNewAck(int ack, long nowNanos) {
    Statistics statistics = connection.statistics();
    statistics.onAcknowledged(SequenceNumber.earlier(ack, sndEnd) - sndUna);
    sndUna = ack;
    if (urgent != null) {
      urgent.onAcknowledged(ack);
    }
    long sample = buffer.acknowledge(ack, recovery, nowNanos);
    if (sample == SendBuffer.NO_SAMPLE) {
      sample = connection.echoedRoundTripNanos(nowNanos);
    }
    if (sample >= 0) {
      retransmission.onSample(sample);
    }
    retransmission.onNewAck(nowNanos);
    connection.onProgress(nowNanos);
    Readiness readiness = connection.readiness();
    if (SequenceNumber.lessOrEqual(sndEnd, sndUna)) {
      readiness.raise(Readiness.ALL_ACKNOWLEDGED);
      readiness.clear(Readiness.ALL_ACKNOWLEDGED);
    }
    if (!readiness.isAny(Readiness.WRITABLE)) {
      connection.raiseWritable();
    }
  }

  // ---- output -----------------------------------------------------------------------------

  /**
   * Sends what may be sent: what was lost, new segments as the windows allow, the FIN, and an
   * acknowledgment if one is owed and nothing took it along. Called when anything that decides has
   * changed.
   */
  void output(long nowNanos) {
    sendDue(nowNanos);
    noteLimit(nowNanos);
  }

  private void sendDue(long nowNanos) {
    if (isSynUnacknowledged()) {
      boolean gone = isSynGone(nowNanos);
      if (gone && connection.isEarly() && buffer.unsent() != null) {
        sendNew(nowNanos, false);
      }
      if (gone && connection.receiver().isPromptAckOwed()) {
        sendAck();
      }
      return;
    }
    if (recovery.hasLost() && !recovery.sendLost(nowNanos)) {
      return;
    }
    if (buffer.unsent() != null && !sendNew(nowNanos, false)) {
      return;
    }
    if (finQueued && !finSent && buffer.unsent() == null && !sendFin(nowNanos)) {
      return;
    }
    if (connection.receiver().isPromptAckOwed()) {
      sendAck();
    }
  }

  /** Notes what keeps us from sending more. */
  void noteLimit(long nowNanos) {
    Statistics.Limit limit = Statistics.Limit.NETWORK;
    Packet next = buffer.unsent();
    if (next != null) {
      if (sndWnd - flightSizeBytes() < Math.min(next.payloadBytes, smss)) {
        limit = Statistics.Limit.PEER_WINDOW;
      }
    } else if (!isAnythingUnacknowledged()) {
      limit = Statistics.Limit.IDLE;
    } else if (!connection.readiness().isAny(Readiness.WRITABLE) && !finQueued) {
      limit = Statistics.Limit.SEND_BUFFER;
    }
    connection.statistics().limit(limit, nowNanos);
  }

  /**
   * Sends new segments; {@code override} lets one go that is small. False if the device is full.
   */
  private boolean sendNew(long nowNanos, boolean override) {
    if (sndNxt == sndUna && nowNanos - lastSendNanos > retransmission.rtoNanos()) {
      congestion.onIdle(initialWindowBytes());
      if (ecn != null) {
        ecn.onIdle();
      }
    }
    if (connection.isPathNarrow()) {
      connection.followPath(nowNanos); // the path may be forgotten by now
    }
    boolean hurry = override;
    int limit = segmentLimitBytes();
    for (Packet packet = buffer.unsent(); packet != null; packet = buffer.unsent()) {
      if (packet.payloadBytes < limit && packet.next != null) {
        TcpLayer layer = connection.layer();
        buffer.fillUnsent(limit, layer.pool(), layer.counters());
      }
      int sendable = sendableBytes(packet, limit, hurry);
      if (sendable == 0) {
        break;
      }
      if (sendable < packet.payloadBytes) {
        TcpLayer layer = connection.layer();
        packet = buffer.splitUnsent(sendable, layer.pool(), layer.counters());
        if (packet == null) {
          break;
        }
      }
      if (!transmit(packet, nowNanos)) {
        return false;
      }
      hurry = false;
    }
    if (buffer.unsent() != null && sndNxt == sndUna && !connection.timers().isPersistRunning()) {
      probing().start(isHeld(), nowNanos);
    }
    return true;
  }

  /**
   * How many octets of the first unsent segment may go now: all, or a part because the window is
   * smaller, or 0 to wait (Nagle's algorithm, RFC 9293 section 3.7.4; SWS avoidance, 3.8.6.2.1).
   */
  private int sendableBytes(Packet packet, int limit, boolean override) {
    int syn = isSynUnacknowledged() ? 1 : 0; // takes a number, but no place in a window
    int flight = sndNxt - sndUna - syn;
    int usable = sndWnd - flight;
    int length = Math.min(packet.payloadBytes, limit); // queued before segments became smaller
    if (!override && (length > recovery.roomBytes() + syn || isHeld())) {
      return 0;
    }
    if (length > usable) {
      return usable > 0 && (override || usable >= maxSndWnd / 2) ? usable : 0;
    }
    if (length >= limit || packet.next != null || finQueued || override) {
      return length;
    }
    boolean hurry = noDelay() || flight == 0 || (urgent != null && urgent.isPending());
    return !moreComing && hurry ? length : 0;
  }

  /** The longest segment that may be sent at present. */
  private int segmentLimitBytes() {
    return connection.layer().profile().segmentRules().atMostHalfWindow()
        ? Math.clamp(maxSndWnd / 2, 1, smss)
        : smss;
  }

  private boolean isHeld() {
    return ecn != null && ecn.isHeld();
  }

  /** A tail loss probe: the first unsent segment, whatever the congestion window says. */
  boolean sendProbe(long nowNanos) {
    int before = sndNxt;
    return buffer.unsent() != null && sendNew(nowNanos, true) && sndNxt != before;
  }

  private WindowProbing probing() {
    WindowProbing present = probing;
    if (present == null) {
      present = new WindowProbing(connection, this);
      probing = present;
    }
    return present;
  }

  /**
   * The window has been too small for a while: probe it if it is zero (section 3.8.6.1), otherwise
   * send what fits.
   */
  void onPersistExpired(long nowNanos) {
    if (buffer.unsent() == null || sndNxt != sndUna) {
      return;
    }
    if (sndWnd != 0) {
      sendNew(nowNanos, true);
      return;
    }
    probing().onExpired(nowNanos);
  }

  /** Sends the first unsent segment; false if the device is full. */
  private boolean transmit(Packet packet, long nowNanos) {
    int controlBits = TcpHeader.ACK;
    boolean last = packet.next == null;
    if (last && !moreComing) {
      controlBits |= TcpHeader.PSH;
    }
    boolean withFin = last && finQueued;
    if (withFin) {
      controlBits |= TcpHeader.FIN;
    }
    if (ecn == null) {
      if (!send(packet, controlBits, Ipv4Header.NOT_ECT)) {
        return false;
      }
    } else if (send(packet, controlBits | ecn.reducedBit(), Ipv4Header.ECT_0)) {
      ecn.onNewDataSent();
    } else {
      return false;
    }
    sndNxt = packet.sequence + packet.payloadBytes;
    if (probing != null) {
      probing.onTransmitted();
    }
    if (withFin) {
      finSent = true;
      sndNxt++;
    }
    lastSendNanos = nowNanos;
    buffer.onTransmitted(packet, nowNanos);
    connection.timers().stopPersist();
    retransmission.onSent(nowNanos);
    recovery.onTransmitted(packet);
    return true;
  }

  /**
   * Sends a segment again, unless somebody still reads its last copy: a device, or a neighbour's
   * queue. False if the device is full.
   */
  boolean retransmit(Packet packet, long nowNanos) {
    if (packet.references() > 1) {
      connection.layer().counters().increment(Counter.TCP_RETRANSMISSIONS_SKIPPED);
      return true;
    }
    int controlBits = TcpHeader.ACK;
    if (packet.next == null) {
      controlBits |= finSent ? TcpHeader.PSH | TcpHeader.FIN : TcpHeader.PSH;
    }
    if (!send(packet, controlBits, Ipv4Header.NOT_ECT)) {
      return false;
    }
    packet.transmissions++;
    packet.stampNanos = nowNanos;
    countRetransmission(packet.payloadBytes);
    return true;
  }

  /** Sends a FIN without data, for the first time or again. False if the device is full. */
  boolean sendFin(long nowNanos) {
    boolean again = finSent;
    if (!sendControl(sndEnd, TcpHeader.FIN | TcpHeader.ACK)) {
      return false;
    }
    if (again) {
      countRetransmission(0);
    } else {
      finSent = true;
      sndNxt = sndEnd + 1;
    }
    retransmission.onSent(nowNanos);
    if (!again && !isSynUnacknowledged()) {
      recovery.onFinTransmitted(nowNanos);
    }
    return true;
  }

  /** Sends an acknowledgment alone; if the device is full it stays owed. */
  void sendAck() {
    if (!sendControl(sndNxt, TcpHeader.ACK)) {
      connection.receiver().owePromptAck();
    }
  }

  private boolean send(Packet packet, int controlBits, int ecnField) {
    return connection.layer().transmitter().send(connection, packet, controlBits, ecnField);
  }

  private boolean sendControl(int seq, int controlBits) {
    return connection.layer().transmitter().sendControl(connection, seq, controlBits);
  }

  void info(TcpInfo into, long nowNanos) {
    into.smss = smss;
    int inFlight = isSynUnacknowledged() ? 0 : SequenceNumber.earlier(sndNxt, sndEnd) - sndUna;
    into.bytesSent = into.bytesAcked + into.bytesRetransmitted + inFlight;
    into.sinceDataSentNanos =
        connection.statistics().hasSentData() ? nowNanos - lastSendNanos : Statistics.NEVER;
    into.sndWnd = sndWnd;
    into.sndWindShift = sndWindShift;
    into.flightSizeBytes = flightSizeBytes();
    into.unsentBytes = unsentBytes();
    into.probes = probing == null ? 0 : probing.probes();
    into.cwndBytes = congestion.cwndBytes();
    into.ssthreshBytes = congestion.ssthreshBytes();
    retransmission.info(into);
    recovery.info(into);
    into.ecn = false;
    into.ecnSeen = false;
    if (ecn != null && !isSynUnacknowledged()) {
      ecn.info(into);
    }
  }

  /** Drops what is queued; loans return when no device reads them. */
  void close() {
    buffer.clear();
    retransmission.onPeerAlive();
    recovery.open(sndNxt);
  }
}
