package dev.trident.treck.socket;

import static dev.trident.treck.error.ErrorCodes.*;
import static dev.trident.treck.socket.SocketConstants.MSG_OOB;
import static dev.trident.treck.socket.SocketConstants.MSG_PEEK;
import static dev.trident.treck.socket.SocketConstants.MSG_WAITALL;
import static dev.trident.treck.socket.SocketConstants.SOCK_STREAM;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.UserFree;
import dev.trident.endpoint.Endpoint;
import dev.trident.endpoint.KeepAlive;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.StreamState;
import dev.trident.hw.host.AwaitResult;
import dev.trident.treck.error.StackErrors;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A socket of type SOCK_STREAM: a connection, one to be, or after listen() a listener.
 *
 * <p>Zero-copy sends are all or nothing. Of received urgent data the last byte is kept apart, one
 * at a time, unless SO_OOBINLINE is set; no receive goes on past its place without beginning there.
 */
public final class StreamSocket extends Socket {
  private static final int WOULD_BLOCK = StackError.WOULD_BLOCK.code;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private static final int SHUT_READ = 0;
  private static final int SHUT_WRITE = 1;

  /** Dead once {@link #listener} has taken its place. */
  private StreamEndpoint stream;

  private @Nullable StreamListener listener;

  /** connect() has begun on this socket, or it came from accept(). */
  private boolean connectCalled;

  private boolean readShut;
  private boolean writeShut;

  /** SO_LINGER's time in seconds, or -1 when it is off. */
  private int lingerSeconds = -1;

  /** What accepted sockets inherit; a socket that is no listener leaves these to its stream. */
  private int listenerSendBytes;

  private int listenerReceiveBytes;
  private boolean listenerNoDelay;
  private @Nullable KeepAlive listenerKeepAlive;

  /** SO_OOBINLINE. */
  private boolean urgentInLine;

  private @Nullable CellBuf received;

  StreamSocket(SocketTable table, int descriptor, StreamEndpoint stream) {
    super(table, descriptor);
    this.stream = stream;
    stream.urgentInLine(false);
  }

  @Override
  Endpoint endpoint() {
    StreamListener listening = listener;
    return listening != null ? listening : stream;
  }

  @Override
  public int type() {
    return SOCK_STREAM;
  }

  public boolean isListening() {
    return listener != null;
  }

  // ---- readiness --------------------------------------------------------------------------

  @Override
  boolean happened(Wait.Event event, int bytes) {
    return switch (event) {
      case CONNECT_ENDED -> !isConnecting();
      case ACCEPTABLE, READABLE -> isReadable();
      case ROOM -> !isConnected() || hasRoom(bytes);
      case CLOSED -> isFinished();
    };
  }

  private boolean isConnecting() {
    StreamState state = stream.state();
    return state == StreamState.SYN_SENT || state == StreamState.SYN_RECEIVED;
  }

  /** Whether data can be sent in the present state of the connection. */
  private boolean isConnected() {
    StreamState state = stream.state();
    return state == StreamState.ESTABLISHED || state == StreamState.CLOSE_WAIT;
  }

  /** A message above the limit of the send queue fits only when the queue is empty. */
  private boolean hasRoom(int bytes) {
    return bytes > stream.sendBufferBytes()
        ? stream.unacknowledgedBytes() == 0
        : stream.sendSpace() >= bytes;
  }

  @Override
  public boolean isReadable() {
    StreamListener listening = listener;
    if (listening != null) {
      return listening.acceptable() > 0;
    }
    return stream.receivableBytes() > 0 || stream.atEndOfStream() || readShut || hasFailed();
  }

  @Override
  public boolean isWritable() {
    return listener == null && (stream.sendSpace() > 0 || writeShut || hasFailed());
  }

  @Override
  public boolean hasException() {
    return listener == null && (hasFailed() || stream.readiness().isAny(Readiness.URGENT));
  }

  /** Whether an error is pending or ended the connection. */
  private boolean hasFailed() {
    return stream.readiness().isAny(Readiness.ERROR);
  }

  // ---- connections ------------------------------------------------------------------------

  @Override
  public int connect(int address, int port) {
    if (connectCalled) {
      return -TM_EALREADY;
    }
    if (listener != null) {
      return -TM_EOPNOTSUPP;
    }
    int started = stream.connect(address, port);
    if (started < 0) {
      return StackErrors.result(started);
    }
    connectCalled = true;
    if (!isBlocking()) {
      return isConnected() ? 0 : -TM_EINPROGRESS;
    }
    int woken = await(Wait.Event.CONNECT_ENDED, 0);
    if (woken < 0) {
      return woken;
    }
    int error = takePendingError();
    // Another thread may have ended the attempt, which leaves no error.
    return error == TM_ENOERROR && stream.state() == StreamState.CLOSED ? -TM_ECONNABORTED : -error;
  }

