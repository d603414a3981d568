package dev.trident.xti.endpoint;

import static dev.trident.xti.XtiConstants.*;

import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.xti.TCall;
import dev.trident.xti.error.Failure;
import dev.trident.xti.error.StackErrors;
import dev.trident.xti.event.LookRule;
import org.jspecify.annotations.Nullable;

/**
 * The passive side of a TCP endpoint that was bound with a queue: the engine's listener, the
 * indications shown, and the rules of t_listen.
 *
 * <p>It lives as long as the binding. While the endpoint itself has become a connection, connecting
 * peers wait in the engine's queue; they are shown once the endpoint is idle again.
 */
final class TcpListening {
  /** The engine's queue, and so what qlen is cut down to. */
  private static final int LARGEST_QLEN = 128;

  private final TcpProviderEndpoint owner;
  private final int qlen;
  private final Indications indications = new Indications();
  private @Nullable StreamListener listener;

  /** TQFULL has been told; until the queue is shorter again, t_listen just waits. */
  private boolean fullTold;

  private final EndpointWait<TcpProviderEndpoint> indication;

  /** A passive side with {@code qlen} indications at most, taken as unsigned, at least 1. */
  TcpListening(TcpProviderEndpoint owner, int qlen) {
    this.owner = owner;
    this.qlen = qlen < 0 || qlen > LARGEST_QLEN ? LARGEST_QLEN : qlen;
    indication = new EndpointWait<>(owner, "an indication", o -> mayListen());
  }

  int qlen() {
    return qlen;
  }

  /** The local port; 0 before {@link #open}. */
  int port() {
    return listener == null ? 0 : listener.localPort();
  }

  /** Starts listening: 0, or the failure of t_bind. */
  int open(int address, int port) {
    Descriptors descriptors = owner.descriptors();
    if (port != 0 && descriptors.isListenerBound(owner, address, port)) {
      return StackErrors.bind(StackError.ADDRESS_IN_USE, owner.dialect());
    }
    StreamListener opened = owner.stack().transport().newListener();
    if (opened == null) {
      return Failure.system(ENOSR);
    }
    int result = opened.bind(address, port);
    if (result == StackError.ADDRESS_IN_USE.code
        && descriptors.isStreamBound(owner, address, port)) {
      descriptors.yieldReservations(owner, address, port);
      result = opened.bind(address, port);
    }
    if (result >= 0) {
      result = opened.listen(qlen);
    }
    if (result < 0) {
      opened.close();
      boolean noneLeft = port == 0 && result == StackError.ADDRESS_IN_USE.code;
      return noneLeft
          ? Failure.of(TNOADDR)
          : StackErrors.bind(StackError.of(result), owner.dialect());
    }
    listener = opened;
    return 0;
  }

  /** Stops listening; connections that nobody has accepted are reset. */
  void close() {
    indications.abortAll();
    if (listener != null) {
      listener.close();
      listener = null;
    }
  }

  // ---- events -----------------------------------------------------------------------------

  int pendingEvents() {
    return (isQueued() && !isFull() ? T_LISTEN : 0)
        | (indications.withdrawn() != -1 ? T_DISCONNECT : 0);
  }

  private boolean isFull() {
    return owner.dialect().checksQlen() && owner.ocnt() == qlen;
  }

  /** Whether a connection waits to be shown; those that died unseen are dropped. */
  private boolean isQueued() {
    StreamListener queue = listener;
    if (queue == null) {
      return false;
    }
    for (StreamEndpoint dead = queue.takeDead(); dead != null; dead = queue.takeDead()) {
      dead.close();
    }
    return queue.acceptable() > 0;
  }

  private boolean mayListen() {
    return listener == null || !owner.may(StateEvent.LISTEN) || pendingEvents() != 0;
  }

  // ---- listen -----------------------------------------------------------------------------

  /** t_listen, with state and queue length checked. */
  int listen(TCall call) {
    if (isFull() && !fullTold) {
      fullTold = true;
      return Failure.of(TQFULL);
    }
    while (true) {
      if (owner.mustLook(LookRule.LISTEN)) {
        return Failure.of(TLOOK);
      }
      StreamEndpoint shown = isFull() ? null : next();
      if (shown != null) {
        return show(shown, call);
      }
      if (owner.isNonBlocking()) {
        return Failure.of(TNODATA);
      }
      int failure = owner.await(indication);
      if (failure < 0) {
        return failure;
      }
      if (listener == null || !owner.may(StateEvent.LISTEN)) {
        return owner.outOfState(); // unbound, or turned into a connection, by another thread
      }
    }
  }

  private @Nullable StreamEndpoint next() {
    StreamListener queue = listener;
    return queue == null || !isQueued() ? null : queue.accept();
  }

  private int show(StreamEndpoint shown, TCall call) {
    call.sequence = indications.add(shown);
    owner.move(StateEvent.LISTEN);
    TransportEndpoint.storeNothing(call.opt, call.udata);
    return owner.store(call.addr, shown.remoteAddress(), shown.remotePort());
  }

  // ---- answers ----------------------------------------------------------------------------

  /** The connection named {@code sequence}, or null: TBADSEQ. */
  @Nullable StreamEndpoint find(int sequence) {
    return indications.find(sequence);
  }

  /** An indication was answered. */
  void remove(int sequence) {
    indications.remove(sequence);
    fullTold = false;
  }

  /** The name of the oldest indication that was withdrawn, or -1. */
  int withdrawn() {
    return indications.withdrawn();
  }

  /** Takes a withdrawn indication out: the engine's error that ended it, 0 if there is none. */
  int takeWithdrawn(int sequence) {
    StreamEndpoint dead = indications.find(sequence);
    remove(sequence);
    if (dead == null) {
      return 0;
    }
    int error = dead.pendingError();
    dead.close();
    return error;
  }
}
