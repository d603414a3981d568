package dev.trident.simulation;

import dev.trident.c.IntRef;
import dev.trident.c.SockAddrIn;
import dev.trident.xti.TBind;
import dev.trident.xti.TUnitdata;
import dev.trident.xti.Xti;
import dev.trident.xti.XtiAddr;
import io.netty.buffer.ByteBuf;

/** UDP by XTI: t_sndudata and t_rcvudata, with t_rcvuderr for what came back. */
final class XtiDatagramEnd implements DatagramEnd {
  private final Xti xti;
  private final SockAddrIn local;
  private final TUnitdata outgoing = new TUnitdata();
  private final TUnitdata incoming = new TUnitdata();
  private final IntRef flags = new IntRef();
  private int fd;

  XtiDatagramEnd(Node node, SockAddrIn local) {
    xti = node.xti();
    this.local = local;
  }

  private int check(String call, int result) {
    if (result < 0) {
      throw new CallFailedException(call, xti.t_errno());
    }
    return result;
  }

  @Override
  public void open() {
    fd = check("t_open", xti.t_open("/dev/udp", Xti.O_RDWR | Xti.O_NONBLOCK, null));
    TBind request = new TBind();
    XtiAddr.put(request.addr, local);
    check("t_bind", xti.t_bind(fd, request, null));
    XtiAddr.room(incoming.addr);
  }

  /** XTI has no such thing: errors about datagrams come to every endpoint. */
  @Override
  public void connect(SockAddrIn peer) {}

  /** Whether the call failed because a datagram was refused, which is known then. */
  private boolean tookRefusal() {
    return xti.t_errno() == Xti.TLOOK
        && xti.t_look(fd) == Xti.T_UDERR
        && xti.t_rcvuderr(fd, null) == 0;
  }

  @Override
  public Sent send(ByteBuf data, int length, SockAddrIn to, int choice) {
    XtiAddr.put(outgoing.addr, to);
    outgoing.udata.buf = data;
    outgoing.udata.len = length;
    outgoing.udata.maxlen = length;
    if (xti.t_sndudata(fd, outgoing) == 0) {
      return Sent.YES;
    }
    int error = xti.t_errno();
    if (error == Xti.TFLOW || error == Xti.TSYSERR) {
      return Sent.NOT_NOW;
    }
    if (tookRefusal()) {
      return Sent.REFUSED;
    }
    throw new CallFailedException("t_sndudata", error);
  }

  @Override
  public int receive(ByteBuf target, int choice) {
    incoming.udata.buf = target;
    incoming.udata.maxlen = target.capacity();
    if (xti.t_rcvudata(fd, incoming, flags) == 0) {
      return incoming.udata.len;
    }
    int error = xti.t_errno();
    if (error == Xti.TNODATA) {
      return NOTHING;
    }
    if (tookRefusal()) {
      return REFUSED;
    }
    throw new CallFailedException("t_rcvudata", error);
  }

  @Override
  public SockAddrIn source() {
    return XtiAddr.get(incoming.addr);
  }

  @Override
  public void close() {
    xti.t_close(fd);
  }
}
