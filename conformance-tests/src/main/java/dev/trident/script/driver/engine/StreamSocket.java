package dev.trident.script.driver.engine;

import dev.trident.buffer.CellBuf;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpInfo;
import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.driver.Call;
import dev.trident.script.driver.Call.Direction;
import dev.trident.script.driver.Call.Events;
import dev.trident.script.driver.Call.MessageFlag;
import dev.trident.script.driver.NotExpressibleException;
import dev.trident.wire.Ipv4Header;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A TCP socket that does not listen. The engine repeats the error that ended a connection; BSD
 * tells it once, to whoever asks first, and afterwards reads the end of the stream.
 */
final class StreamSocket extends BsdSocket {
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private final StreamEndpoint endpoint;
  private boolean readShutDown;

  /** Whether closing aborts: SO_LINGER with time 0. */
  private boolean abortsOnClose;

  private int boundAddress;
  private int boundPort;

  /** An accepted connection may be used at once: fast open, or the handshake is over. */
  private final boolean accepted;

  private final FastOpenCalls fastOpen;

  StreamSocket(EngineHost host, StreamEndpoint endpoint, boolean accepted) {
    super(host);
    this.endpoint = endpoint;
    this.accepted = accepted;
    fastOpen = new FastOpenCalls(host, endpoint);
    endpoint.urgentInLine(false);
  }

  @Override
  Outcome bind(int address, int port) {
    int result = reserving(() -> endpoint.bind(address, port));
    if (result == 0) {
      boundAddress = address;
      boundPort = endpoint.localPort();
    }
    return Errno.outcome(result);
  }

  /** What listen(2) needs of this socket, which is given up for the listener. */
  ListenSocket.Settings listenSettings() {
    return new ListenSocket.Settings(
        boundAddress,
        boundPort,
        endpoint.sendBufferBytes(),
        endpoint.receiveBufferBytes(),
        endpoint.noDelay(),
        fastOpen.maxPending());
  }

  boolean isFresh() {
    return endpoint.state() == StreamState.CLOSED && endpoint.remotePort() == 0;
  }

  /** Address and port of the peer, as accept(2) stores them. */
  List<Long> remote() {
    return List.of(endpoint.remoteAddress() & 0xffff_ffffL, (long) endpoint.remotePort());
  }

  void inherit(boolean noDelay) {
    if (noDelay) {
      endpoint.noDelay(true);
    }
  }

  // ---- connecting ---------------------------------------------------------------------------

  @Override
  Operation connect(int address, int port) {
    switch (endpoint.state()) {
      case SYN_SENT, SYN_RECEIVED -> {
        return isNonBlocking() ? Operation.done(Outcome.error("EALREADY")) : new Connecting();
      }
      case CLOSED -> {
        int error = endpoint.takeError();
        if (error != 0) {
          return Operation.done(Errno.error(error));
        }
      }
      case LISTEN,
          ESTABLISHED,
          FIN_WAIT_1,
          FIN_WAIT_2,
          CLOSE_WAIT,
          CLOSING,
          LAST_ACK,
          TIME_WAIT -> {
        return Operation.done(Outcome.error("EISCONN"));
      }
    }
    if (fastOpen.isDeferred()) {
      return Operation.done(Outcome.error("EISCONN"));
    }
    if (fastOpen.defers(address, port)) {
      return Operation.done(Outcome.of(0));
    }
    int result = fastOpen.connect(address, port);
    return result < 0 ? Operation.done(Errno.error(result)) : new Connecting();
  }

  private final class Connecting implements Operation {
    @Override
    public @Nullable Outcome attempt() {
      return switch (endpoint.state()) {
        case SYN_SENT, SYN_RECEIVED -> null;
        case CLOSED -> {
          int error = endpoint.takeError();
          yield error == 0 ? Outcome.error("ECONNABORTED") : Errno.error(error);
        }
        case LISTEN,
            ESTABLISHED,
            FIN_WAIT_1,
            FIN_WAIT_2,
            CLOSE_WAIT,
            CLOSING,
            LAST_ACK,
            TIME_WAIT ->
            Outcome.of(0);
      };
    }