  /** While the connection is being opened the pending error is that it is in progress. */
  @Override
  public int takePendingError() {
    return listener == null && isConnecting() ? TM_EINPROGRESS : super.takePendingError();
  }

  @Override
  public int listen(int backlog) {
    if (backlog < 0) {
      return -TM_EINVAL;
    }
    if (connectCalled || listener != null) {
      return -TM_EINVAL;
    }
    StreamListener fresh = table().transport().newListener();
    if (fresh == null) {
      return -TM_ENOBUFS;
    }
    int address = stream.localAddress();
    int port = stream.localPort();
    listenerSendBytes = stream.sendBufferBytes();
    listenerReceiveBytes = stream.receiveBufferBytes();
    listenerNoDelay = stream.noDelay();
    listenerKeepAlive = stream.keepAlive();
    // The port cannot be reserved twice, so the stream lets go of it first.
    stream.close();
    fresh.acceptedBufferBytes(listenerSendBytes, listenerReceiveBytes);
    int result = port == 0 ? 0 : fresh.bind(address, port);
    if (result == 0) {
      result = fresh.listen(Math.max(1, backlog));
    }
    if (result == 0) {
      listener = fresh;
      return TM_ENOERROR;
    }
    fresh.close();
    StreamEndpoint again = table().transport().newStream();
    if (again != null) {
      stream = again;
      stream.sendBufferBytes(listenerSendBytes);
      stream.receiveBufferBytes(listenerReceiveBytes);
      stream.noDelay(listenerNoDelay);
      stream.keepAlive(listenerKeepAlive);
      listenerKeepAlive = null;
      stream.urgentInLine(urgentInLine);
    }
    return StackErrors.result(result);
  }

  @Override
  public int accept() {
    StreamListener listening = listener;
    if (listening == null || isClosing()) {
      return -TM_EINVAL;
    }
    while (true) {
      if (table().isFull()) {
        return -TM_EMFILE;
      }
      StreamEndpoint accepted = listening.accept();
      if (accepted != null) {
        return adopt(accepted);
      }
      if (mustNotWait(0)) {
        return -TM_EWOULDBLOCK;
      }
      int woken = await(Wait.Event.ACCEPTABLE, 0);
      if (woken < 0) {
        return woken;
      }
    }
  }

  /** The new socket has this one's options, and is blocking as every new socket is. */
  private int adopt(StreamEndpoint accepted) {
    StreamSocket socket = table().add(accepted);
    socket.connectCalled = true;
    socket.lingerSeconds = lingerSeconds;
    accepted.noDelay(listenerNoDelay);
    accepted.keepAlive(keepAlive());
    if (urgentInLine) {
      socket.urgentInLine(true);
    }
    return socket.descriptor();
  }

  @Override
  public boolean hasPeer() {
    return connectCalled && !isConnecting() && stream.state() != StreamState.CLOSED;
  }

  @Override
  public int remoteAddress() {
    return stream.remoteAddress();
  }

  @Override
  public int remotePort() {
    return stream.remotePort();
  }

  @Override
  public int shutdown(int how) {
    boolean read = how != SHUT_WRITE;
    boolean write = how != SHUT_READ;
    if (isClosing() || ((!read || readShut) && (!write || writeShut))) {
      return -TM_ESHUTDOWN;
    }
    if (listener != null || !connectCalled || isConnecting()) {
      return -TM_ENOTCONN;
    }
    if (read) {
      readShut = true;
      stream.consume(stream.receivableBytes());
    }
    if (write && !writeShut) {
      writeShut = true;
      return StackErrors.result(stream.shutdownSend());
    }
    return TM_ENOERROR;
  }

  // ---- close ------------------------------------------------------------------------------

  /**
   * The handshake is complete; TIME-WAIT that may follow is the engine's affair, not the user's.
   */
  @Override
  boolean isFinished() {
    if (listener != null) {
      return true;
    }
    StreamState state = stream.state();
    return state == StreamState.CLOSED || state == StreamState.TIME_WAIT;
  }

  @Override
  public int close() {
    markClosing();
    StreamListener listening = listener;
    if (listening != null) {
      listening.close();
    } else if (lingerSeconds == 0 && connectCalled) {
      stream.abort();
    } else {
      stream.close();
    }
    if (isFinished()) {
      table().forget(this);
      return TM_ENOERROR;
    }
    table().watch(this);
    return lingerSeconds > 0 && isBlocking() ? linger() : TM_ENOERROR;
  }

  private int linger() {
    AwaitResult result = await(Wait.Event.CLOSED, 0, lingerSeconds * NANOS_PER_SECOND);
    return switch (result) {
      case HOLDS -> {
        if (!isGone()) {
          table().forget(this);
        }
        yield TM_ENOERROR;
      }
      case TIMED_OUT -> -TM_ETIMEDOUT;
      case INTERRUPTED -> -TM_EINTR;
    };
  }

