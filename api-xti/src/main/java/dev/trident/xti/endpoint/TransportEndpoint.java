package dev.trident.xti.endpoint;

import static dev.trident.xti.XtiConstants.*;

import dev.trident.c.IntRef;
import dev.trident.hw.host.AwaitResult;
import dev.trident.hw.host.Condition;
import dev.trident.hw.host.HostStack;
import dev.trident.time.Deadline;
import dev.trident.xti.Dialect;
import dev.trident.xti.Netbuf;
import dev.trident.xti.TBind;
import dev.trident.xti.TCall;
import dev.trident.xti.TDiscon;
import dev.trident.xti.TInfo;
import dev.trident.xti.TIovec;
import dev.trident.xti.TUderr;
import dev.trident.xti.TUnitdata;
import dev.trident.xti.error.Failure;
import dev.trident.xti.event.LookOrder;
import dev.trident.xti.event.LookRule;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint as t_open makes it: its state, its mode, and the calls. A call that the provider does
 * not override is one it does not offer: TNOTSUPPORT.
 *
 * <p>Calls may wait, and meanwhile others may use or close the endpoint; so after each wait a call
 * looks at everything again. Checks are made in the order in which the standard's implementations
 * make them: service type, vector, state, flags, size, pending event, zero length.
 */
public abstract class TransportEndpoint {
  /**
   * How long to leave the engine to itself before it is asked for packet memory again: memory comes
   * back by acknowledgments, at round-trip times, and who asks much oftener keeps a core busy.
   */
  private static final long RETRY_NANOS = 1_000_000;

  private final Library library;
  private final Provider provider;
  private int fd;
  private int state = T_UNINIT;
  private int ocnt;
  private int statusFlags;
  private boolean nonBlocking;
  private boolean closed;
  private boolean disconnectAnnounced;
  private int waiters;
  private @Nullable Condition closing;

  TransportEndpoint(Library library, Provider provider, int oflag) {
    this.library = library;
    this.provider = provider;
    statusFlags(oflag);
    move(StateEvent.OPENED);
  }

  // ---- state ------------------------------------------------------------------------------

  /** Told by the table of descriptors. */
  final void number(int number) {
    fd = number;
  }

  public final int state() {
    return state;
  }

  /** Indications that were shown and await an answer. */
  final int ocnt() {
    return ocnt;
  }

  final boolean may(StateEvent event) {
    return StateTable.isValid(event, state);
  }

  /** The only place where the state changes. */
  final void move(StateEvent event) {
    int next = StateTable.next(event, state);
    if (next == StateTable.INVALID) {
      throw new AssertionError(event + " in " + StateTable.name(state));
    }
    ocnt = StateTable.ocnt(event, state, ocnt);
    state = next;
    if (next == T_IDLE || next == T_UNBND) {
      disconnectAnnounced = false;
    }
  }

  /** The failure of a call that does not fit the state. */
  final int outOfState() {
    return dialect().checksState() ? Failure.of(TOUTSTATE) : Failure.system(EPROTO);
  }

  public final boolean isClosed() {
    return closed;
  }

  /** The oflag of t_open, as changed by fcntl since. */
  public final int statusFlags() {
    return statusFlags;
  }

  public final void statusFlags(int oflag) {
    statusFlags = oflag;
    nonBlocking = dialect().isAsynchronous(oflag);
  }

  final boolean isNonBlocking() {
    return nonBlocking;
  }

  final Dialect dialect() {
    return library.dialect();
  }

  final HostStack stack() {
    return library.stack();
  }

  final Descriptors descriptors() {
    return library.descriptors();
  }

  public final Provider provider() {
    return provider;
  }

  public final void info(TInfo info) {
    provider.describe(info, dialect());
  }

  // ---- waiting ----------------------------------------------------------------------------

  /**
   * Waits until {@code condition} holds, which it must also do once the endpoint is closed.
   *
   * @return 0: look at everything again; or TBADF, the endpoint is closed; or TSYSERR with EINTR
   */
  final int await(Condition condition) {
    return await(condition, Deadline.NEVER);
  }

  /** Waits a moment for something that no readiness tells of: as {@link #await(Condition)}. */
  final int awaitRetry() {
    Condition condition = closing;
    if (condition == null) {
      condition =
          new EndpointWait<TransportEndpoint>(
              this, "room in the provider", TransportEndpoint::isClosed);
      closing = condition;
    }
    return await(condition, RETRY_NANOS);
  }

  private int await(Condition condition, long timeoutNanos) {
    AwaitResult result;
    waiters++;
    try {
      result = stack().await(condition, timeoutNanos);
    } finally {
      waiters--;
      if (closed && waiters == 0) {
        descriptors().remove(fd);
      }
    }
    if (closed) {
      return Failure.of(TBADF);
    }
    return result == AwaitResult.INTERRUPTED ? Failure.system(EINTR) : 0;
  }

  // ---- events -----------------------------------------------------------------------------

  /** All events that are pending, as bits. */
  abstract int pendingEvents();

