package dev.trident.apps.examples;

import dev.trident.c.C;
import dev.trident.c.Clock;
import dev.trident.c.IntRef;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import dev.trident.xti.TBind;
import dev.trident.xti.TCall;
import dev.trident.xti.Xti;
import dev.trident.xti.XtiAddr;
import io.netty.buffer.ByteBuf;

/**
 * An echo in the manner of XTI's programs: endpoints are synchronous, a connection ends by the
 * orderly release of both sides, and what interrupts a call is looked at by {@code t_look}.
 */
final class XtiEcho extends Xti implements EchoCommand.Echo {
  private static final int BUFFER_BYTES = 16_384;

  private final Clock clock;
  private final IntRef flags = new IntRef();

  XtiEcho(Host host) {
    super(host);
    clock = host.clock();
  }

  // ---- server ---------------------------------------------------------------------------------

  @Override
  public boolean serve(SockAddrIn address, int callers) {
    int listener = t_open("/dev/tcp", O_RDWR, null);
    if (listener < 0) {
      return failed("t_open");
    }
    TBind bind = new TBind();
    XtiAddr.put(bind.addr, address);
    bind.qlen = 1;
    if (t_bind(listener, bind, null) < 0) {
      return failed("t_bind");
    }
    TCall call = new TCall();
    XtiAddr.room(call.addr);
    boolean allWell = true;
    for (int i = 0; i < callers; i++) {
      if (t_listen(listener, call) < 0) {
        return failed("t_listen");
      }
      int fd = t_open("/dev/tcp", O_RDWR, null);
      if (fd < 0) {
        return failed("t_open");
      }
      if (t_accept(listener, fd, call) == 0) {
        allWell &= echo(fd);
      } else if (t_errno() == TLOOK && t_look(listener) == T_DISCONNECT) {
        t_rcvdis(listener, null); // the caller has given up meanwhile
      } else {
        return failed("t_accept");
      }
      t_close(fd);
    }
    t_close(listener);
    return allWell;
  }

  private boolean echo(int fd) {
    ByteBuf buf = C.malloc(BUFFER_BYTES);
    int n = t_rcv(fd, buf, BUFFER_BYTES, flags);
    while (n >= 0) {
      if (t_snd(fd, buf, n, 0) < 0) {
        return failed("t_snd");
      }
      n = t_rcv(fd, buf, BUFFER_BYTES, flags);
    }
    if (!isReleased(fd)) {
      return failed("t_rcv");
    }
    return (t_rcvrel(fd) == 0 && t_sndrel(fd) == 0) || failed("release");
  }

  /** Whether the failure of the last call is the peer's orderly release, and nothing worse. */
  private boolean isReleased(int fd) {
    return t_errno() == TLOOK && t_look(fd) == T_ORDREL;
  }

  // ---- client ---------------------------------------------------------------------------------

  @Override
  public boolean call(
      SockAddrIn address, int size, int warmUps, int iterations, RoundTripTimes times) {
    int fd = t_open("/dev/tcp", O_RDWR, null);
    if (fd < 0) {
      return failed("t_open");
    }
    if (t_bind(fd, null, null) < 0) {
      return failed("t_bind");
    }
    TCall call = new TCall();
    XtiAddr.put(call.addr, address);
    if (t_connect(fd, call, null) < 0) {
      if (t_errno() == TLOOK && t_look(fd) == T_DISCONNECT) {
        t_rcvdis(fd, null); // TLOOK says no more than that: the reason is refused or not reached
      }
      return failed("t_connect");
    }
    ByteBuf out = C.malloc(size);
    ByteBuf in = C.malloc(size);
    for (int i = -warmUps; i < iterations; i++) {
      long start = clock.nanoTime();
      out.setByte(0, i);
      if (t_snd(fd, out, size, 0) < 0) {
        return failed("t_snd");
      }
      if (!receiveAll(fd, in, size)) {
        return failed("t_rcv");
      }
      times.record(i, clock.nanoTime() - start);
      if (!in.equals(out)) {
        System.err.println("message " + i + " came back with other bytes");
        return false;
      }
    }
    if (t_sndrel(fd) < 0) {
      return failed("t_sndrel");
    }
    if (t_rcv(fd, in, size, flags) >= 0 || !isReleased(fd) || t_rcvrel(fd) < 0) {
      return failed("release");
    }
    t_close(fd);
    return true;
  }

  /** A stream has no messages: what was sent at once may come in pieces. */
  private boolean receiveAll(int fd, ByteBuf in, int size) {
    in.readerIndex(0);
    while (in.readerIndex() < size) {
      int n = t_rcv(fd, in, size - in.readerIndex(), flags);
      if (n < 0) {
        return false;
      }
      in.readerIndex(in.readerIndex() + n);
    }
    in.readerIndex(0);
    return true;
  }

  private boolean failed(String function) {
    t_error(function);
    return false;
  }
}
