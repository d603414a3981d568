package dev.trident.tcp;

import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamState;
import dev.trident.ip.Path;
import dev.trident.time.Deadline;
import dev.trident.trace.Counter;
import dev.trident.wire.TcpOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The transmission control block: the state, the two halves and the timers, and what segments and
 * timers do to the state. Between whom it is, and on what terms, is in {@link ConnectionTerms};
 * what the user's calls do in {@link Stream}: three thoughts in three files and, since there are
 * many connections, in one object. What a call or a segment does beyond the state is in {@link
 * Sender} and {@link Receiver}.
 *
 * <p>It lives as long as somebody needs it: the user until {@link #close} or {@link #abort}, the
 * layer until CLOSED. A connection that a {@link Listener} has not handed out has no user.
 */
abstract sealed class Connection extends ConnectionTerms permits Stream {
  /** Bits that end with a connection; what remains readable is told apart. */
  static final int OPEN_BITS = Readiness.WRITABLE;

  final Readiness readiness;

  private final Timers timers;

  final Sender sender;

  final Receiver receiver;

  private Statistics statistics = new Statistics();

  StreamState state = StreamState.CLOSED;

  /** The hold on our port; null while unbound and after CLOSED. */
  @Nullable LocalPort port;

  /** Where this came from, until it is accepted; null for an active open. */
  private @Nullable Listener listener;

  /** Next in the listener's queue of ready connections. */
  @Nullable Connection nextReady;

  /** Next in the layer's list of connections with output due. */
  @Nullable Connection nextScheduled;

  boolean scheduled;

  /** Place among the layer's connections, or -1. */
  int slot = -1;

  /** The user has given the endpoint up; or never had it. */
  boolean orphan;

  boolean opened;

  /** The port was bound by the user, who keeps it when an attempt to connect fails. */
  boolean boundByUser;

  /** Room below which this is not writable; 0 leaves it to {@link #raiseWritable}. */
  int sendLowWaterBytes;

  private byte challenges;

  /** Differentiated services code point of what is sent. */
  byte dscp;

  private int challengeInterval;

  /** What ended the connection; null while it lives and after an orderly end. */
  @Nullable StackError endError;

  /** {@link #takeError} has not reported {@link #endError} yet. */
  boolean errorPending;

  /** Trouble since SND.UNA moved last: the cause to report if the connection times out. */
  @Nullable StackError softError;

  /** Null unless the user has asked for it. */
  @Nullable KeepAliveTimer keepAlive;

  /** Null unless the user has set one. */
  @Nullable UserTimeout userTimeout;

  /** Null unless a SYN, theirs or ours, has to do with fast open. */
  @Nullable FastOpen fastOpen;

  Connection(TcpLayer layer) {
    super(layer);
    readiness = new Readiness(layer.pool().completions());
    timers = new Timers(this);
    sender = new Sender(this, layer.profile());
    receiver = new Receiver(this, layer.profile());
  }

  @Override
  final Sender sender() {
    return sender;
  }

  @Override
  final Receiver receiver() {
    return receiver;
  }

  /** What has been counted since the connection began. */
  final Statistics statistics() {
    return statistics;
  }

  Timers timers() {
    return timers;
  }

  @Nullable Listener listener() {
    return listener;
  }

  @Nullable FastOpen fastOpen() {
    return fastOpen;
  }

  /** Whether the user may read and write already although the handshake is not over. */
  boolean isEarly() {
    return fastOpen != null && fastOpen.isEarly();
  }

  /** Nobody holds this endpoint: its data has no reader. */
  boolean isOrphan() {
    return orphan;
  }

  /** Counts a challenge; false if this connection had its share of the interval. */
  boolean mayChallenge(int interval, int limit) {
    if (interval != challengeInterval) {
      challengeInterval = interval;
      challenges = 0;
    }
    if (challenges >= limit) {
      return false;
    }
    challenges++;
    return true;
  }

  /** Called by the layer, with the tuple free: takes the identity of a new connection. */
  void open(Path newPath, int ourPort, int peer, int peerPort) {
    begin(newPath, ourPort, peer, peerPort);
    if (opened) {
      statistics = new Statistics();
    }
    opened = true;
    endError = null;
    errorPending = false;
    softError = null;
    fastOpen = null;
    readiness.clear(-1);
    int iss = layer.initialSequence(localAddress, ourPort, peer, peerPort);
    sender.open(iss, ourPort, peerPort);
    sender.smss(layer.sendMss(TcpOptions.ABSENT, receiveMss()) - SegmentOptions.TIMESTAMPS_BYTES);
    receiver.open(receiveMss(), offeredWindowShift);
  }

  /**
   * Called by a listener: this begins with the peer's SYN.
   *
   * @param fast what the listener makes of the SYN's fast open option; null for nothing
   */
  void openPassively(
      Listener parent, LocalPort shared, Segment syn, @Nullable FastOpen fast, long nowNanos) {
    listener = parent;
    port = shared;
    orphan = true;
    statistics.onSegmentReceived(syn, nowNanos);
    fastOpen = fast;
    onPeerSyn(syn.seq(), syn.options());
    sender.onPeerEcn(syn, true);
    enter(StreamState.SYN_RECEIVED);
    if (fast != null && fast.isEarly()) {
      openEarly(parent, fast, syn, nowNanos);
    } else {
      sender.sendSyn(nowNanos);
    }
  }

  /** The peer's data is taken, and acknowledged with its SYN; the user need not wait for more. */
  private void openEarly(Listener parent, FastOpen fast, Segment syn, long nowNanos) {
    sender.openEarly(syn);
    int first = receiver.rcvNxt();
    receiver.windowFieldOfSyn();
    syn.trimFront(1);
    receiver.trim(syn);
    receiver.onText(syn, nowNanos);
    if (receiver.rcvNxt() != first) {
      fast.onSynDataAcked();
    }
    sender.sendSyn(nowNanos);
    readiness.raise(Readiness.WRITABLE);
    orphan = false;
    parent.onReady(this);
  }

  /**
   * Called by a listener: {@code ack} acknowledges a SYN,ACK of which only the cookie is left.
   *
   * @param options of the peer's SYN, as far as the cookie has kept them
   */
  void openFromCookie(Listener parent, LocalPort shared, Segment ack, TcpOptions options) {
    listener = parent;
    port = shared;
    orphan = true;
    sender.openFromCookie(ack.ackNumber() - 1, layer.synCookies().keptEcn(ack));
    onPeerSyn(ack.seq() - 1, options);
    receiver.windowFieldOfSyn();
    enter(StreamState.SYN_RECEIVED);
  }

  /** An acceptable segment of the peer: it is there. */
  void onHeard(long nowNanos) {
    if (keepAlive != null) {
      keepAlive.onHeard(nowNanos);
    }
  }

  /** Whether the last step of the handshake may be done: the accept queue must have room. */
  boolean mayBecomeEstablished() {
    return listener == null || isEarly() || listener.hasRoom();
  }

  /** Our SYN is acknowledged and the peer's has come. */
  void onEstablished(long nowNanos) {
    receiver.onSegmentSize(sender.smss() + optionBytes());
    enter(StreamState.ESTABLISHED);
    if (keepAlive != null) {
      keepAlive.begin(nowNanos);
    }
    readiness.raise(
        sender.isFinQueued() ? Readiness.CONNECTED : Readiness.CONNECTED | Readiness.WRITABLE);
    if (isEarly()) {
      Objects.requireNonNull(fastOpen).leaveQueue(false, nowNanos);
    } else if (listener != null) {
      orphan = false;
      listener.onEmbryoGone();
      listener.onReady(this);
    }
    if (fastOpen != null && !fastOpen.isSynDataAcked()) {
      fastOpen = null;
    }
    if (sender.isFinQueued()) {
      enter(StreamState.FIN_WAIT_1);
    }
    if (sender.hasOutput()) {
      layer.schedule(this);
    }
  }

  /** The listener hands this to a user, or forgets it. */
  void leaveListener() {
    listener = null;
    nextReady = null;
  }

  /** The one place where the state changes. */
  void enter(StreamState next) {
    layer.lingering().onState(this, state, next);
    state = next;
  }

  @Override
  public StreamState state() {
    return state;
  }

  /** The peer's FIN has been passed (eighth step). */
  void onPeerFin(long nowNanos) {
    readiness.raise(Readiness.PEER_CLOSED | Readiness.READABLE);
    switch (state) {
      case ESTABLISHED -> enter(StreamState.CLOSE_WAIT);
      case FIN_WAIT_1 -> enter(StreamState.CLOSING);
      case FIN_WAIT_2 -> startTimeWait(nowNanos);
      case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT ->
          throw new AssertionError("FIN in " + state);
    }
  }

  /** Everything we sent, FIN included, is acknowledged (fifth step). */
  void onFinAcknowledged(long nowNanos) {
    switch (state) {
      case FIN_WAIT_1 -> {
        enter(StreamState.FIN_WAIT_2);
        if (orphan) {
          startFinWait2(nowNanos);
        }
      }
      case CLOSING -> startTimeWait(nowNanos);
      case LAST_ACK -> end(null);
      case FIN_WAIT_2, TIME_WAIT -> {
        // Known already.
      }
      case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT ->
          throw new AssertionError("FIN acknowledged in " + state);
    }
  }

  /** A FIN that never comes must not keep what nobody uses. */
  void startFinWait2(long nowNanos) {
    timers.lingerUntil(Deadline.after(nowNanos, layer.profile().closing().finWait2Nanos()));
  }

  /** Enters TIME-WAIT, or starts its time again. */
  void startTimeWait(long nowNanos) {
    timers.stopRetransmit();
    if (state != StreamState.TIME_WAIT) {
      enter(StreamState.TIME_WAIT);
      readiness.clear(OPEN_BITS);
      readiness.raise(Readiness.CLOSED);
    }
    timers.lingerUntil(Deadline.after(nowNanos, layer.profile().closing().timeWaitNanos()));
    layer.lingering().trim();
  }

  /**
   * TIME-WAIT or an orphan's FIN-WAIT-2 is over. A very short TIME-WAIT ends in the batch in which
   * the peer's FIN came: what acknowledges it must leave first, or the peer repeats it for minutes.
   */
  void onLingerExpired() {
    if (receiver.isPromptAckOwed()) {
      sender.sendAck();
    }
    end(null);
  }

  /** The peer answers our half-open connection by RST. */
  void onRefused() {
    if (isEarly()) {
      fail(StackError.CONNECTION_RESET);
    } else if (listener != null) {
      end(null);
    } else {
      fail(StackError.CONNECTION_REFUSED);
    }
  }

  /** Something waits for an acknowledgment from now on. */
  void onQueued(long nowNanos) {
    if (userTimeout != null) {
      userTimeout.update(false, nowNanos);
    }
  }

  /** SND.UNA has moved: what was wrong with the path is over. */
  void onProgress(long nowNanos) {
    softError = null;
    if (userTimeout != null) {
      userTimeout.update(true, nowNanos);
    }
  }

  /** Retransmissions, keep-alives or the user timeout are exhausted. */
  void onGivenUp() {
    layer.counters().increment(Counter.TCP_CONNECTIONS_ABORTED);
    fail(softError != null ? softError : StackError.TIMED_OUT);
  }

  /** An administrator ends the connection without a word to the peer. */
  void drop() {
    end(state == StreamState.TIME_WAIT ? null : StackError.CONNECTION_ABORTED);
  }

  /** News of the path that does not end the connection (RFC 5461 section 2). */
  void onSoftError(StackError error) {
    softError = error;
    readiness.raise(Readiness.SOFT_ERROR);
    readiness.clear(Readiness.SOFT_ERROR);
  }

  /** R1 is reached: the peer has been silent for some retransmissions (RFC 9293 section 3.8.3). */
  void onSilence() {
    layer.onSilence(this);
    onSoftError(softError != null ? softError : StackError.TIMED_OUT);
  }

  /** The connection ends by an error that its user is to be told. */
  void fail(StackError error) {
    end(error);
  }

  void end(@Nullable StackError error) {
    Listener parent = listener;
    boolean embryonic = state == StreamState.SYN_RECEIVED;
    boolean attempt = embryonic || state == StreamState.SYN_SENT;
    boolean early = isEarly();
    if (attempt) {
      layer.counters().increment(Counter.TCP_ATTEMPTS_FAILED);
    } else if (state == StreamState.ESTABLISHED || state == StreamState.CLOSE_WAIT) {
      layer.counters().increment(Counter.TCP_ESTABLISHED_RESET);
    }
    if (fastOpen != null) {
      endFastOpen(fastOpen, error);
    }
    enter(StreamState.CLOSED);
    timers.stop();
    if (keepAlive != null) {
      keepAlive.stop();
    }
    if (userTimeout != null) {
      userTimeout.stop();
    }
    sender.close();
    receiver.close();
    int hint = slot + 1;
    layer.remove(this);
    LocalPort held = port;
    if (attempt && boundByUser && !orphan && held != null) {
      held.unsteer(hint);
      localAddress = held.address();
    } else {
      releasePort();
    }
    readiness.clear(OPEN_BITS);
    if (error == null) {
      readiness.raise(Readiness.CLOSED);
    } else {
      endError = error;
      errorPending = true;
      readiness.raise(Readiness.CLOSED | Readiness.ERROR | Readiness.READABLE);
    }
    if (parent != null && embryonic && !early) {
      parent.onEmbryoGone();
    }
    if (orphan) {
      receiver.queue().clear();
      layer.onFreed();
    }
  }

  private void endFastOpen(FastOpen fast, @Nullable StackError error) {
    fast.leaveQueue(error == StackError.CONNECTION_RESET, layer.nowNanos());
    boolean ours = error == null || error == StackError.CONNECTION_ABORTED;
    if (state == StreamState.SYN_SENT && !ours) {
      layer.fastOpenClient().onAttemptFailed(this);
    }
  }

  private void releasePort() {
    LocalPort held = port;
    port = null;
    if (held != null) {
      held.release();
    }
  }

  /** Raised with the first room worth while, so that the user is not woken for every segment. */
  void raiseWritable() {
    boolean open = state == StreamState.ESTABLISHED || state == StreamState.CLOSE_WAIT || isEarly();
    int worthwhile =
        sendLowWaterBytes != 0
            ? sendLowWaterBytes
            : Math.min(2 * sender.smss(), sender.bufferLimitBytes() / 2);
    if (open && !sender.isFinQueued() && sender.spaceBytes() >= Math.max(worthwhile, 1)) {
      readiness.raise(Readiness.WRITABLE);
    }
  }

  @Override
  public void abort() {
    switch (state) {
      case SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT -> {
        layer.counters().increment(Counter.TCP_CONNECTIONS_ABORTED);
        layer.transmitter().sendReset(this);
      }
      case CLOSED, LISTEN, SYN_SENT, CLOSING, LAST_ACK, TIME_WAIT -> {
        // The peer needs no word of it (RFC 9293 section 3.10.5).
      }
    }
    if (state == StreamState.CLOSED) {
      if (!orphan) {
        giveUpAtOnce();
      }
      return;
    }
    becomeOrphan();
    readiness.listen(null);
    end(StackError.CONNECTION_ABORTED);
  }

  /** The user gives this up: what is left to do is done for the peer. */
  void becomeOrphan() {
    if (!orphan) {
      orphan = true;
      layer.lingering().onOrphan(state);
    }
  }

  void giveUpAtOnce() {
    becomeOrphan();
    if (state == StreamState.CLOSED) {
      receiver.queue().clear();
      releasePort();
      layer.onFreed();
    } else {
      end(null);
    }
  }

  @Override
  public Readiness readiness() {
    return readiness;
  }
}