  /** Forgets that flow control has been lifted: T_GODATA or T_GOEXDATA has been shown. */
  void onFlowControlShown(int event) {}

  /** The event that t_look shows, 0 for none. */
  public final int look() {
    int event = LookOrder.first(pendingEvents(), disconnectAnnounced);
    if (event == T_GODATA || event == T_GOEXDATA) {
      onFlowControlShown(event);
    }
    return event;
  }

  /** Whether a pending event makes the call of {@code rule} fail with TLOOK. */
  final boolean mustLook(LookRule rule) {
    int hits = pendingEvents() & rule.events(dialect());
    if ((hits & T_DISCONNECT) != 0) {
      disconnectAnnounced = true;
    }
    return hits != 0;
  }

  /** TLOOK because of a disconnect; t_look will show it before unread data. */
  final int lookForDisconnect() {
    disconnectAnnounced = true;
    return Failure.of(TLOOK);
  }

  // ---- calls of every provider ------------------------------------------------------------

  /** t_bind: 0, or a failure; TBUFOVFLW comes after the bind was done. */
  public abstract int bind(@Nullable TBind req, @Nullable TBind ret);

  /** t_unbind. */
  public abstract int unbind();

  /** t_close: cannot fail. Blocked calls end with TBADF. */
  public final void close() {
    releaseAll();
    move(StateEvent.CLOSED);
    closed = true;
    if (waiters == 0) {
      descriptors().remove(fd);
    }
  }

  /** Gives every engine endpoint up, in the provider's way. */
  abstract void releaseAll();

  /** t_getprotaddr. */
  public abstract int getprotaddr(@Nullable TBind bound, @Nullable TBind peer);

  // ---- calls of connections ---------------------------------------------------------------

  /** t_connect. Looks at the state before the service type, other than the rest. */
  public int connect(TCall sndcall, @Nullable TCall rcvcall) {
    return state == T_IDLE ? Failure.of(TNOTSUPPORT) : outOfState();
  }

  /** t_rcvconnect. */
  public int rcvconnect(@Nullable TCall call) {
    return Failure.of(TNOTSUPPORT);
  }

  /** t_listen. */
  public int listen(TCall call) {
    return Failure.of(TNOTSUPPORT);
  }

  /** t_accept, called on the listening endpoint. */
  public int accept(TransportEndpoint res, TCall call) {
    return Failure.of(TNOTSUPPORT);
  }

  /** t_snddis. */
  public int snddis(@Nullable TCall call) {
    return Failure.of(TNOTSUPPORT);
  }

  /** t_rcvdis. */
  public int rcvdis(@Nullable TDiscon discon) {
    return Failure.of(TNOTSUPPORT);
  }

  /** t_sndrel and t_sndreldata. */
  public int sndrel(@Nullable TDiscon discon) {
    return Failure.of(TNOTSUPPORT);
  }

  /** t_rcvrel and t_rcvreldata. */
  public int rcvrel(@Nullable TDiscon discon) {
    return Failure.of(TNOTSUPPORT);
  }

  /** t_snd of {@code nbytes} bytes from {@code index}. */
  public int snd(@Nullable ByteBuf buf, int index, int nbytes, int flags) {
    return Failure.of(TNOTSUPPORT);
  }

  /** t_sndv. */
  public int sndv(TIovec[] iov, int iovcount, int flags) {
    return Failure.of(TNOTSUPPORT);
  }

  /** t_rcv of up to {@code nbytes} bytes to {@code index}. */
  public int rcv(@Nullable ByteBuf buf, int index, int nbytes, IntRef flags) {
    return Failure.of(TNOTSUPPORT);
  }

  /** t_rcvv. */
  public int rcvv(TIovec[] iov, int iovcount, IntRef flags) {
    return Failure.of(TNOTSUPPORT);
  }

  // ---- calls of datagrams -----------------------------------------------------------------

  /** t_sndudata; with {@code iov}, t_sndvudata. */
  public int sndudata(TUnitdata unitdata, TIovec @Nullable [] iov, int iovcount) {
    return Failure.of(TNOTSUPPORT);
  }

  /** t_rcvudata; with {@code iov}, t_rcvvudata. Answers the bytes delivered. */
  public int rcvudata(TUnitdata unitdata, TIovec @Nullable [] iov, int iovcount, IntRef flags) {
    return Failure.of(TNOTSUPPORT);
  }

  /** t_rcvuderr. */
  public int rcvuderr(@Nullable TUderr uderr) {
    return Failure.of(TNOTSUPPORT);
  }

  // ---- shared pieces ----------------------------------------------------------------------

  /** Stores an address in an output netbuf: 0 or TBUFOVFLW. */
  final int store(Netbuf target, int address, int port) {
    return SocketAddresses.store(target, address, port, dialect());
  }

  /** Stores the values of a call that the provider never has. */
  static void storeNothing(Netbuf opt, Netbuf udata) {
    opt.len = 0;
    udata.len = 0;
  }

  @Override
  public String toString() {
    return provider + " endpoint " + fd + " in " + StateTable.name(state);
  }
}
