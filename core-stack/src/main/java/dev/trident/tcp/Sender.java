package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import dev.trident.time.Deadline;
import dev.trident.trace.Counter;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.SequenceNumber;
import dev.trident.wire.TcpHeader;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a connection: SND.* of RFC 9293 section 3.3.1, and what may be sent when.
 *
 * <pre>
 *        acknowledged      in flight            queued
 *     ------------------|---------------|----------------------|
 *                     sndUna          sndNxt                 sndEnd
 * </pre>
 *
 * <p>SYN and FIN take sequence numbers but no place in the buffer. {@code sndNxt} never moves back:
 * what is sent again is the business of {@link Retransmission}.
 */
final class Sender {
  /** How long a segment may be held back when nothing is in flight (RFC 9293 3.8.6.2.1). */
  private static final long OVERRIDE_NANOS = 200_000_000L;

  /** RFC 6298 section 5.7: the timeout after a SYN that had to be repeated. */
  private static final long RTO_AFTER_SYN_LOSS_NANOS = 3_000_000_000L;

  private static final int MAX_BACK_OFF_SHIFT = 20;

  private final Connection connection;
  private final SegmentOutput out;
  private final SendBuffer buffer = new SendBuffer();
  private final Retransmission retransmission;
  private final RttEstimator rtt;

  /** Fixed once both have said whether they do SACK. */
  private LossRecovery recovery;

  private final CongestionControl congestion;

  /** Null until something urgent is sent. */
  private @Nullable SendUrgent urgent;

  private int iss;
  private int sndUna;
  private int sndNxt;

  /** Behind the last octet queued; a FIN will have this number. */
  private int sndEnd;

  private int sndWnd;
  private int sndWl1;
  private int sndWl2;

  /** The largest window the peer has offered. */
  private int maxSndWnd;

  /** Snd.Wind.Shift. */
  private byte sndWindShift;

  /** Null unless we ask for ECN, or both sides have agreed on it. */
  private @Nullable Ecn ecn;

  /** The largest segment we send. */
  private int smss;

  private int bufferLimitBytes;

  /** Source port in the upper half, destination port in the lower. */
  private int ports;

  private boolean noDelay;

  /** The last send call promised more. */
  private boolean moreComing;

  private boolean finQueued;
  private boolean finSent;

  /** The SYN has not been given to the device yet. */
  private boolean synDue;

  /** Our SYN was sent more than once without a timeout: no sample from it (Karn's rule). */
  private boolean synRepeated;

  /** The octet at {@code sndNxt} was sent as a zero-window probe: the peer may have taken it. */
  private boolean octetProbed;

  /** Zero-window probes since the window closed: the exponent of their interval. */
  private int probes;

  /** Zero-window probes since the peer was last heard of. */
  private int unansweredProbes;

  private long lastSendNanos;

  Sender(Connection connection, SegmentOutput out, TcpProfile profile) {
    this.connection = connection;
    this.out = out;
    retransmission = new Retransmission(connection, this);
    rtt = new RttEstimator(profile.retransmission());
    congestion =
        switch (profile.congestion()) {
          case RENO -> new Reno();
          case CUBIC -> new Cubic();
        };
    recovery = new NewRenoRecovery(connection, this);
    bufferLimitBytes = profile.buffers().sendBytes();
    noDelay = !profile.nagle();
  }

  /** Prepares a connection; {@link #sendSyn} follows. */
  void open(int initialSequence, int localPort, int remotePort) {
    iss = initialSequence;
    sndUna = initialSequence;
    sndNxt = initialSequence + 1;
    sndEnd = sndNxt;
    ports = localPort << 16 | remotePort;
    sndWnd = 0;
    maxSndWnd = 0;
    sndWindShift = 0;
    moreComing = false;
    finQueued = false;
    finSent = false;
    probes = 0;
    unansweredProbes = 0;
    synRepeated = false;
    boolean asks = connection.layer().profile().handshake().ecn() == TcpProfile.Ecn.REQUEST;
    ecn = asks ? new Ecn() : null;
    octetProbed = false;
    urgent = null;
    buffer.clear();
    retransmission.open();
    recovery.open(initialSequence);
    rtt.reset(connection.layer().profile().retransmission().initialRtoNanos());
  }