    @Override
    public Outcome wouldBlock() {
      return Outcome.error("EINPROGRESS");
    }
  }

  private boolean isConnecting() {
    StreamState state = endpoint.state();
    return !accepted && (state == StreamState.SYN_SENT || state == StreamState.SYN_RECEIVED);
  }

  // ---- receiving ----------------------------------------------------------------------------

  @Override
  Operation receive(Call.Receive call) throws NotExpressibleException {
    for (MessageFlag flag : call.flags()) {
      if (flag == MessageFlag.ERRQUEUE) {
        throw lacks("recv(MSG_" + flag + ")");
      }
    }
    if (call.flags().contains(MessageFlag.OOB)) {
      return Operation.done(receiveUrgent(call));
    }
    return new Receiving(total(call.lengths()), call.flags());
  }

  /** The urgent octet, which never waits: recv(2) with MSG_OOB. */
  private Outcome receiveUrgent(Call.Receive call) {
    if (isFresh()) {
      return Outcome.error("ENOTCONN");
    }
    int octet = endpoint.receiveUrgent(call.flags().contains(MessageFlag.PEEK));
    if (octet < 0) {
      return Errno.error(octet);
    }
    boolean room = total(call.lengths()) > 0;
    return Outcome.received(ByteBuffer.wrap(new byte[] {(byte) octet}, 0, room ? 1 : 0));
  }

  private final class Receiving implements Operation {
    private final ByteBuf into;
    private final int wanted;
    private final List<MessageFlag> flags;
    private int done;

    Receiving(int wanted, List<MessageFlag> flags) {
      this.wanted = wanted;
      this.flags = flags;
      into = Unpooled.buffer(Math.max(wanted, 1));
    }

    @Override
    public @Nullable Outcome attempt() {
      if (isFresh() && endpoint.pendingError() == 0 && !readShutDown) {
        return Outcome.error("ENOTCONN");
      }
      if (wanted == 0) {
        return Outcome.of(0);
      }
      if (endpoint.receivableBytes() > 0) {
        take();
        boolean all = flags.contains(MessageFlag.WAITALL) && !flags.contains(MessageFlag.PEEK);
        if (done == wanted || !all || endpoint.urgentOffset() == 0) {
          return received();
        }
      }
      int error = endpoint.pendingError();
      if (error != 0) {
        return done > 0 ? received() : Errno.error(endpoint.takeError());
      }
      boolean ended =
          readShutDown || endpoint.atEndOfStream() || endpoint.state() == StreamState.CLOSED;
      return ended ? received() : null;
    }

    private void take() {
      int mark = endpoint.urgentOffset();
      int readable = endpoint.receivableBytes();
      int count = Math.min(wanted - done, mark > 0 ? Math.min(mark, readable) : readable);
      if (flags.contains(MessageFlag.PEEK)) {
        peek(count);
      } else if (flags.contains(MessageFlag.TRUNC)) {
        endpoint.consume(count); // Linux: counted, and not copied
      } else {
        endpoint.receive(into, done, count);
      }
      done += count;
    }

    private void peek(int count) {
      CellBuf[] handles = new CellBuf[endpoint.receivablePackets()];
      int shown = endpoint.peek(handles, handles.length);
      int at = 0;
      for (int i = 0; i < shown; i++) {
        int part = Math.min(handles[i].capacity(), count - at);
        handles[i].getBytes(0, into, at, part);
        at += part;
        handles[i].release();
      }
    }

    private Outcome received() {
      if (flags.contains(MessageFlag.TRUNC)) {
        return Outcome.of(done);
      }
      return Outcome.received(ByteBuffer.wrap(into.array(), 0, done));
    }

    @Override
    public Outcome wouldBlock() {
      return done > 0 ? received() : Outcome.error("EAGAIN");
    }
  }

  // ---- sending ------------------------------------------------------------------------------