  // ---- sending ----------------------------------------------------------------------------

  /**
   * 0 if data may be sent. A dead connection passes: the engine knows the error that ended it, and
   * answers with that.
   */
  private int maySend() {
    if (!connectCalled || listener != null || isConnecting()) {
      return -TM_ENOTCONN;
    }
    return writeShut || isClosing() ? -TM_ESHUTDOWN : 0;
  }

  private static int engineFlags(int flags) {
    return (flags & MSG_OOB) != 0 ? StreamEndpoint.SEND_URGENT : 0;
  }

  /** A blocking send takes everything, unless the connection ends in the middle. */
  @Override
  public int send(ByteBuf buffer, int index, int length, int flags, int address, int port) {
    int total = 0;
    int state = maySend();
    while (state == 0) {
      int sent = stream.send(buffer, index + total, length - total, engineFlags(flags));
      if (sent < 0 && sent != WOULD_BLOCK) {
        state = StackErrors.result(sent);
        break;
      }
      total += Math.max(sent, 0);
      if (total == length) {
        break;
      }
      if (mustNotWait(flags)) {
        state = -TM_EWOULDBLOCK;
        break;
      }
      int woken = await(Wait.Event.ROOM, 1);
      state = woken < 0 ? woken : maySend();
    }
    return total > 0 ? total : state;
  }

  /**
   * Waits until a whole message fits: 0, or an error.
   *
   * @param waitsWhenOversize whether a length above the limit waits for an empty queue, or fails
   */
  private int awaitRoom(int length, int flags, boolean waitsWhenOversize) {
    int state = maySend();
    if (state < 0 || !isConnected()) {
      return state;
    }
    boolean mustNotWait = mustNotWait(flags);
    if (length > stream.sendBufferBytes() && (mustNotWait || !waitsWhenOversize)) {
      return -TM_EMSGSIZE;
    }
    while (isConnected() && !hasRoom(length)) {
      if (mustNotWait) {
        return -TM_EWOULDBLOCK;
      }
      int woken = await(Wait.Event.ROOM, length);
      state = woken < 0 ? woken : maySend();
      if (state < 0) {
        return state;
      }
    }
    return 0;
  }

  /** A blocking call with a message above the queue's limit waits for the queue to be empty. */
  @Override
  public int sendMessage(CellBuf message, int length, int flags, int address, int port) {
    int room = awaitRoom(length, flags, true);
    if (room < 0) {
      return room;
    }
    stream.acceptOversizeWhenEmpty(true);
    int sent = stream.sendMessage(message, length, engineFlags(flags));
    stream.acceptOversizeWhenEmpty(false);
    return StackErrors.result(sent);
  }

  @Override
  public int sendLoan(
      ByteBuf buffer,
      int index,
      int length,
      Object token,
      UserFree free,
      int flags,
      int address,
      int port) {
    int room = awaitRoom(length, flags, false);
    return room < 0
        ? room
        : StackErrors.result(stream.sendLoan(buffer, index, length, token, free, 0));
  }

  // ---- receiving --------------------------------------------------------------------------

  private int mayReceive() {
    if (!connectCalled || listener != null || isConnecting()) {
      return -TM_ENOTCONN;
    }
    return readShut || isClosing() ? -TM_ESHUTDOWN : 0;
  }

  /** Waits until there is something to read: 0 when data is queued or nothing will come. */
  private int awaitData(int flags) {
    int state = mayReceive();
    while (state == 0 && !isReadable()) {
      if (mustNotWait(flags)) {
        return -TM_EWOULDBLOCK;
      }
      int woken = await(Wait.Event.READABLE, 0);
      state = woken < 0 ? woken : mayReceive();
    }
    return state;
  }

  /** With an empty queue: 0 at the end of the stream, or the error that ended the connection. */
  private int endOfData() {
    return StackErrors.result(stream.receive(table().nothing(), 0, 1));
  }

  @Override
  public int receive(ByteBuf buffer, int index, int length, int flags) {
    if ((flags & MSG_OOB) != 0) {
      return receiveUrgent(buffer, index, length, flags);
    }
    if (length == 0) {
      return mayReceive();
    }
    int total = 0;
    int state = awaitData(flags);
    while (state == 0) {
      int left = length - total;
      int count =
          (flags & MSG_PEEK) != 0 && stream.receivableBytes() > 0
              ? peek(buffer, index, left)
              : StackErrors.result(stream.receive(buffer, index + total, left));
      if (count < 0) {
        state = count;
        break;
      }
      total += count;
      if (count == 0
          || total == length
          || stream.urgentOffset() == 0
          || (flags & (MSG_WAITALL | MSG_PEEK)) != MSG_WAITALL) {
        break;
      }
      state = awaitData(flags);
    }
    return total > 0 ? total : state;
  }