  // ---- explicit congestion notification ------------------------------------------------------

  /**
   * The peer's SYN or SYN,ACK offers ECN, or agrees, or does not.
   *
   * @param first whether ours has not been sent yet, so that an offer can be accepted
   */
  void onPeerEcn(Segment syn, boolean first) {
    if (!Ecn.isAgreeable(syn)) {
      ecn = null;
    } else if (first && ecn == null) {
      boolean off = connection.layer().profile().handshake().ecn() == TcpProfile.Ecn.OFF;
      ecn = off ? null : new Ecn();
    }
  }

  /**
   * Our SYN asked for ECN and was refused or lost, perhaps because of that: false if it had not.
   */
  boolean declineEcn() {
    boolean asked = ecn != null;
    ecn = null;
    return asked;
  }

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

  private int echoBit() {
    return ecn == null ? 0 : ecn.echoBit();
  }

  /** Begins with a number that a cookie had; how long its acknowledgment took is not known. */
  void openFromCookie(int cookie, boolean agreedOnEcn) {
    open(cookie, ports >>> 16, ports & 0xffff);
    synRepeated = true;
    ecn = agreedOnEcn ? new Ecn() : null;
  }

  // ---- state ------------------------------------------------------------------------------

  int iss() {
    return iss;
  }

  int sndUna() {
    return sndUna;
  }

  int sndNxt() {
    return sndNxt;
  }

  int sndWnd() {
    return sndWnd;
  }

  int maxSndWnd() {
    return maxSndWnd;
  }

  int smss() {
    return smss;
  }

  void smss(int bytes) {
    smss = bytes;
  }

  /** Segments have another size from here on. */
  void resize(int bytes) {
    smss = bytes;
    congestion.smss(bytes);
  }

  SendBuffer buffer() {
    return buffer;
  }

  Retransmission retransmission() {
    return retransmission;
  }

  LossRecovery recovery() {
    return recovery;
  }

  /** Both sides have agreed on SACK. */
  void useSack() {
    recovery = new SackRecovery(connection, this);
    recovery.open(iss);
  }

  RttEstimator rtt() {
    return rtt;
  }

  CongestionControl congestion() {
    return congestion;
  }

  /** Sequence numbers sent and not acknowledged. */
  int flightSizeBytes() {
    return sndNxt - sndUna;
  }

  boolean isSynUnacknowledged() {
    return sndUna == iss;
  }

  boolean isFinSent() {
    return finSent;
  }

  boolean isFinQueued() {
    return finQueued;
  }

  boolean isFinAcknowledged() {
    return finSent && sndUna == sndNxt;
  }

  /** Octets queued or in flight; SYN and FIN do not count. */
  int unacknowledgedBytes() {
    return isSynUnacknowledged() ? sndEnd - iss - 1 : Math.max(sndEnd - sndUna, 0);
  }

  /** Whether anything waits for the peer: octets sent or queued, our SYN or FIN. */
  boolean isAnythingUnacknowledged() {
    return flightSizeBytes() != 0 || unsentBytes() != 0 || (finQueued && !finSent);
  }

  /** Octets queued and never sent. */
  int unsentBytes() {
    return Math.max(sndEnd - sndNxt, 0);
  }

  /** Octets that may be queued; less than 0 after an oversize message or a smaller limit. */
  int spaceBytes() {
    return bufferLimitBytes - unacknowledgedBytes();
  }

  int bufferLimitBytes() {
    return bufferLimitBytes;
  }

  void bufferLimitBytes(int bytes) {
    bufferLimitBytes = bytes;
  }

  boolean noDelay() {
    return noDelay;
  }

  void noDelay(boolean off) {
    noDelay = off;
  }

  // ---- queueing ---------------------------------------------------------------------------

  /** The number the next octet queued will have. */
  int sndEnd() {
    return sndEnd;
  }

  /** A packet of octets from {@code sndEnd} on joins the queue; the reference passes to it. */
  void enqueue(Packet packet) {
    packet.sequence = sndEnd;
    sndEnd += packet.payloadBytes;
    buffer.append(packet);
  }

  /** Octets were appended to the last packet. */
  void onAppended(int bytes) {
    sndEnd += bytes;
  }

