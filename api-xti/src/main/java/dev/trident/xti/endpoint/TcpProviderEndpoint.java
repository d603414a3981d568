package dev.trident.xti.endpoint;

import static dev.trident.xti.XtiConstants.*;

import dev.trident.c.IntRef;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamState;
import dev.trident.xti.TBind;
import dev.trident.xti.TCall;
import dev.trident.xti.TDiscon;
import dev.trident.xti.TIovec;
import dev.trident.xti.error.Failure;
import dev.trident.xti.error.StackErrors;
import dev.trident.xti.event.LookRule;
import dev.trident.xti.option.StreamOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint of {@code /dev/tcp}: connections with orderly release, no boundaries in the data.
 *
 * <p>TCP confirms, not the remote user: an indication that t_listen shows is a connection already,
 * and rejecting it resets it. No call carries user data besides the sending ones, and connections
 * have no options that a peer could see; so these come back with length 0.
 *
 * <p>The state moves when the user takes an event, not when the engine sees it: what the engine
 * knows and the user does not yet is {@link #pendingEvents}.
 */
final class TcpProviderEndpoint extends TransportEndpoint {
  private final TcpBinding binding = new TcpBinding(this);
  private final StreamOptions options = new StreamOptions();
  private final StreamTransfer transfer = new StreamTransfer(this);

  /** What makes this endpoint listen; null unless bound with a queue. */
  private @Nullable TcpListening listening;

  /** The connection, or the attempt at one; null in T_UNBND, T_IDLE and T_INCON. */
  private @Nullable StreamEndpoint stream;

  /** Why a connect failed before the engine had begun it; null otherwise. */
  private @Nullable StackError refusal;

  private @Nullable EndpointWait<TcpProviderEndpoint> outcome;

  TcpProviderEndpoint(Library library, int oflag) {
    super(library, Provider.TCP, oflag);
  }

  // ---- what others ask --------------------------------------------------------------------

  TcpBinding binding() {
    return binding;
  }

  /** The connection; there is one in the states in which data is moved. */
  StreamEndpoint stream() {
    StreamEndpoint connection = stream;
    if (connection == null) {
      throw new AssertionError("no connection in " + this);
    }
    return connection;
  }

  /** Whether {@code connection} is still the one of this endpoint. */
  @SuppressWarnings("ReferenceEquality") // an identity is what is asked for
  boolean isCurrent(StreamEndpoint connection) {
    return stream == connection;
  }

  /** Indications that may be outstanding; 0 for an endpoint that does not listen. */
  int qlen() {
    return listening == null ? 0 : listening.qlen();
  }

  // ---- bind -------------------------------------------------------------------------------

  @Override
  public int bind(@Nullable TBind req, @Nullable TBind ret) {
    if (!may(StateEvent.BIND)) {
      return outOfState();
    }
    int address = 0;
    int port = 0;
    if (req != null && req.addr.len != 0) {
      ByteBuf wanted = SocketAddresses.check(req.addr);
      if (wanted == null) {
        return Failure.of(TBADADDR);
      }
      address = SocketAddresses.address(wanted);
      port = SocketAddresses.port(wanted);
    }
    int qlen = req == null ? 0 : req.qlen;
    int result = bindTo(address, port, qlen);
    if (result < 0 && port != 0 && dialect().bindsElsewhere()) {
      result = bindTo(address, 0, qlen);
    }
    if (result < 0) {
      return result;
    }
    move(StateEvent.BIND);
    if (ret == null) {
      return 0;
    }
    ret.qlen = qlen();
    return store(ret.addr, binding.address(), binding.port());
  }

  private int bindTo(int address, int port, int qlen) {
    if (qlen == 0) {
      return binding.bind(address, port);
    }
    TcpListening opened = new TcpListening(this, qlen);
    int result = opened.open(address, port);
    if (result < 0) {
      return result;
    }
    listening = opened;
    binding.set(address, opened.port());
    return 0;
  }

  @Override
  public int unbind() {
    if (!may(StateEvent.UNBIND)) {
      return outOfState();
    }
    if (mustLook(LookRule.UNBIND)) {
      return Failure.of(TLOOK);
    }
    releaseAll();
    move(StateEvent.UNBIND);
    return 0;
  }

  @Override
  void releaseAll() {
    StreamEndpoint connection = stream;
    if (connection != null) {
      if (options.abortsOnClose()) {
        connection.abort();
      } else {
        connection.close();
      }
      stream = null;
    }
    if (listening != null) {
      listening.close();
      listening = null;
    }
    binding.unbind();
    refusal = null;
  }

  @Override
  public int getprotaddr(@Nullable TBind bound, @Nullable TBind peer) {
    StreamEndpoint connection = stream;
    int result = 0;
    if (bound != null) {
      bound.addr.len = 0;
      if (connection != null && connection.localAddress() != 0) {
        result = store(bound.addr, connection.localAddress(), connection.localPort());
      } else if (state() != T_UNBND) {
        result = store(bound.addr, binding.address(), binding.port());
      }
    }
    if (peer != null) {
      peer.addr.len = 0;
      if (connection != null && state() != T_OUTCON && result == 0) {
        result = store(peer.addr, connection.remoteAddress(), connection.remotePort());
      }
    }
    return result;
  }

  // ---- events -----------------------------------------------------------------------------

  @Override
  int pendingEvents() {
    StreamEndpoint connection = stream;
    return switch (state()) {
      case T_IDLE, T_INCON -> listening == null ? 0 : listening.pendingEvents();
      case T_OUTCON -> (hasConnected() ? T_CONNECT : 0) | (isEnded() ? T_DISCONNECT : 0);
      case T_DATAXFER, T_OUTREL, T_INREL ->
          connection == null ? 0 : pendingOnConnection(connection);
      default -> 0;
    };
  }

  private int pendingOnConnection(StreamEndpoint connection) {
    int events = 0;
    if (isAborted(connection)) {
      events |= T_DISCONNECT;
    }
    if (may(StateEvent.RCV)) {
      if (connection.receivableBytes() > 0) {
        events |= transfer.dataEvent();
      } else if (connection.atEndOfStream()) {
        events |= T_ORDREL;
      }
    }
    if (may(StateEvent.SND) && transfer.isFlowLifted()) {
      events |= T_GODATA;
    }
    if (may(StateEvent.SND) && transfer.isExpeditedFlowLifted()) {
      events |= T_GOEXDATA;
    }
    return events;
  }

  @Override
  void onFlowControlShown(int event) {
    transfer.onFlowControlShown(event);
  }

  /** Whether an established connection has ended by an abort, not by the release of both sides. */
  static boolean isAborted(StreamEndpoint connection) {
    return connection.state() == StreamState.CLOSED && connection.pendingError() != 0;
  }

  private boolean hasConnected() {
    StreamEndpoint connection = stream;
    return connection != null && connection.readiness().isAny(Readiness.CONNECTED);
  }

  private boolean isEnded() {
    StreamEndpoint connection = stream;
    return refusal != null || (connection != null && connection.state() == StreamState.CLOSED);
  }

  private boolean isConnectOver() {
    return state() != T_OUTCON || hasConnected() || isEnded();
  }

  // ---- connect ----------------------------------------------------------------------------

  @Override
  public int connect(TCall sndcall, @Nullable TCall rcvcall) {
    if (!may(StateEvent.CONNECT1)) {
      return outOfState();
    }
    ByteBuf to = SocketAddresses.check(sndcall.addr);
    if (to == null) {
      return Failure.of(TBADADDR);
    }
    if (sndcall.udata.len != 0) {
      return Failure.of(TBADDATA);
    }
    int failure = options.take(sndcall.opt);
    if (failure < 0) {
      return failure;
    }
    if (mustLook(LookRule.CONNECT)) {
      return Failure.of(TLOOK);
    }
    failure = begin(SocketAddresses.address(to), SocketAddresses.port(to));
    if (failure < 0) {
      return failure;
    }
    move(StateEvent.CONNECT2);
    if (isNonBlocking()) {
      return Failure.of(TNODATA);
    }
    return finishConnect(rcvcall);
  }

  private int begin(int address, int port) {
    StreamEndpoint attempt = binding.takeStream();
    if (attempt == null) {
      return binding.whyNoStream();
    }
    options.apply(attempt);
    int result = attempt.connect(address, port);
    if (result < 0) {
      StackError error = StackError.of(result);
      int failure = StackErrors.connect(error, dialect());
      if (failure < 0) {
        binding.giveBack(attempt);
        return failure;
      }
      refusal = error;
    }
    stream = attempt;
    transfer.reset();
    return 0;
  }

  @Override
  public int rcvconnect(@Nullable TCall call) {
    if (!may(StateEvent.RCVCONNECT)) {
      return outOfState();
    }
    if (isNonBlocking() && !isConnectOver()) {
      return Failure.of(TNODATA);
    }
    int result = finishConnect(call);
    if (call != null && state() == T_DATAXFER) {
      call.sequence = -1;
    }
    return result;
  }

  /** Waits in T_OUTCON for the outcome and takes it. */
  private int finishConnect(@Nullable TCall call) {
    int failure = await(outcome());
    if (failure < 0) {
      return failure;
    }
    if (state() == T_IDLE) {
      return Failure.system(ECONNABORTED); // another thread has cancelled the attempt
    }
    if (mustLook(LookRule.RCVCONNECT)) {
      return Failure.of(TLOOK);
    }
    if (state() == T_OUTCON) {
      move(StateEvent.RCVCONNECT);
    }
    StreamEndpoint connection = stream;
    if (call == null || connection == null) {
      return 0;
    }
    storeNothing(call.opt, call.udata);
    return store(call.addr, connection.remoteAddress(), connection.remotePort());
  }

  private EndpointWait<TcpProviderEndpoint> outcome() {
    EndpointWait<TcpProviderEndpoint> wait = outcome;
    if (wait == null) {
      wait = new EndpointWait<>(this, "a connection", TcpProviderEndpoint::isConnectOver);
      outcome = wait;
    }
    return wait;
  }

  // ---- listen and accept ------------------------------------------------------------------

  @Override
  public int listen(TCall call) {
    if (!may(StateEvent.LISTEN)) {
      return outOfState();
    }
    TcpListening queue = listening;
    if (queue == null) {
      return dialect().checksQlen() ? Failure.of(TBADQLEN) : waitForNothing();
    }
    return queue.listen(call);
  }

  /** TLI does not look at the queue length, and then nothing ever comes. */
  private int waitForNothing() {
    while (!isNonBlocking()) {
      int failure = awaitRetry();
      if (failure < 0) {
        return failure;
      }
      if (!may(StateEvent.LISTEN)) {
        return outOfState();
      }
    }
    return Failure.of(TNODATA);
  }

  @Override
  public int accept(TransportEndpoint res, TCall call) {
    TcpListening queue = listening;
    if (!may(StateEvent.ACCEPT1) || queue == null) {
      return outOfState();
    }
    if (!(res instanceof TcpProviderEndpoint taker)) {
      return Failure.of(dialect().hasXtiErrors() ? TPROVMISMATCH : TBADF);
    }
    int failure = taker == this ? mayTakeItself() : taker.mayTake();
    if (failure == 0) {
      failure = checkAcceptCall(taker, call);
    }
    if (failure < 0) {
      return failure;
    }
    if (mustLook(LookRule.ACCEPT)) {
      return Failure.of(TLOOK);
    }
    StreamEndpoint accepted = queue.find(call.sequence);
    if (accepted == null) {
      return Failure.of(TBADSEQ);
    }
    if (accepted.state() == StreamState.CLOSED) {
      return lookForDisconnect();
    }
    queue.remove(call.sequence);
    if (taker == this) {
      move(StateEvent.ACCEPT1);
    } else {
      move(ocnt() == 1 ? StateEvent.ACCEPT2 : StateEvent.ACCEPT3);
      taker.binding.dissolve();
      taker.binding.set(accepted.localAddress(), accepted.localPort());
      taker.move(StateEvent.PASS_CONN);
    }
    taker.stream = accepted;
    taker.options.apply(accepted);
    taker.transfer.reset();
    return 0;
  }

  private int mayTakeItself() {
    return ocnt() > 1 ? Failure.of(dialect().hasXtiErrors() ? TINDOUT : TBADF) : 0;
  }

  /** Whether a connection accepted elsewhere may be passed to this endpoint: 0 or why not. */
  private int mayTake() {
    if (!may(StateEvent.PASS_CONN) || (state() == T_UNBND && dialect().acceptsOnBoundOnly())) {
      return outOfState();
    }
    return qlen() > 0 ? Failure.of(dialect().hasXtiErrors() ? TRESQLEN : TBADF) : 0;
  }

  private static int checkAcceptCall(TcpProviderEndpoint taker, TCall call) {
    if (call.addr.len != 0 && SocketAddresses.check(call.addr) == null) {
      return Failure.of(TBADADDR);
    }
    if (call.udata.len != 0) {
      return Failure.of(TBADDATA);
    }
    return taker.options.take(call.opt);
  }

  // ---- disconnect -------------------------------------------------------------------------

  @Override
  public int snddis(@Nullable TCall call) {
    TcpListening queue = listening;
    if (!may(StateEvent.SNDDIS1)) {
      return outOfState();
    }
    boolean passive = state() == T_INCON;
    if (passive && call == null) {
      return Failure.of(TBADSEQ);
    }
    if (call != null && call.udata.len != 0) {
      return Failure.of(TBADDATA);
    }
    if (mustLook(LookRule.SNDDIS)) {
      return Failure.of(TLOOK);
    }
    if (passive && call != null && queue != null) {
      return reject(queue, call);
    }
    StreamEndpoint connection = stream;
    if (connection != null) {
      connection.abort();
    }
    leaveConnection();
    move(StateEvent.SNDDIS1);
    return 0;
  }

  private int reject(TcpListening queue, TCall call) {
    StreamEndpoint rejected = queue.find(call.sequence);
    if (rejected == null) {
      return Failure.of(TBADSEQ);
    }
    queue.remove(call.sequence);
    rejected.abort();
    move(ocnt() == 1 ? StateEvent.SNDDIS1 : StateEvent.SNDDIS2);
    return 0;
  }

  @Override
  public int rcvdis(@Nullable TDiscon discon) {
    TcpListening queue = listening;
    boolean passive = state() == T_INCON;
    if (!passive && !may(StateEvent.RCVDIS1)) {
      return dialect().checksState() ? outOfState() : Failure.of(TNODIS);
    }
    if ((pendingEvents() & T_DISCONNECT) == 0) {
      return Failure.of(TNODIS);
    }
    int sequence = -1;
    int error;
    if (passive && queue != null) {
      sequence = queue.withdrawn();
      error = queue.takeWithdrawn(sequence);
      move(ocnt() == 1 ? StateEvent.RCVDIS2 : StateEvent.RCVDIS3);
    } else {
      error = refusal == null ? stream().pendingError() : refusal.code;
      stream().close();
      leaveConnection();
      move(StateEvent.RCVDIS1);
    }
    if (discon != null) {
      discon.udata.len = 0;
      discon.sequence = sequence;
      discon.reason =
          error == 0 ? ECONNABORTED : StackErrors.disconnectReason(StackError.of(error));
    }
    return 0;
  }

  /** Forgets the connection. The endpoint stays bound, to the port that the connection had. */
  private void leaveConnection() {
    StreamEndpoint connection = stream;
    if (connection != null && listening == null && connection.localPort() != 0) {
      binding.moveTo(connection.localPort());
    }
    stream = null;
    refusal = null;
  }

  // ---- release ----------------------------------------------------------------------------

  @Override
  public int sndrel(@Nullable TDiscon discon) {
    if (!may(StateEvent.SNDREL)) {
      return outOfState();
    }
    if (discon != null && discon.udata.len != 0) {
      return Failure.of(TBADDATA);
    }
    if (mustLook(LookRule.SNDREL)) {
      return Failure.of(TLOOK);
    }
    StreamEndpoint connection = stream();
    int result = connection.shutdownSend();
    if (result < 0) {
      return dialect().checksState()
          ? StackErrors.snd(StackError.of(result))
          : Failure.system(EPROTO);
    }
    if (state() == T_INREL) {
      connection.close();
      leaveConnection();
    }
    move(StateEvent.SNDREL);
    return 0;
  }

  @Override
  public int rcvrel(@Nullable TDiscon discon) {
    if (!may(StateEvent.RCVREL)) {
      return dialect().checksState() ? outOfState() : Failure.of(TNOREL);
    }
    if (mustLook(LookRule.RCVREL)) {
      return Failure.of(TLOOK);
    }
    if ((pendingEvents() & T_ORDREL) == 0) {
      return Failure.of(TNOREL);
    }
    if (discon != null) {
      discon.udata.len = 0;
    }
    if (state() == T_OUTREL) {
      stream().close();
      leaveConnection();
    }
    move(StateEvent.RCVREL);
    return 0;
  }

  // ---- data -------------------------------------------------------------------------------

  @Override
  public int snd(@Nullable ByteBuf buf, int index, int nbytes, int flags) {
    return transfer.snd(buf, index, nbytes, flags);
  }

  @Override
  public int sndv(TIovec[] iov, int iovcount, int flags) {
    return transfer.sndv(iov, iovcount, flags);
  }

  @Override
  public int rcv(@Nullable ByteBuf buf, int index, int nbytes, IntRef flags) {
    return transfer.rcv(buf, index, nbytes, flags);
  }

  @Override
  public int rcvv(TIovec[] iov, int iovcount, IntRef flags) {
    return transfer.rcvv(iov, iovcount, flags);
  }

  /** Memory for pieces of no bytes that have none. */
  static ByteBuf noMemory() {
    return Unpooled.EMPTY_BUFFER;
  }
}