  /** The urgent byte alone; never waits for it. */
  private int receiveUrgent(ByteBuf buffer, int index, int length, int flags) {
    int state = mayReceive();
    if (state < 0 || length == 0) {
      return state;
    }
    int octet = stream.receiveUrgent((flags & MSG_PEEK) != 0);
    if (octet < 0) {
      return StackErrors.result(octet);
    }
    buffer.setByte(index, octet);
    table().countCopied(1);
    return 1;
  }

  /** Of {@code length} bytes those before the place of the urgent byte, unless that is next. */
  private int beforeMark(int length) {
    int offset = stream.urgentOffset();
    return offset > 0 ? Math.min(offset, length) : length;
  }

  private int peek(ByteBuf buffer, int index, int mostBytes) {
    int length = beforeMark(mostBytes);
    CellBuf[] shown = table().peeked(stream.receivablePackets());
    int packets = stream.peek(shown, stream.receivablePackets());
    int total = 0;
    for (int i = 0; i < packets; i++) {
      int count = Math.min(length - total, shown[i].capacity());
      shown[i].getBytes(0, buffer, index + total, count);
      shown[i].release();
      total += count;
    }
    table().countCopied(total);
    return total;
  }

  /** Delivers the first packet of the queue, or the front of it. */
  @Override
  public int receiveMessage(int maxLength, int flags) {
    int state = awaitData(flags);
    if (state < 0) {
      return state;
    }
    CellBuf[] shown = table().peeked(1);
    if (stream.receivableBytes() == 0) {
      return endOfData();
    }
    if (stream.peek(shown, 1) == 0) {
      return -TM_ENOBUFS;
    }
    CellBuf handle = shown[0];
    int most = beforeMark(maxLength);
    if (handle.capacity() > most) {
      handle = table().front(handle, most);
    }
    int length = handle.capacity();
    if ((flags & MSG_PEEK) == 0) {
      stream.consume(length);
    }
    received = handle;
    return length;
  }

  @Override
  public CellBuf takeReceived() {
    CellBuf handle = Objects.requireNonNull(received);
    received = null;
    return handle;
  }

  @Override
  public int sourceAddress() {
    return stream.remoteAddress();
  }

  @Override
  public int sourcePort() {
    return stream.remotePort();
  }

  // ---- options ----------------------------------------------------------------------------

  /** SO_LINGER's time in seconds, or -1 when it is off. */
  public int lingerSeconds() {
    return lingerSeconds;
  }

  /** Sets SO_LINGER's time in seconds; -1 switches it off. */
  public void lingerSeconds(int seconds) {
    lingerSeconds = seconds;
  }

  public boolean noDelay() {
    return listener != null ? listenerNoDelay : stream.noDelay();
  }

  public int noDelay(boolean off) {
    if (listener != null) {
      listenerNoDelay = off;
    } else {
      stream.noDelay(off);
    }
    return TM_ENOERROR;
  }

  public KeepAlive keepAlive() {
    return listenerKeepAlive != null ? listenerKeepAlive : stream.keepAlive();
  }

  public int keepAlive(KeepAlive settings) {
    if (listener != null) {
      listenerKeepAlive = settings;
    } else {
      stream.keepAlive(settings);
    }
    return TM_ENOERROR;
  }

  /** SO_OOBINLINE: whether the urgent byte is read as any other. */
  public boolean urgentInLine() {
    return urgentInLine;
  }

  public int urgentInLine(boolean inLine) {
    urgentInLine = inLine;
    if (listener == null) {
      stream.urgentInLine(inLine);
    }
    return TM_ENOERROR;
  }

  /** Bytes of a full segment at present; a listener has none. */
  public int maxSegmentBytes() {
    return listener != null ? -TM_EINVAL : stream.mss();
  }

  @Override
  public int sendBufferBytes() {
    return listener != null ? listenerSendBytes : stream.sendBufferBytes();
  }

  @Override
  public int sendBufferBytes(int bytes) {
    StreamListener listening = listener;
    if (listening != null) {
      listenerSendBytes = bytes;
      listening.acceptedBufferBytes(listenerSendBytes, listenerReceiveBytes);
    } else {
      stream.sendBufferBytes(bytes);
    }
    return TM_ENOERROR;
  }

  @Override
  public int receiveBufferBytes() {
    return listener != null ? listenerReceiveBytes : stream.receiveBufferBytes();
  }

  @Override
  public int receiveBufferBytes(int bytes) {
    StreamListener listening = listener;
    if (listening != null) {
      listenerReceiveBytes = bytes;
      listening.acceptedBufferBytes(listenerSendBytes, listenerReceiveBytes);
    } else {
      stream.receiveBufferBytes(bytes);
    }
    return TM_ENOERROR;
  }
}