  @Override
  Operation send(Call.Send call) throws NotExpressibleException {
    boolean fast = fastOpen.isDeferred();
    int flags = 0;
    for (MessageFlag flag : call.flags()) {
      switch (flag) {
        case NOSIGNAL, DONTWAIT, EOR -> {
          // Signals do not exist here; the driver looks at DONTWAIT; a stream has no records.
        }
        case MORE -> flags |= StreamEndpoint.SEND_MORE;
        case OOB -> flags |= StreamEndpoint.SEND_URGENT;
        case FASTOPEN -> fast = true;
        case PEEK, TRUNC, WAITALL, ZEROCOPY, ERRQUEUE -> throw lacks("send(MSG_" + flag + ")");
      }
    }
    Sending sending = new Sending(total(call.lengths()), flags);
    return fast ? sendFast(call, sending) : sending;
  }

  /** Connects, and sends with it what may go with the SYN. */
  private Operation sendFast(Call.Send call, Sending sending) {
    if (!fastOpen.isAllowed()) {
      return Operation.done(Outcome.error("EOPNOTSUPP"));
    }
    if (isConnecting()) {
      return Operation.done(Outcome.error("EALREADY"));
    }
    if (endpoint.state() != StreamState.CLOSED) {
      return Operation.done(Outcome.error("EISCONN"));
    }
    int taken = fastOpen.open(call, sending.wanted);
    if (taken < 0) {
      return Operation.done(Errno.error(taken));
    }
    boolean waits = !isNonBlocking() && !call.flags().contains(MessageFlag.DONTWAIT);
    if (taken > 0 && !waits) {
      return Operation.done(Outcome.of(taken));
    }
    sending.done = taken;
    sending.connects = true;
    return sending;
  }

  private final class Sending implements Operation {
    private final int wanted;
    private final int flags;
    private int done;

    /** What connects is said to be in progress, and fails as a connect does. */
    private boolean connects;

    Sending(int wanted, int flags) {
      this.wanted = wanted;
      this.flags = flags;
    }

    @Override
    public @Nullable Outcome attempt() {
      if (isConnecting()) {
        return null;
      }
      if (endpoint.pendingError() != 0) {
        return done > 0 && !connects ? Outcome.of(done) : Errno.error(endpoint.takeError());
      }
      boolean ended = endpoint.state() == StreamState.CLOSED && !isFresh();
      if (ended) {
        return done > 0 ? Outcome.of(done) : Outcome.error("EPIPE");
      }
      while (done < wanted) {
        int count = Math.min(wanted - done, Zeros.BYTES);
        int result = endpoint.send(Zeros.BUFFER, 0, count, flags);
        if (result == StackError.WOULD_BLOCK.code || result == StackError.NO_BUFFERS.code) {
          return null;
        }
        if (result < 0) {
          return done > 0 ? Outcome.of(done) : Errno.error(result);
        }
        done += result;
      }
      return Outcome.of(done);
    }

    @Override
    public Outcome wouldBlock() {
      return done > 0 ? Outcome.of(done) : Outcome.error(connects ? "EINPROGRESS" : "EAGAIN");
    }
  }

  // ---- end ----------------------------------------------------------------------------------

  @Override
  Outcome shutdown(Direction how) {
    if (isFresh() || endpoint.state() == StreamState.CLOSED) {
      return Outcome.error("ENOTCONN");
    }
    if (how != Direction.WRITE) {
      readShutDown = true;
    }
    if (how == Direction.READ) {
      return Outcome.of(0);
    }
    int result = endpoint.shutdownSend();
    return result == StackError.SHUT_DOWN.code ? Outcome.of(0) : Errno.outcome(result);
  }

  @Override
  void close() {
    if (abortsOnClose) {
      endpoint.abort();
    } else {
      endpoint.close();
    }
  }

  @Override
  void abort() {
    endpoint.abort();
  }

  // ---- questions and settings ---------------------------------------------------------------

  /** What ended the connection, or else what troubles it, as Linux has it. */
  @Override
  int takeError() {
    int error = endpoint.takeError();
    return error == 0 ? endpoint.takeSoftError() : error;
  }

  @Override
  boolean info(TcpInfo into) {
    if (isFresh()) {
      return false;
    }
    endpoint.info(into);
    return true;
  }

