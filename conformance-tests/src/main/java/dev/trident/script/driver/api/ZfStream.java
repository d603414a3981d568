package dev.trident.script.driver.api;

import static dev.trident.tcpdirect.Zf.*;

import dev.trident.c.IntRef;
import dev.trident.c.Iovec;
import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.driver.Call.Option;
import dev.trident.tcpdirect.ZfErrno;
import dev.trident.tcpdirect.ZfWaitable;
import dev.trident.tcpdirect.Zft;
import dev.trident.tcpdirect.ZftHandle;
import dev.trident.tcpdirect.Zftl;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stream socket made of a TCP zocket or a listener, whichever the socket becomes: until then
 * there is only an address, since each has a call of its own to bind it.
 *
 * <p>zft_send tells of no connection only that there is none, so zft_error is asked why, and what
 * it says is told once; afterwards the pipe is broken.
 */
final class ZfStream extends ZfSocket {
  private @Nullable SockAddrIn wanted;
  private @Nullable Zftl listener;
  private @Nullable Zft zocket;
  private @Nullable ZfStream accepted;
  private boolean errorTold;

  ZfStream(ZfProgram program) {
    super(program);
  }

  private ZfStream(ZfProgram program, Zft zocket) {
    super(program);
    this.zocket = zocket;
  }

  // ---- opening ------------------------------------------------------------------------------

  @Override
  Outcome bind(SockAddrIn address) {
    if (wanted != null || zocket != null) {
      return Outcome.error("EINVAL");
    }
    wanted = new SockAddrIn(program.orOwn(address.sin_addr), address.sin_port);
    return Outcome.of(0);
  }

  @Override
  Outcome listen() {
    if (listener != null || zocket != null) {
      return Outcome.error("EINVAL");
    }
    SockAddrIn local = wanted == null ? new SockAddrIn(program.orOwn(0), 0) : wanted;
    Ref<Zftl> made = new Ref<>();
    int result = zftl_listen(program.stack(), local, SockAddrIn.SIZEOF, program.attr(), made);
    listener = result == 0 ? made.get() : null;
    return result(result);
  }

  @Override
  Outcome accept() {
    Zftl from = listener;
    if (from == null) {
      return Outcome.error("EINVAL");
    }
    Ref<Zft> made = new Ref<>();
    int result = zftl_accept(from, made);
    while (mayWait(result, false)) {
      program.await(zftl_to_waitable(from), EPOLLIN);
      result = zftl_accept(from, made);
    }
    if (result == 0) {
      accepted = new ZfStream(program, made.get());
    }
    return result(result);
  }

  @Override
  @Nullable ZfStream accepted() {
    return accepted;
  }

  @Override
  Outcome connect(SockAddrIn peer) {
    if (listener != null) {
      return Outcome.error("EOPNOTSUPP");
    }
    Zft present = zocket;
    if (present != null) {
      return connectAgain(present);
    }
    Ref<ZftHandle> handle = new Ref<>();
    int result = zft_alloc(program.stack(), program.attr(), handle);
    if (result < 0) {
      return result(result);
    }
    SockAddrIn local = wanted;
    if (local != null) {
      result = zft_addr_bind(handle.get(), local, SockAddrIn.SIZEOF, 0);
    }
    Ref<Zft> opened = new Ref<>();
    if (result == 0) {
      result = zft_connect(handle.get(), peer, SockAddrIn.SIZEOF, opened);
    }
    if (result < 0) {
      zft_handle_free(handle.get());
      return result(result);
    }
    Zft made = opened.get();
    zocket = made;
    if (nonBlocking) {
      return Outcome.error("EINPROGRESS");
    }
    while (zft_state(made) == TCP_SYN_SENT || zft_state(made) == TCP_SYN_RECV) {
      program.await(zft_to_waitable(made), EPOLLOUT);
    }
    return ended(made, Outcome.of(0));
  }

  private Outcome connectAgain(Zft present) {
    return switch (zft_state(present)) {
      case TCP_SYN_SENT, TCP_SYN_RECV -> Outcome.error("EALREADY");
      case TCP_CLOSE -> ended(present, Outcome.error("EISCONN"));
      default -> Outcome.error("EISCONN");
    };
  }

  /** The error that ended the connection if there is one that was not told, else {@code other}. */
  private Outcome ended(Zft ts, Outcome other) {
    int error = zft_error(ts);
    if (error == 0 || errorTold) {
      return other;
    }
    errorTold = true;
    return Outcome.error(Errnos.name(error));
  }

  // ---- data ---------------------------------------------------------------------------------

