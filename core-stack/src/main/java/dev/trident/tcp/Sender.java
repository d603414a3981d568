package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import dev.trident.trace.Counter;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.SequenceNumber;
import dev.trident.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a connection: takes acknowledgments, and decides what may be sent and when.
 * It counts in {@link SendVariables}; how a segment leaves is {@link Transmitter}'s.
 */
final class Sender extends SendVariables {
  private final Connection connection;
  private final Retransmission retransmission;

  /** Fixed once both have said whether they do SACK. */
  private LossRecovery recovery;

  private final CongestionControl congestion;

  /** Null until something urgent is sent. */
  private @Nullable SendUrgent urgent;

  /** Null unless we ask for ECN, or both sides have agreed on it. */
  private @Nullable Ecn ecn;

  /** The SYN has not been given to the device yet. */
  private boolean synDue;

  /** Null until the peer's window has kept everything back. */
  private @Nullable WindowProbing probing;

  /** Our SYN was sent more than once without a timeout: no sample from it (Karn's rule). */
  private boolean synRepeated;

  private long lastSendNanos;

  Sender(Connection connection, TcpProfile profile) {
    super(profile.buffers().sendBytes(), !profile.nagle());
    this.connection = connection;
    retransmission = new Retransmission(connection);
    congestion =
        switch (profile.congestion()) {
          case RENO -> new Reno();
          case RENO_PER_ACK -> new RenoPerAck();
          case CUBIC -> new Cubic();
        };
    recovery = cumulativeRecovery(profile);
  }

  private LossRecovery cumulativeRecovery(TcpProfile profile) {
    return profile.repair().goBackN()
        ? new GoBackNRecovery(connection, this)
        : new NewRenoRecovery(connection, this);
  }

  /** Prepares a connection; {@link #sendSyn} follows. */
  void open(int initialSequence, int localPort, int remotePort) {
    begin(initialSequence, localPort, remotePort);
    synRepeated = false;
    boolean asks = connection.layer().profile().handshake().ecn() == TcpProfile.Ecn.REQUEST;
    ecn = asks ? new Ecn() : null;
    probing = null;
    urgent = null;
    retransmission.open();
    if (recovery instanceof SackRecovery) {
      recovery = cumulativeRecovery(connection.layer().profile()); // of a connection that has ended
    }
    recovery.open(initialSequence);
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

  /** The bit that tells the peer of marks on its data. */
  int echoBit() {
    return ecn == null ? 0 : ecn.echoBit();
  }

  /** Begins with a number that a cookie had; how long its acknowledgment took is not known. */
  void openFromCookie(int cookie, boolean agreedOnEcn) {
    open(cookie, ports >>> 16, ports & 0xffff);
    synRepeated = true;
    ecn = agreedOnEcn ? new Ecn() : null;
  }

  // ---- state ------------------------------------------------------------------------------

  /** Segments have another size from here on. */
  void resize(int bytes) {
    smss = bytes;
    congestion.smss(bytes);
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
    return retransmission;
  }

  CongestionControl congestion() {
    return congestion;
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
    setWindow(segment, segment.window(sndWindShift));
    boolean synLost = retransmission.attempts() > 0;
    // RFC 5681 section 3.1; RFC 6928 section 2 would take a single loss for a late answer.
    congestion.onEstablished(smss, synLost ? smss : initialWindowBytes(window));
    if (synLost) {
      retransmission.onSynLost();
    } else if (!synRepeated && !sentEarly) {
      retransmission.onSample(nowNanos - lastSendNanos);
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
    connection.statistics().onAcknowledged(taken);
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
    setWindow(syn, syn.window(sndWindShift));
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
      if (synDue) {
        sendSyn(nowNanos);
      }
      if (!synDue && connection.isEarly() && buffer.unsent() != null) {
        sendNew(nowNanos, false);
      }
      if (!synDue && connection.receiver().isPromptAckOwed()) {
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
      congestion.onIdle(initialWindowBytes(connection.layer().profile().initialWindow()));
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

  private void countRetransmission(int payloadBytes) {
    connection.layer().counters().increment(Counter.TCP_RETRANSMISSIONS);
    connection.statistics().onRetransmitted(payloadBytes);
  }

  private boolean send(Packet packet, int controlBits, int ecnField) {
    return connection.layer().transmitter().send(connection, packet, controlBits, ecnField);
  }

  private boolean sendControl(int seq, int controlBits) {
    return connection.layer().transmitter().sendControl(connection, seq, controlBits);
  }

  /** Sends the SYN or SYN,ACK, for the first time or again. */
  void sendSyn(long nowNanos) {
    boolean answer = connection.state() != StreamState.SYN_SENT;
    if (!answer && retransmission.attempts() > 0) {
      ecn = null; // the path may be one that drops such SYNs (RFC 3168 section 6.1.1.1)
    }
    int ecnBits = ecn == null ? 0 : answer ? Ecn.AGREEMENT : Ecn.OFFER;
    FastOpen fast = connection.fastOpen();
    SynOptions options = connection.synOptions(answer);
    boolean fastSyn = false;
    Packet data = null;
    if (fast != null && fast.isDue(answer) && retransmission.attempts() == 0) {
      fastSyn = true;
      options.fastOpen(fast.option());
      data = answer ? null : buffer.firstSent();
    }
    synDue = !connection.layer().transmitter().sendSyn(connection, answer, ecnBits, options, data);
    if (fast != null && !synDue) {
      fast.onSynSent(fastSyn);
    }
    if (retransmission.attempts() > 0) {
      countRetransmission(0);
    }
    lastSendNanos = nowNanos;
    retransmission.onSent(nowNanos);
  }

  /** Sends our SYN again for a reason other than the retransmission timer, which runs on. */
  void repeatSyn(long nowNanos) {
    synRepeated = true;
    sendSyn(nowNanos);
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