  @Override
  Outcome queuedBytes(boolean received) {
    return value(received ? endpoint.receivableBytes() : endpoint.unacknowledgedBytes());
  }

  @Override
  int events() {
    if (isFresh() && endpoint.pendingError() == 0) {
      return fastOpen.isDeferred() ? Events.OUT : Events.OUT | Events.HUP;
    }
    StreamState state = endpoint.state();
    boolean closed = state == StreamState.CLOSED;
    boolean peerClosed = endpoint.readiness().isAny(Readiness.PEER_CLOSED) || closed;
    boolean readEnd = readShutDown || endpoint.atEndOfStream() || closed;
    int events = 0;
    if (endpoint.receivableBytes() > 0 || readEnd) {
      events |= Events.IN;
    }
    if (endpoint.readiness().isAny(Readiness.URGENT)) {
      events |= Events.PRI;
    }
    if (peerClosed || readShutDown) {
      events |= Events.RDHUP;
    }
    if (endpoint.readiness().isAny(Readiness.WRITABLE) || closed) {
      events |= Events.OUT;
    }
    if (endpoint.pendingError() != 0) {
      events |= Events.ERR | Events.IN | Events.OUT;
    }
    boolean bothClosed =
        switch (state) {
          case CLOSED, CLOSING, LAST_ACK, TIME_WAIT -> true;
          case LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT ->
              false;
        };
    return bothClosed ? events | Events.HUP | Events.OUT : events;
  }

  @Override
  Outcome setOther(Call.SetOption call) throws NotExpressibleException {
    long value = call.values().getFirst();
    switch (call.option()) {
      case SO_RCVBUF -> endpoint.receiveBufferBytes((int) value);
      case SO_SNDBUF -> endpoint.sendBufferBytes((int) value);
      case TCP_NODELAY -> endpoint.noDelay(value != 0);
      case IP_TOS -> endpoint.dscp((int) (value & 0xff) >> Ipv4Header.DSCP_SHIFT);
      case SO_LINGER -> {
        if (value != 0 && call.values().get(1) != 0) {
          throw lacks("setsockopt(SO_LINGER) with a time");
        }
        abortsOnClose = value != 0;
      }
      case SO_KEEPALIVE, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT -> {
        return KeepAliveOptions.set(endpoint, call.option(), value);
      }
      case TCP_USER_TIMEOUT -> endpoint.userTimeoutNanos(value * NANOS_PER_MILLI);
      case SO_OOBINLINE -> endpoint.urgentInLine(value != 0);
      case TCP_FASTOPEN, TCP_FASTOPEN_CONNECT -> {
        return fastOpen.set(call.option(), (int) value, isFresh());
      }
      case TCP_CORK -> {
        if (value != 0) {
          throw lacks("setsockopt(" + call.option() + ")");
        }
      }
      default -> throw lacks("setsockopt(" + call.option() + ")");
    }
    return Outcome.of(0);
  }

  @Override
  Outcome getOther(Call.GetOption call) throws NotExpressibleException {
    return switch (call.option()) {
      case SO_RCVBUF -> value(endpoint.receiveBufferBytes());
      case SO_SNDBUF -> value(endpoint.sendBufferBytes());
      case TCP_NODELAY -> value(endpoint.noDelay() ? 1 : 0);
      case IP_TOS -> value(endpoint.dscp() << Ipv4Header.DSCP_SHIFT);
      case TCP_MAXSEG -> value(endpoint.mss());
      case SO_LINGER -> Outcome.of(0, List.of(abortsOnClose ? 1L : 0L, 0L));
      case SO_KEEPALIVE, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT ->
          value(KeepAliveOptions.get(endpoint, call.option()));
      case TCP_USER_TIMEOUT -> value(endpoint.userTimeoutNanos() / NANOS_PER_MILLI);
      case SO_OOBINLINE -> value(endpoint.urgentInLine() ? 1 : 0);
      case TCP_CORK -> value(0);
      case TCP_FASTOPEN, TCP_FASTOPEN_CONNECT -> value(fastOpen.get(call.option()));
      default -> throw lacks("getsockopt(" + call.option() + ")");
    };
  }
}
