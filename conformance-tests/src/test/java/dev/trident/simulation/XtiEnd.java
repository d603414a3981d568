package dev.trident.simulation;

import dev.trident.c.IntRef;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import dev.trident.xti.TBind;
import dev.trident.xti.TCall;
import dev.trident.xti.Xti;
import dev.trident.xti.XtiAddr;
import io.netty.buffer.ByteBuf;

/** A stream of XTI with orderly release. */
final class XtiEnd implements StreamEnd {
  private static final int ATTEMPTS = 200;

  private final Xti xti;
  private final Host host;
  private final SockAddrIn address;
  private final IntRef flags = new IntRef();
  private int listener = -1;
  private int fd = -1;

  XtiEnd(Xti xti, Host host, SockAddrIn address) {
    this.xti = xti;
    this.host = host;
    this.address = address;
  }

  private int check(String call, int result) {
    if (result < 0) {
      throw new Broken(call, xti.t_errno());
    }
    return result;
  }

  @Override
  public void connect() {
    TCall call = new TCall();
    XtiAddr.room(call.addr);
    XtiAddr.put(call.addr, address);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      fd = check("t_open", xti.t_open("/dev/tcp", Xti.O_RDWR, null));
      check("t_bind", xti.t_bind(fd, null, null));
      if (xti.t_connect(fd, call, null) == 0) {
        return;
      }
      if (xti.t_errno() != Xti.TLOOK) {
        throw new Broken("t_connect", xti.t_errno());
      }
      check("t_rcvdis", xti.t_rcvdis(fd, null));
      xti.t_close(fd);
      Pause.on(host, 50_000_000L);
    }
    throw new AssertionError("refused for ever");
  }

  @Override
  public void accept() {
    listener = check("t_open", xti.t_open("/dev/tcp", Xti.O_RDWR, null));
    TBind request = new TBind();
    XtiAddr.room(request.addr);
    XtiAddr.put(request.addr, address);
    request.qlen = 1;
    check("t_bind", xti.t_bind(listener, request, null));
    TCall call = new TCall();
    XtiAddr.room(call.addr);
    check("t_listen", xti.t_listen(listener, call));
    fd = check("t_open", xti.t_open("/dev/tcp", Xti.O_RDWR, null));
    check("t_accept", xti.t_accept(listener, fd, call));
    stopListening();
  }

  private void stopListening() {
    if (listener >= 0) {
      xti.t_close(listener);
      listener = -1;
    }
  }

  @Override
  public int send(ByteBuf source, int index, int length, int choice) {
    source.readerIndex(index);
    return check("t_snd", xti.t_snd(fd, source, length, 0));
  }

  @Override
  public void halfClose() {
    check("t_sndrel", xti.t_sndrel(fd));
  }

  @Override
  public int receive(ByteBuf target, int index, int max, int choice) {
    target.readerIndex(index);
    int count = xti.t_rcv(fd, target, max, flags);
    if (count < 0 && xti.t_errno() == Xti.TLOOK && xti.t_look(fd) == Xti.T_ORDREL) {
      check("t_rcvrel", xti.t_rcvrel(fd));
      return END;
    }
    return check("t_rcv", count);
  }

  @Override
  public void close() {
    if (fd >= 0) {
      xti.t_close(fd);
      fd = -1;
    }
  }

  @Override
  public void stop() {
    stopListening();
    close();
  }

  @Override
  public void abort() {
    stopListening();
    if (fd >= 0) {
      xti.t_snddis(fd, null);
      close();
    }
  }
}
