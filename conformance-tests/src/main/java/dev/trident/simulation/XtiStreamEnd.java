package dev.trident.simulation;

import dev.trident.c.IntRef;
import dev.trident.c.SockAddrIn;
import dev.trident.xti.Errno;
import dev.trident.xti.TBind;
import dev.trident.xti.TCall;
import dev.trident.xti.TIovec;
import dev.trident.xti.Xti;
import dev.trident.xti.XtiAddr;
import io.netty.buffer.ByteBuf;

/** A stream of XTI with orderly release. */
final class XtiStreamEnd implements StreamEnd {
  private static final int BACKLOG = 4;
  private static final int NONE = -1;

  private final Node node;
  private final Xti xti;
  private final SockAddrIn address;
  private final IntRef flags = new IntRef();
  private int fd = NONE;
  private boolean stopped;

  /**
   * An end that is nothing yet.
   *
   * @param address to listen on, or to connect to
   */
  XtiStreamEnd(Node node, SockAddrIn address) {
    this.node = node;
    xti = node.xti();
    this.address = address;
  }

  private int check(String call, int result) {
    if (result < 0) {
      throw new CallFailedException(call, xti.t_errno());
    }
    return result;
  }

  private void open() {
    fd = check("t_open", xti.t_open("/dev/tcp", Xti.O_RDWR, null));
  }

  /** Whether a call failed for want of memory; then some time has passed. */
  private boolean mayTryAgain(int result) {
    boolean noMemory = xti.t_errno() == Xti.TSYSERR && xti.errno() == Errno.ENOBUFS;
    if (result >= 0 || !noMemory) {
      return false;
    }
    node.pause(RETRY_NANOS);
    return true;
  }

  private void checkRunning() {
    if (stopped) {
      throw new CallFailedException("stopped", 0);
    }
  }

  @Override
  public void connect() {
    TCall call = new TCall();
    XtiAddr.room(call.addr);
    XtiAddr.put(call.addr, address);
    while (true) {
      checkRunning();
      open();
      check("t_bind", xti.t_bind(fd, null, null));
      int result = xti.t_connect(fd, call, null);
      if (result == 0) {
        return;
      }
      if (!mayTryAgain(result)) {
        if (xti.t_errno() != Xti.TLOOK || stopped) {
          throw new CallFailedException("t_connect", xti.t_errno());
        }
        check("t_rcvdis", xti.t_rcvdis(fd, null));
        node.pause(RETRY_NANOS);
      }
      close();
    }
  }

  @Override
  public void listen() {
    open();
    TBind request = new TBind();
    XtiAddr.room(request.addr);
    XtiAddr.put(request.addr, address);
    request.qlen = BACKLOG;
    check("t_bind", xti.t_bind(fd, request, null));
  }

  /** A client that gives up between the indication and its acceptance makes another round. */
  @Override
  public StreamEnd accept() {
    TCall call = new TCall();
    XtiAddr.room(call.addr);
    while (true) {
      check("t_listen", xti.t_listen(fd, call));
      XtiStreamEnd accepted = new XtiStreamEnd(node, address);
      accepted.open();
      int result = xti.t_accept(fd, accepted.fd, call);
      if (result == 0) {
        return accepted;
      }
      int error = xti.t_errno();
      accepted.close();
      if (error == Xti.TLOOK && xti.t_look(fd) == Xti.T_DISCONNECT) {
        check("t_rcvdis", xti.t_rcvdis(fd, null));
      } else {
        throw new CallFailedException("t_accept", error);
      }
    }
  }

  @Override
  public int send(ByteBuf source, int index, int length, int choice) {
    ByteBuf data = source.duplicate().readerIndex(index);
    int result;
    do {
      result = choice % 3 == 0 ? sendPieces(source, index, length) : xti.t_snd(fd, data, length, 0);
    } while (mayTryAgain(result));
    return check("t_snd", result);
  }

  private int sendPieces(ByteBuf source, int index, int length) {
    TIovec[] pieces = {new TIovec(), new TIovec()};
    int first = length / 3;
    pieces[0].iov_base = source.duplicate().readerIndex(index);
    pieces[0].iov_len = first;
    pieces[1].iov_base = source.duplicate().readerIndex(index + first);
    pieces[1].iov_len = length - first;
    return xti.t_sndv(fd, pieces, pieces.length, 0);
  }

  @Override
  public void halfClose() {
    check("t_sndrel", xti.t_sndrel(fd));
  }

  @Override
  public int receive(ByteBuf target, int max, int choice) {
    int count;
    do {
      count = xti.t_rcv(fd, target, max, flags);
      if (count < 0 && xti.t_errno() == Xti.TLOOK && xti.t_look(fd) == Xti.T_ORDREL) {
        check("t_rcvrel", xti.t_rcvrel(fd));
        return END;
      }
    } while (mayTryAgain(count));
    return check("t_rcv", count);
  }

  @Override
  public void close() {
    if (fd != NONE) {
      int old = fd;
      fd = NONE;
      xti.t_close(old);
    }
  }

  @Override
  public void stop() {
    stopped = true;
    close();
  }

  @Override
  public void abort() {
    if (fd != NONE) {
      xti.t_snddis(fd, null);
      close();
    }
  }
}