  @Override
  Outcome send(List<Integer> lengths, boolean more, boolean atOnce, @Nullable SockAddrIn to) {
    Zft ts = zocket;
    if (ts == null) {
      return Outcome.error("ENOTCONN");
    }
    int flags = more ? MSG_MORE : 0;
    int total = SimulatedDriver.total(lengths);
    int sent = 0;
    while (true) {
      int result =
          lengths.size() == 1 || sent > 0
              ? zft_send_single(ts, SimulatedDriver.bytes(total - sent), total - sent, flags)
              : gather(ts, lengths, flags);
      if (result >= 0) {
        sent += result;
        if (sent == total || nonBlocking || atOnce) {
          return Outcome.of(sent);
        }
      } else if (result == -ZfErrno.ENOTCONN) {
        return sent > 0 ? Outcome.of(sent) : cannotSend(ts);
      } else if (!mayWait(result, atOnce)) {
        return sent > 0 ? Outcome.of(sent) : result(result);
      }
      program.await(zft_to_waitable(ts), EPOLLOUT);
    }
  }

  private static int gather(Zft ts, List<Integer> lengths, int flags) {
    Iovec[] pieces =
        lengths.stream()
            .map(length -> new Iovec(SimulatedDriver.bytes(length), length))
            .toArray(Iovec[]::new);
    return zft_send(ts, pieces, pieces.length, flags);
  }

  private Outcome cannotSend(Zft ts) {
    boolean isConnecting = zft_state(ts) == TCP_SYN_SENT || zft_state(ts) == TCP_SYN_RECV;
    return isConnecting ? Outcome.error("ENOTCONN") : ended(ts, Outcome.error("EPIPE"));
  }

  @Override
  Outcome receive(int length, boolean peek, boolean waitAll, boolean atOnce) {
    Zft ts = zocket;
    if (ts == null) {
      return Outcome.error("ENOTCONN");
    }
    ByteBuf buffer = SimulatedDriver.bytes(length);
    int count = 0;
    while (true) {
      buffer.readerIndex(count);
      int result =
          peek ? ZfReceiveQueue.look(ts, buffer, length) : take(ts, buffer, length - count);
      count += Math.max(result, 0);
      boolean isEnough = result == 0 || (result > 0 && (!waitAll || count == length));
      if (isEnough || (result < 0 && !mayWait(result, atOnce))) {
        return result < 0 && count == 0 ? noData(result) : SimulatedDriver.received(buffer, count);
      }
      if (result < 0) {
        program.await(zft_to_waitable(ts), EPOLLIN);
      }
    }
  }

  private Outcome noData(int result) {
    errorTold |= result != -ZfErrno.EAGAIN && result != -ZfErrno.ENOTCONN;
    return result(result);
  }

  private static int take(Zft ts, ByteBuf buffer, int length) {
    return zft_recv(ts, new Iovec[] {new Iovec(buffer, length)}, 1, 0);
  }

  @Override
  Outcome receivedBytes() {
    Zft ts = zocket;
    if (ts == null) {
      return Outcome.error("ENOTCONN");
    }
    return Outcome.of(0, List.of(ZfReceiveQueue.bytes(ts)));
  }

  // ---- ends and questions -------------------------------------------------------------------

  boolean isListening() {
    return listener != null;
  }

  /** Whether the error that ended the connection was told, which zft_recv repeats for ever. */
  boolean isErrorTold() {
    return errorTold;
  }

  @Override
  Outcome shutdownSend() {
    Zft ts = zocket;
    return ts == null ? Outcome.error("ENOTCONN") : result(zft_shutdown_tx(ts));
  }

  @Override
  Outcome close() {
    if (listener != null) {
      zftl_free(listener);
      listener = null;
    }
    if (zocket != null) {
      zft_free(zocket);
      zocket = null;
    }
    return Outcome.of(0);
  }

  @Override
  Outcome option(Option option) {
    Zft ts = zocket;
    if (option == Option.TCP_MAXSEG) {
      int mss = ts == null ? -ZfErrno.ENOTCONN : zft_get_mss(ts);
      return mss < 0 ? result(mss) : Outcome.of(0, List.of((long) mss));
    }
    Outcome outcome = ts == null ? Outcome.of(0) : ended(ts, Outcome.of(0));
    return Errnos.pending(outcome.errno());
  }

  @Override
  List<ZfWaitable> waitables(int wanted) {
    if (listener != null) {
      return List.of(zftl_to_waitable(listener));
    }
    return zocket == null ? List.of() : List.of(zft_to_waitable(zocket));
  }

  /** Names of both ends, local first; null before there is a connection. */
  SockAddrIn @Nullable [] names() {
    Zft ts = zocket;
    if (ts == null) {
      return null;
    }
    SockAddrIn[] names = {new SockAddrIn(), new SockAddrIn()};
    IntRef length = new IntRef(SockAddrIn.SIZEOF);
    zft_getname(ts, names[0], length, names[1], new IntRef(SockAddrIn.SIZEOF));
    return names;
  }

  @Override
  @Nullable SockAddrIn localName() {
    SockAddrIn[] names = names();
    return names == null ? null : names[0];
  }
}
