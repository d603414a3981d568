package dev.trident.tcp;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.Packet;
import dev.trident.buffer.UserFree;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpInfo;
import dev.trident.ip.Path;
import dev.trident.time.Deadline;
import dev.trident.trace.Counter;
import dev.trident.wire.TcpOptions;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The transmission control block: identity, state, the two halves and the timers. It is the
 * endpoint that APIs see too, so that a connection costs one object less; what a call does beyond
 * checking the state is in {@link Packetizer}, {@link Sender} and {@link Receiver}.
 *
 * <p>It lives as long as somebody needs it: the user until {@link #close} or {@link #abort}, the
 * layer until CLOSED. A connection that a {@link Listener} has not handed out has no user.
 */
final class Connection implements StreamEndpoint {
  /** Bits that end with a connection; what remains readable is told apart. */
  private static final int OPEN_BITS = Readiness.WRITABLE;

  private final TcpLayer layer;
  private final Readiness readiness;
  private final Timers timers;
  private final Sender sender;
  private final Receiver receiver;

  private StreamState state = StreamState.CLOSED;

  private int localAddress;
  private int localPort;
  private int remoteAddress;
  private int remotePort;

  /** How segments leave; null before the first open. */
  private @Nullable Path path;

  /** The hold on our port; null while unbound and after CLOSED. */
  private @Nullable LocalPort port;

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
  private boolean orphan;

  private boolean opened;

  /** The port was bound by the user, who keeps it when an attempt to connect fails. */
  private boolean boundByUser;

  private boolean acceptsOversize;

  /** Room below which this is not writable; 0 leaves it to {@link #raiseWritable}. */
  private int sendLowWaterBytes;

  /** Window scale that our SYN offers, or {@link TcpOptions#ABSENT}. */
  private byte offeredWindowShift;

  private byte challenges;
  private int challengeInterval;

  /** What ended the connection; null while it lives and after an orderly end. */
  private @Nullable StackError endError;

  /** The error that {@link #takeError} will report. */
  private @Nullable StackError pendingError;

  /** What ICMP said of the path: the cause to report if the connection times out. */
  private @Nullable StackError softError;

  private @Nullable Object attachment;

  Connection(TcpLayer layer) {
    this.layer = layer;
    readiness = new Readiness(layer.pool().completions());
    timers = new Timers(this, layer.wheel());
    sender = new Sender(this, layer.out(), layer.profile());
    receiver = new Receiver(this, layer.profile());
  }

  TcpLayer layer() {
    return layer;
  }

  Sender sender() {
    return sender;
  }

  Receiver receiver() {
    return receiver;
  }

  Timers timers() {
    return timers;
  }

  @Nullable Path path() {
    return path;
  }

  @Nullable Listener listener() {
    return listener;
  }

  /** Nobody holds this endpoint: its data has no reader. */
  boolean isOrphan() {
    return orphan;
  }

  /** Our MSS option: the largest segment we receive without fragments. */
  int receiveMss() {
    return layer.maxSegmentBytes(Objects.requireNonNull(path));
  }

  int offeredWindowShift() {
    return offeredWindowShift;
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

  boolean isTuple(int local, int localPortNumber, int remote, int remotePortNumber) {
    return remoteAddress == remote
        && localPort == localPortNumber
        && remotePort == remotePortNumber
        && localAddress == local;
  }

  // ---- open -------------------------------------------------------------------------------

  @Override
  public int bind(int address, int wantedPort) {
    if (port != null || opened) {
      return StackError.INVALID_STATE.code;
    }
    LocalPort reserved = layer.reserve(address, wantedPort);
    if (reserved == null) {
      return layer.whyNotReserved(address);
    }
    port = reserved;
    boundByUser = true;
    localAddress = address;
    localPort = reserved.port();
    return 0;
  }

  @Override
  public int connect(int address, int remotePortNumber) {
    if (state != StreamState.CLOSED || orphan) {
      return StackError.ALREADY_CONNECTED.code;
    }
    if (remotePortNumber <= 0 || remotePortNumber > 0xffff || !TcpLayer.isUnicast(address)) {
      return StackError.INVALID_ADDRESS.code;
    }
    Path found = layer.route(port == null ? 0 : port.address(), address);
    if (found == null) {
      return StackError.NETWORK_UNREACHABLE.code;
    }
    if (found.nextHop() == null && !layer.isLocalAddress(address)) {
      return StackError.INVALID_ADDRESS.code;
    }
    boolean chosen = port == null;
    LocalPort held = chosen ? layer.choosePort(found, remotePortNumber) : port;
    if (held == null) {
      return StackError.ADDRESS_IN_USE.code;
    }
    int error = layer.install(this, found, held, address, remotePortNumber);
    if (error != 0) {
      if (chosen) {
        held.release();
      }
      return error;
    }
    port = held;
    layer.counters().increment(Counter.TCP_ACTIVE_OPENS);
    enter(StreamState.SYN_SENT);
    sender.sendSyn(layer.nowNanos());
    return 0;
  }

  /** Called by the layer, with the tuple free: takes the identity of a new connection. */
  void open(Path newPath, int ourPort, int peer, int peerPort) {
    path = newPath;
    localAddress = newPath.source();
    localPort = ourPort;
    remoteAddress = peer;
    remotePort = peerPort;
    opened = true;
    endError = null;
    pendingError = null;
    softError = null;
    readiness.clear(-1);
    offeredWindowShift = (byte) layer.profile().options().windowScale();
    int iss = layer.initialSequence(localAddress, ourPort, peer, peerPort);
    sender.open(iss, ourPort, peerPort);
    receiver.open(receiveMss(), offeredWindowShift);
  }

  /** Called by a listener: this begins with the peer's SYN. */
  void openPassively(Listener parent, LocalPort shared, Segment syn, long nowNanos) {
    listener = parent;
    port = shared;
    orphan = true;
    onPeerSyn(syn);
    enter(StreamState.SYN_RECEIVED);
    sender.sendSyn(nowNanos);
  }

  /** The peer's SYN fixes the options of the connection. */
  void onPeerSyn(Segment syn) {
    receiver.onSyn(syn.seq());
    TcpOptions options = syn.options();
    sender.smss(layer.sendMss(options.mss(), receiveMss()));
    if (offeredWindowShift == TcpOptions.ABSENT || options.windowScale() == TcpOptions.ABSENT) {
      offeredWindowShift = TcpOptions.ABSENT;
      receiver.doNotScale();
    } else {
      sender.peerScale(options.windowScale());
    }
  }

  /** Whether the last step of the handshake may be done: the accept queue must have room. */
  boolean mayBecomeEstablished() {
    return listener == null || listener.hasRoom();
  }

  /** Our SYN is acknowledged and the peer's has come. */
  void onEstablished(long nowNanos) {
    receiver.onSegmentSize(sender.smss());
    enter(StreamState.ESTABLISHED);
    readiness.raise(Readiness.CONNECTED | Readiness.WRITABLE);
    if (listener != null) {
      orphan = false;
      listener.onReady(this);
    }
    if (sender.isFinQueued()) {
      enter(StreamState.FIN_WAIT_1);
      layer.schedule(this);
    }
  }

  /** The listener hands this to a user, or forgets it. */
  void leaveListener() {
    listener = null;
    nextReady = null;
  }

  // ---- state ------------------------------------------------------------------------------

  /** The one place where the state changes. */
  void enter(StreamState next) {
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
  private void startFinWait2(long nowNanos) {
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
    if (listener != null) {
      end(null);
    } else {
      fail(StackError.CONNECTION_REFUSED);
    }
  }

  /** Retransmissions are exhausted. */
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
  }

  /** The connection ends by an error that its user is to be told. */
  void fail(StackError error) {
    end(error);
  }

  private void end(@Nullable StackError error) {
    Listener parent = listener;
    boolean embryonic = state == StreamState.SYN_RECEIVED;
    boolean attempt = embryonic || state == StreamState.SYN_SENT;
    enter(StreamState.CLOSED);
    timers.stop();
    sender.close();
    receiver.close();
    layer.remove(this);
    LocalPort held = port;
    if (attempt && boundByUser && !orphan && held != null) {
      held.unsteer();
      localAddress = held.address();
    } else {
      releasePort();
    }
    readiness.clear(OPEN_BITS);
    if (error == null) {
      readiness.raise(Readiness.CLOSED);
    } else {
      endError = error;
      pendingError = error;
      readiness.raise(Readiness.CLOSED | Readiness.ERROR | Readiness.READABLE);
    }
    if (parent != null && embryonic) {
      parent.onEmbryoGone();
    }
    if (orphan) {
      receiver.queue().clear();
      layer.onFreed();
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
    boolean open = state == StreamState.ESTABLISHED || state == StreamState.CLOSE_WAIT;
    int worthwhile =
        sendLowWaterBytes != 0
            ? sendLowWaterBytes
            : Math.min(2 * sender.smss(), sender.bufferLimitBytes() / 2);
    if (open && !sender.isFinQueued() && sender.spaceBytes() >= Math.max(worthwhile, 1)) {
      readiness.raise(Readiness.WRITABLE);
    }
  }

  // ---- sending ----------------------------------------------------------------------------

  /**
   * Why nothing can be sent at all at present: 0, or an error. Urgent data cannot be sent yet, and
   * is refused rather than sent as ordinary data.
   */
  private int refusal(int flags) {
    if ((flags & ~SEND_MORE) != 0) {
      return StackError.INVALID_ARGUMENT.code;
    }
    if (state == StreamState.ESTABLISHED || state == StreamState.CLOSE_WAIT) {
      return 0;
    }
    if (endError != null) {
      return endError.code;
    }
    return (sender.isFinQueued() ? StackError.SHUT_DOWN : StackError.NOT_CONNECTED).code;
  }

  @Override
  public int send(ByteBuf buffer, int index, int length, int flags) {
    int refusal = refusal(flags);
    if (refusal != 0) {
      return refusal;
    }
    return sent(layer.packetizer().copy(sender, buffer, index, length), flags);
  }

  @Override
  public int sendLoan(
      ByteBuf buffer, int index, int length, Object token, UserFree free, int flags) {
    int refusal = allOrNothingRefusal(length, flags);
    if (refusal != 0) {
      return refusal;
    }
    return sent(layer.packetizer().lend(sender, buffer, index, length, token, free), flags);
  }

  @Override
  public int sendMessage(CellBuf message, int length, int flags) {
    int refusal = allOrNothingRefusal(length, flags);
    if (refusal != 0) {
      return refusal;
    }
    return sent(layer.packetizer().adopt(sender, message, length), flags);
  }

  private int allOrNothingRefusal(int length, int flags) {
    int refusal = refusal(flags);
    if (refusal != 0) {
      return refusal;
    }
    if (length <= 0) {
      return StackError.INVALID_ARGUMENT.code;
    }
    if (length <= sender.spaceBytes()) {
      return 0;
    }
    if (length > sender.bufferLimitBytes()) {
      if (!acceptsOversize) {
        return StackError.MESSAGE_TOO_LONG.code;
      }
      if (sender.unacknowledgedBytes() == 0) {
        return 0;
      }
    }
    readiness.clear(Readiness.WRITABLE);
    return StackError.WOULD_BLOCK.code;
  }

  private int sent(int result, int flags) {
    if (result > 0) {
      sender.moreComing((flags & SEND_MORE) != 0);
      sender.output(layer.nowNanos());
      if (sender.spaceBytes() < sendLowWaterBytes) {
        readiness.clear(Readiness.WRITABLE);
      }
    } else if (result == SegmentOutput.WOULD_BLOCK) {
      readiness.clear(Readiness.WRITABLE);
    }
    return result;
  }

  @Override
  public void acceptOversizeWhenEmpty(boolean accept) {
    acceptsOversize = accept;
  }

  @Override
  public int sendSpace() {
    boolean open = state == StreamState.ESTABLISHED || state == StreamState.CLOSE_WAIT;
    return open ? Math.max(sender.spaceBytes(), 0) : 0;
  }

  @Override
  public int unacknowledgedBytes() {
    return state == StreamState.CLOSED ? 0 : sender.unacknowledgedBytes();
  }

  @Override
  public int unsentBytes() {
    return state == StreamState.CLOSED ? 0 : sender.unsentBytes();
  }

  @Override
  public int mss() {
    return sender.smss();
  }

  // ---- receiving --------------------------------------------------------------------------

  @Override
  public int receive(ByteBuf buffer, int index, int length) {
    ReceiveQueue queue = receiver.queue();
    if (queue.bytes() == 0) {
      return whyNothingToRead();
    }
    if (length == 0) {
      return 0;
    }
    int count = Math.min(length, queue.bytes());
    if (buffer.isReadOnly() || !Packetizer.isUsable(buffer, index, count)) {
      return StackError.BAD_BUFFER.code;
    }
    layer.packetizer().copyOut(queue, buffer, index, count);
    consume(count);
    return count;
  }

  private int whyNothingToRead() {
    if (receiver.isFinReceived()) {
      return 0;
    }
    if (endError != null) {
      return endError.code;
    }
    boolean unconnected =
        !opened || state == StreamState.SYN_SENT || state == StreamState.SYN_RECEIVED;
    if (unconnected) {
      return StackError.NOT_CONNECTED.code;
    }
    return state == StreamState.CLOSED ? 0 : StackError.WOULD_BLOCK.code;
  }

  @Override
  public int receivableBytes() {
    return receiver.queue().bytes();
  }

  @Override
  public int receivablePackets() {
    return receiver.queue().packets();
  }

  @Override
  public boolean atEndOfStream() {
    return receiver.isFinReceived() && receiver.queue().bytes() == 0;
  }

  @Override
  public int peek(CellBuf[] into, int max) {
    int shown = 0;
    for (Packet packet = receiver.queue().head();
        packet != null && shown < max;
        packet = packet.next) {
      packet.retain();
      into[shown++] =
          layer.pool().handles().issue(packet, packet.payloadOffset, packet.payloadBytes);
    }
    layer.counters().add(Counter.BUFFERS_TO_USER, shown);
    return shown;
  }

  @Override
  public void consume(int bytes) {
    if (bytes < 0 || bytes > receiver.queue().bytes()) {
      throw new IllegalArgumentException(
          "consume of " + bytes + " bytes, with " + receiver.queue().bytes() + " queued");
    }
    receiver.queue().consume(bytes);
    boolean ended = receiver.isFinReceived() || state == StreamState.CLOSED;
    if (ended) {
      return;
    }
    receiver.onConsumed();
  }

  // ---- end --------------------------------------------------------------------------------

  @Override
  public int shutdownSend() {
    switch (state) {
      case SYN_SENT -> end(null);
      case SYN_RECEIVED -> {
        if (sender.isFinQueued()) {
          return StackError.SHUT_DOWN.code;
        }
        sender.queueFin();
      }
      case ESTABLISHED -> sendFinIn(StreamState.FIN_WAIT_1);
      case CLOSE_WAIT -> sendFinIn(StreamState.LAST_ACK);
      case CLOSED, LISTEN -> {
        return (endError == null ? StackError.NOT_CONNECTED : endError).code;
      }
      case FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT -> {
        return StackError.SHUT_DOWN.code;
      }
    }
    return 0;
  }

  private void sendFinIn(StreamState next) {
    readiness.clear(OPEN_BITS);
    sender.queueFin();
    enter(next);
    sender.output(layer.nowNanos());
  }

  @Override
  public void close() {
    if (orphan) {
      return;
    }
    readiness.listen(null);
    switch (state) {
      case CLOSED, LISTEN, SYN_SENT -> giveUpAtOnce();
      case SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT -> {
        if (receiver.queue().bytes() > 0) {
          abort();
          return;
        }
        orphan = true;
        shutdownSend();
      }
      case FIN_WAIT_1, CLOSING, LAST_ACK, FIN_WAIT_2, TIME_WAIT -> {
        if (receiver.queue().bytes() > 0 && !receiver.isFinReceived()) {
          abort();
          return;
        }
        orphan = true;
        receiver.queue().clear();
        if (state == StreamState.FIN_WAIT_2) {
          startFinWait2(layer.nowNanos());
        }
      }
    }
  }

  @Override
  public void abort() {
    switch (state) {
      case SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT -> {
        layer.counters().increment(Counter.TCP_CONNECTIONS_ABORTED);
        sender.sendReset();
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
    orphan = true;
    readiness.listen(null);
    end(StackError.CONNECTION_ABORTED);
  }

  private void giveUpAtOnce() {
    orphan = true;
    if (state == StreamState.CLOSED) {
      receiver.queue().clear();
      releasePort();
      layer.onFreed();
    } else {
      end(null);
    }
  }

  // ---- addresses, errors, settings --------------------------------------------------------

  @Override
  public int localAddress() {
    return localAddress;
  }

  @Override
  public int localPort() {
    return localPort;
  }

  @Override
  public int remoteAddress() {
    return remoteAddress;
  }

  @Override
  public int remotePort() {
    return remotePort;
  }

  @Override
  public Readiness readiness() {
    return readiness;
  }

  @Override
  public int pendingError() {
    return pendingError == null ? 0 : pendingError.code;
  }

  @Override
  public int takeError() {
    int error = pendingError();
    pendingError = null;
    return error;
  }

  @Override
  public void sendBufferBytes(int bytes) {
    sender.bufferLimitBytes(Math.max(bytes, Math.max(sender.smss(), 1)));
    if (opened) {
      raiseWritable();
    }
  }

  @Override
  public int sendBufferBytes() {
    return sender.bufferLimitBytes();
  }

  @Override
  public void sendLowWaterBytes(int bytes) {
    sendLowWaterBytes = bytes;
  }

  @Override
  public void receiveBufferBytes(int bytes) {
    receiver.bufferBytes(Math.max(bytes, 1));
  }

  @Override
  public int receiveBufferBytes() {
    return receiver.bufferBytes();
  }

  @Override
  public void noDelay(boolean off) {
    sender.noDelay(off);
    if (off && sender.buffer().unsent() != null && state != StreamState.CLOSED) {
      sender.output(layer.nowNanos());
    }
  }

  @Override
  public boolean noDelay() {
    return sender.noDelay();
  }

  @Override
  public void info(TcpInfo into) {
    into.state = state;
    into.windowScale = offeredWindowShift != TcpOptions.ABSENT;
    into.rmss = path == null ? 0 : receiveMss();
    sender.info(into);
    receiver.info(into);
  }

  @Override
  public void attach(Object owner) {
    attachment = owner;
  }

  @Override
  public @Nullable Object attachment() {
    return attachment;
  }
}
