package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpProfile;
import dev.trident.trace.Counter;
import org.jspecify.annotations.Nullable;

/**
 * How the sending half of a connection opens: our SYN or SYN,ACK, with data or without (RFC 7413),
 * what it offers of ECN (RFC 3168 section 6.1.1), and what its acknowledgment says. The rest of the
 * connection's life is in {@link Sender}, the one subclass.
 */
abstract sealed class SendOpening extends SendVariables permits Sender {
  final Connection connection;
  final Retransmission retransmission;
  final CongestionControl congestion;

  /** Null unless we ask for ECN, or both sides have agreed on it. */
  @Nullable Ecn ecn;

  /** The SYN has not been given to the device yet. */
  private boolean synDue;

  /** Our SYN was sent more than once without a timeout: no sample from it (Karn's rule). */
  private boolean synRepeated;

  /** When a SYN or data was sent last. */
  long lastSendNanos;

  SendOpening(Connection connection, TcpProfile profile) {
    super(profile.buffers().sendBytes(), !profile.nagle());
    this.connection = connection;
    retransmission = new Retransmission(connection);
    congestion =
        switch (profile.congestion()) {
          case RENO -> new Reno();
          case RENO_PER_ACK -> new RenoPerAck();
          case CUBIC -> new Cubic();
        };
  }

  final Retransmission retransmission() {
    return retransmission;
  }

  final RttEstimator rtt() {
    return retransmission;
  }

  final CongestionControl congestion() {
    return congestion;
  }

  /** Prepares a connection; {@link #sendSyn} follows. */
  final void open(int initialSequence, int localPort, int remotePort) {
    begin(initialSequence, localPort, remotePort);
    synRepeated = false;
    boolean asks = connection.layer().profile().handshake().ecn() == TcpProfile.Ecn.REQUEST;
    ecn = asks ? new Ecn() : null;
    retransmission.open();
    forgetLast();
  }

  /** What the connection before in this object has left behind does not count. */
  abstract void forgetLast();

  /** Begins with a number that a cookie had; how long its acknowledgment took is not known. */
  final void openFromCookie(int cookie, boolean agreedOnEcn) {
    open(cookie, ports >>> 16, ports & 0xffff);
    synRepeated = true;
    ecn = agreedOnEcn ? new Ecn() : null;
  }

  // ---- ECN ------------------------------------------------------------------------------------

  /**
   * The peer's SYN or SYN,ACK offers ECN, or agrees, or does not.
   *
   * @param first whether ours has not been sent yet, so that an offer can be accepted
   */
  final void onPeerEcn(Segment syn, boolean first) {
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
  final boolean declineEcn() {
    boolean asked = ecn != null;
    ecn = null;
    return asked;
  }

  // ---- our SYN --------------------------------------------------------------------------------

  /** Sends the SYN or SYN,ACK, for the first time or again. */
  final void sendSyn(long nowNanos) {
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
  final void repeatSyn(long nowNanos) {
    synRepeated = true;
    sendSyn(nowNanos);
  }

  /** Whether our SYN is on its way; sends it if the device would not take it before. */
  final boolean isSynGone(long nowNanos) {
    if (synDue) {
      sendSyn(nowNanos);
    }
    return !synDue;
  }

  final void countRetransmission(int payloadBytes) {
    connection.layer().counters().increment(Counter.TCP_RETRANSMISSIONS);
    connection.statistics().onRetransmitted(payloadBytes);
  }

  // ---- its acknowledgment ---------------------------------------------------------------------

  /** The peer has acknowledged our SYN: what it offered holds from here on. */
  final void onSynAcknowledged(Segment segment, long nowNanos) {
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
    congestion.onEstablished(smss, synLost ? smss : initialWindowBytes());
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
  final void openEarly(Segment syn) {
    setWindow(syn, syn.window(sndWindShift));
    congestion.onEstablished(smss, initialWindowBytes());
  }

  /** What is queued goes with our SYN. */
  final void sendWithSyn(long nowNanos) {
    Packet packet = buffer.unsent();
    if (packet != null) {
      packet.control = 0;
      buffer.onTransmitted(packet, nowNanos);
      sndNxt = sndEnd;
      connection.layer().counters().increment(Counter.TCP_FAST_OPENS_TRIED);
    }
  }

  /** The initial congestion window. */
  final int initialWindowBytes() {
    TcpProfile.InitialWindow window = connection.layer().profile().initialWindow();
    return window.bytes() == 0 ? window.segments() * smss : window.bytes();
  }
}