  void moreComing(boolean more) {
    moreComing = more;
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

  /** FIN follows what is queued. */
  void queueFin() {
    finQueued = true;
    moreComing = false;
  }

  // ---- acknowledgments --------------------------------------------------------------------

  /** The peer has acknowledged our SYN: what it offered holds from here on. */
  void onSynAcknowledged(Segment segment, long nowNanos) {
    TcpProfile.InitialWindow window = connection.layer().profile().initialWindow();
    sndUna = iss + 1;
    synDue = false;
    FastOpen fast = connection.fastOpen();
    boolean early = fast != null && fast.isEarly();
    boolean sentEarly = early && sndNxt != sndUna;
    if (fast != null && fast.isActive()) {
      settleSynData(fast, segment);
    }
    setWindow(segment, segment.syn() ? segment.window() : segment.window() << sndWindShift);
    boolean synLost = retransmission.attempts() > 0;
    // RFC 5681 section 3.1; RFC 6928 section 2 would take a single loss for a late answer.
    congestion.onEstablished(smss, synLost ? smss : initialWindowBytes(window));
    if (synLost) {
      rtt.atLeast(RTO_AFTER_SYN_LOSS_NANOS);
    } else if (!synRepeated && !sentEarly) {
      rtt.onSample(nowNanos - lastSendNanos);
    }
    retransmission.onPeerAlive();
    connection.timers().stopRetransmit();
    if (flightSizeBytes() != 0) {
      retransmission.restart(nowNanos);
    }
    connection.onProgress(nowNanos);
  }

  /**
   * The peer has taken what it acknowledges of the data that went with our SYN: all, a part or
   * nothing. The rest goes with our acknowledgment (RFC 7413 section 4.2, "Client: Receiving
   * SYN-ACK").
   */
  private void settleSynData(FastOpen fast, Segment segment) {
    int bytes = fast.synDataBytes();
    int taken = Math.min(segment.ackNumber() - sndUna, bytes);
    connection
        .layer()
        .fastOpenClient()
        .onSynAcknowledged(connection, fast, segment, taken == bytes);
    if (bytes == 0) {
      return;
    }
    sndUna += taken;
    buffer.takeBack(sndUna);
    if (taken < bytes) {
      connection.layer().counters().increment(Counter.TCP_RETRANSMISSIONS);
      sndNxt = sndUna;
      finSent = false;
    } else if (sndUna == sndEnd) {
      connection.readiness().raise(Readiness.ALL_ACKNOWLEDGED);
      connection.readiness().clear(Readiness.ALL_ACKNOWLEDGED);
    }
  }

  /**
   * The peer has opened fast: data may go before it acknowledges our SYN, as its window and the
   * initial one of congestion control allow (RFC 7413 section 4.2, "Server: Receiving SYN").
   */
  void openEarly(Segment syn) {
    setWindow(syn, syn.window());
    sndWl2 = iss;
    TcpProfile.InitialWindow window = connection.layer().profile().initialWindow();
    congestion.onEstablished(smss, initialWindowBytes(window));
  }

  /** What is queued goes with our SYN. */
  void sendWithSyn(long nowNanos) {
    Packet packet = buffer.unsent();
    if (packet != null) {
      packet.control = 0;
      buffer.onTransmitted(packet, nowNanos);
      sndNxt = sndEnd;
      connection.layer().counters().increment(Counter.TCP_FAST_OPENS_TRIED);
    }
  }

  private int initialWindowBytes(TcpProfile.InitialWindow window) {
    return window.bytes() == 0 ? window.segments() * smss : window.bytes();
  }

  /** Our SYN's window scale was echoed, or the peer's is: windows from now on are scaled. */
  void peerScale(int shift) {
    sndWindShift = (byte) shift;
  }

  private void setWindow(Segment segment, int window) {
    sndWnd = window;
    maxSndWnd = Math.max(maxSndWnd, window);
    sndWl1 = segment.seq();
    sndWl2 = segment.ackNumber();
  }

  /** Whether {@code ack} may be taken at all (RFC 5961 section 5.2). */
  boolean isPlausible(int ack) {
    return (SequenceNumber.lessOrEqual(ack, sndNxt) || (octetProbed && ack == sndNxt + 1))
        && SequenceNumber.lessOrEqual(sndUna - maxSndWnd, ack);
  }

  /** An acknowledgment in a synchronized state (RFC 9293 section 3.10.7.4, fifth). */
  void onAck(Segment segment, long nowNanos) {
    int ack = segment.ackNumber();
    if (SequenceNumber.lessThan(ack, sndUna) || (ack == sndNxt + 1 && !takeProbedOctet(nowNanos))) {
      return;
    }
    unansweredProbes = 0;
    boolean windowChanged = updateWindow(segment);
    int flightSize = sndNxt - sndUna;
    int acked = ack - sndUna;
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
        marks.onEcho(this, flightSize, cwnd, nowNanos);
      }
    } else {
      recovery.onAck(segment, acked, flightSize, windowChanged, nowNanos);
    }
    if (hasOutput()) {
      connection.layer().schedule(connection);
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
    int seq = segment.seq();
    if (!SequenceNumber.lessThan(sndWl1, seq)
        && (sndWl1 != seq || SequenceNumber.lessThan(segment.ackNumber(), sndWl2))) {
      sndWnd = Math.max(sndWnd - (segment.ackNumber() - sndUna), 0);
      return false;
    }
    int before = sndWnd;
    setWindow(segment, segment.window() << sndWindShift);
    if (before != sndWnd) {
      if (sndWnd != 0) {
        probes = 0;
      }
      connection.timers().stopPersist();
      return true;
    }
    return false;
  }

  private void onNewAck(int ack, long nowNanos) {
    sndUna = ack;
    if (urgent != null) {
      urgent.onAcknowledged(ack);
    }
    long sample = buffer.acknowledge(ack, recovery, nowNanos);
    if (sample == SendBuffer.NO_SAMPLE) {
      sample = connection.echoedRoundTripNanos(nowNanos);
    }
    if (sample >= 0) {
      rtt.onSample(sample);
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
    if (isSynUnacknowledged()) {
      if (synDue) {
        sendSyn(nowNanos);
      }
      if (!synDue && connection.isEarly() && buffer.unsent() != null) {
        sendNew(nowNanos, false);
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

  /**
   * Sends new segments; {@code override} lets one go that is small. False if the device is full.
   */
  private boolean sendNew(long nowNanos, boolean override) {
    if (sndNxt == sndUna && nowNanos - lastSendNanos > rtt.rtoNanos()) {
      congestion.onIdle(initialWindowBytes(connection.layer().profile().initialWindow()));
      if (ecn != null) {
        ecn.onIdle();
      }
    }
    if (connection.isPathNarrow()) {
      connection.followPath(nowNanos); // the path may be forgotten by now
    }
    boolean hurry = override;
    for (Packet packet = buffer.unsent(); packet != null; packet = buffer.unsent()) {
      if (packet.payloadBytes < smss && packet.next != null) {
        TcpLayer layer = connection.layer();
        buffer.fillUnsent(smss, layer.pool(), layer.counters());
      }
      int sendable = sendableBytes(packet, hurry);
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
      startPersist(nowNanos);
    }
    return true;
  }

  /**
   * How many octets of the first unsent segment may go now: all, or a part because the window is
   * smaller, or 0 to wait (Nagle's algorithm, RFC 9293 section 3.7.4; SWS avoidance, 3.8.6.2.1).
   */
  private int sendableBytes(Packet packet, boolean override) {
    int syn = isSynUnacknowledged() ? 1 : 0; // takes a number, but no place in a window
    int flight = sndNxt - sndUna - syn;
    int usable = sndWnd - flight;
    int length = Math.min(packet.payloadBytes, smss); // queued before segments became smaller
    if (!override && (length > recovery.roomBytes() + syn || isHeld())) {
      return 0;
    }
    if (length > usable) {
      return usable > 0 && (override || usable >= maxSndWnd / 2) ? usable : 0;
    }
    if (length >= smss || packet.next != null || finQueued || override) {
      return length;
    }
    boolean hurry = noDelay || flight == 0 || (urgent != null && urgent.isPending());
    return !moreComing && hurry ? length : 0;
  }

  private boolean isHeld() {
    return ecn != null && ecn.isHeld();
  }

  /** A tail loss probe: the first unsent segment, whatever the congestion window says. */
  boolean sendProbe(long nowNanos) {
    int before = sndNxt;
    return buffer.unsent() != null && sendNew(nowNanos, true) && sndNxt != before;
  }

  private void startPersist(long nowNanos) {
    long delay =
        sndWnd == 0
            ? Math.min(
                rtt.rtoNanos() << Math.min(probes, MAX_BACK_OFF_SHIFT),
                connection.layer().profile().retransmission().maxRtoNanos())
            : isHeld() ? rtt.rtoNanos() : OVERRIDE_NANOS;
    connection.timers().persistAt(Deadline.after(nowNanos, delay));
  }

  /**
   * The window has been too small for a while: probe it if it is zero (section 3.8.6.1), otherwise
   * send what fits. A probe is not counted against the retransmission limit as long as the peer
   * answers.
   */
  void onPersistExpired(long nowNanos) {
    if (buffer.unsent() == null || sndNxt != sndUna) {
      return;
    }
    if (sndWnd != 0) {
      sendNew(nowNanos, true);
      return;
    }
    int limit = retransmission.dataRetries();
    if (unansweredProbes >= limit || (connection.isOrphan() && probes >= limit)) {
      connection.onGivenUp();
      return;
    }
    probes++;
    unansweredProbes++;
    connection.layer().counters().increment(Counter.TCP_ZERO_WINDOW_PROBES);
    sendWindowProbe();
    startPersist(nowNanos);
  }

  /**
   * Sends the next octet, which the peer will take once it has room, or a segment without data just
   * below the window; either must be answered. SND.NXT stays before the octet: unless the peer
   * takes it, it is to be sent again with what follows it.
   */
  private void sendWindowProbe() {
    TcpLayer layer = connection.layer();
    Packet next = Objects.requireNonNull(buffer.unsent());
    Packet probe =
        layer.profile().probing().windowProbesCarryData()
            ? Probe.firstOctet(next, layer.pool())
            : null;
    if (probe == null) {
      sendControl(sndNxt - 1, TcpHeader.ACK);
    } else {
      octetProbed |= send(probe, TcpHeader.ACK, Ipv4Header.NOT_ECT);
      probe.release();
    }
  }

  /**
   * The peer has taken the octet of a probe: it is in flight from now on, and sent more than once,
   * so that it is no measure of the round trip. False if memory is out.
   */
  private boolean takeProbedOctet(long nowNanos) {
    TcpLayer layer = connection.layer();
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
    sndNxt++;
    return true;
  }

  /**
   * Sends a segment below the window, which the peer must answer (RFC 9293 section 3.8.4): without
   * data, or with an octet that the peer has already.
   */
  void sendKeepAlive(boolean garbage) {
    Packet probe = garbage ? Probe.garbage(connection.layer().pool()) : null;
    if (probe == null) {
      sendControl(sndNxt - 1, TcpHeader.ACK);
    } else {
      probe.sequence = sndNxt - 1;
      send(probe, TcpHeader.ACK, Ipv4Header.NOT_ECT);
      probe.release();
    }
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
    octetProbed = false;
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
    connection.layer().counters().increment(Counter.TCP_RETRANSMISSIONS);
    return true;
  }

  /** Sets what a segment has besides the fields that {@link SegmentOutput} is told. */
  private void setOptions(int seq, int payloadBytes) {
    SegmentOptions options = out.options().clear();
    connection.setOptions(options, payloadBytes);
    if (urgent != null) {
      options.urgentPointer(urgent.pointer(seq, sndNxt));
    }
    if (payloadBytes > 0 && connection.isPathNarrow()) {
      options.mayFragment(connection.layer().pathMtu().isLeast(smss + connection.optionBytes()));
    }
  }

  private boolean send(Packet packet, int controlBits, int ecnField) {
    Receiver receiver = connection.receiver();
    setOptions(packet.sequence, packet.payloadBytes);
    int result =
        out.send(
            packet,
            Objects.requireNonNull(connection.path()),
            ports,
            packet.sequence,
            receiver.rcvNxt(),
            controlBits | echoBit(),
            receiver.windowField(),
            ecnField);
    if (result == SegmentOutput.WOULD_BLOCK) {
      connection.layer().onDeviceFull(connection);
      return false;
    }
    receiver.onAckSent(true);
    return true;
  }

  /** Sends a FIN without data, for the first time or again. False if the device is full. */
  boolean sendFin(long nowNanos) {
    boolean again = finSent;
    if (!sendControl(sndEnd, TcpHeader.FIN | TcpHeader.ACK)) {
      return false;
    }
    if (again) {
      connection.layer().counters().increment(Counter.TCP_RETRANSMISSIONS);
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

  private boolean sendControl(int seq, int controlBits) {
    Receiver receiver = connection.receiver();
    setOptions(seq, 0);
    int result =
        out.sendControl(
            Objects.requireNonNull(connection.path()),
            ports,
            seq,
            receiver.rcvNxt(),
            controlBits | echoBit(),
            receiver.windowField());
    if (result == SegmentOutput.WOULD_BLOCK) {
      connection.layer().onDeviceFull(connection);
      return false;
    }
    receiver.onAckSent(false);
    return true;
  }

  /** Sends the SYN or SYN,ACK, for the first time or again. */
  void sendSyn(long nowNanos) {
    boolean answer = connection.state() != StreamState.SYN_SENT;
    Receiver receiver = connection.receiver();
    if (!answer && retransmission.attempts() > 0) {
      ecn = null; // the path may be one that drops such SYNs (RFC 3168 section 6.1.1.1)
    }
    int controlBits = answer ? TcpHeader.SYN | TcpHeader.ACK : TcpHeader.SYN;
    if (ecn != null) {
      controlBits |= answer ? Ecn.AGREEMENT : Ecn.OFFER;
    }
    FastOpen fast = connection.fastOpen();
    SynOptions options = connection.synOptions(answer);
    boolean fastSyn = false;
    Packet data = null;
    if (fast != null && fast.isDue(answer) && retransmission.attempts() == 0) {
      fastSyn = true;
      options.fastOpen(fast.option());
      data = answer ? null : buffer.firstSent();
    }
    int result =
        out.sendSyn(
            Objects.requireNonNull(connection.path()),
            ports,
            iss,
            answer ? receiver.rcvNxt() : 0,
            controlBits,
            receiver.windowFieldOfSyn(),
            options,
            connection.layer().profile().options().order(),
            data);
    synDue = result == SegmentOutput.WOULD_BLOCK;
    if (fast != null && !synDue) {
      fast.onSynSent(fastSyn);
    }
    if (synDue) {
      connection.layer().onDeviceFull(connection);
    }
    if (retransmission.attempts() > 0) {
      connection.layer().counters().increment(Counter.TCP_RETRANSMISSIONS);
    }
    lastSendNanos = nowNanos;
    retransmission.onSent(nowNanos);
  }

  /** Sends our SYN again for a reason other than the retransmission timer, which runs on. */
  void repeatSyn(long nowNanos) {
    synRepeated = true;
    sendSyn(nowNanos);
  }

  /** Sends RST with SEQ=SND.NXT: the connection is aborted (RFC 9293 section 3.10.5). */
  void sendReset() {
    connection.layer().counters().increment(Counter.TCP_RESETS_SENT);
    out.options().clear();
    out.sendControl(Objects.requireNonNull(connection.path()), ports, sndNxt, 0, TcpHeader.RST, 0);
  }

  void info(TcpInfo into) {
    into.smss = smss;
    into.sndWnd = sndWnd;
    into.sndWindShift = sndWindShift;
    into.flightSizeBytes = flightSizeBytes();
    into.unsentBytes = unsentBytes();
    into.probes = probes;
    into.cwndBytes = congestion.cwndBytes();
    into.ssthreshBytes = congestion.ssthreshBytes();
    into.srttNanos = rtt.srttNanos();
    into.rttvarNanos = rtt.rttvarNanos();
    into.rtoNanos = rtt.rtoNanos();
    retransmission.info(into);
    recovery.info(into);
    if (ecn != null && !isSynUnacknowledged()) {
      ecn.info(into);
    }
  }

  /** Drops what is queued; loans return when no device reads them. */
  void close() {
    buffer.clear();
    retransmission.open();
    recovery.open(sndNxt);
  }
}
