package dev.trident.apps.compare;

import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import dev.trident.xti.TBind;
import dev.trident.xti.TCall;
import dev.trident.xti.Xti;
import dev.trident.xti.XtiAddr;
import io.netty.buffer.ByteBuf;

/** The workload over XTI: {@code t_snd} and {@code t_rcv} copy; the release is orderly. */
final class XtiPeer extends Xti implements Peer {
  private static final int RECEIVE_BYTES = 64 << 10;

  private final boolean server;
  private final ByteBuf source;
  private final ByteBuf target;
  private final IntRef flags = new IntRef();
  private final TCall call = new TCall();
  private final ByteBuf surplus = C.malloc(1);
  private int listener = -1;
  private int fd = -1;
  private boolean connecting;
  private boolean releaseReceived;
  private boolean releaseSent;
  private int stored;

  /**
   * @param address where the server listens
   * @param source what is sent
   * @param target where received bytes go
   */
  XtiPeer(
      Host host,
      Exchange.Role role,
      boolean blocking,
      SockAddrIn address,
      ByteBuf source,
      ByteBuf target) {
    super(host);
    this.server = role == Exchange.Role.SERVER;
    this.source = source;
    this.target = target;
    int mode = O_RDWR | (blocking ? 0 : O_NONBLOCK);
    if (server) {
      listener = check("t_open", t_open("/dev/tcp", mode, null));
      TBind request = new TBind();
      XtiAddr.room(request.addr);
      XtiAddr.put(request.addr, address);
      request.qlen = 1;
      check("t_bind", t_bind(listener, request, null));
    } else {
      XtiAddr.room(call.addr);
      XtiAddr.put(call.addr, address);
    }
    fd = check("t_open", t_open("/dev/tcp", mode, null));
    if (!server) {
      check("t_bind", t_bind(fd, null, null));
    }
  }

  private int check(String function, int result) {
    if (result < 0) {
      throw new ApiFailure(function, t_strerror(t_errno()));
    }
    return result;
  }

  /** As {@link #check}, but {@code notNow} is {@link #NOT_NOW}. */
  private int tried(String function, int result, int notNow) {
    return result < 0 && t_errno() == notNow ? NOT_NOW : check(function, result);
  }

  @Override
  public boolean open() {
    return server ? openServer() : openClient();
  }

  private boolean openServer() {
    int result = t_listen(listener, call);
    if (result < 0) {
      tried("t_listen", result, TNODATA);
      return false;
    }
    check("t_accept", t_accept(listener, fd, call));
    return true;
  }

  private boolean openClient() {
    int result;
    if (!connecting) {
      connecting = true;
      result = t_connect(fd, call, null);
    } else {
      result = t_rcvconnect(fd, null);
    }
    if (result < 0) {
      tried("t_connect", result, TNODATA);
      return false;
    }
    return true;
  }

  @Override
  public int send(int from, int length) {
    source.readerIndex(from);
    return tried("t_snd", t_snd(fd, source, length, 0), TFLOW);
  }

  @Override
  public void halfClose() {
    check("t_sndrel", t_sndrel(fd));
    releaseSent = true;
  }

  @Override
  public int receive() {
    target.readerIndex(stored);
    if (stored == target.capacity()) {
      return receiveRelease();
    }
    int count = t_rcv(fd, target, Math.min(RECEIVE_BYTES, target.capacity() - stored), flags);
    if (count < 0) {
      return t_errno() == TLOOK ? release() : tried("t_rcv", count, TNODATA);
    }
    stored += count;
    return count;
  }

  /** All that was expected is here: only the release may come. */
  private int receiveRelease() {
    int count = t_rcv(fd, surplus, 1, flags);
    if (count > 0) {
      throw new ApiFailure("t_rcv", "more bytes than were sent");
    }
    return t_errno() == TLOOK ? release() : tried("t_rcv", count, TNODATA);
  }

  private int release() {
    int event = t_look(fd);
    if (event != T_ORDREL) {
      throw new ApiFailure("t_look", "event " + event + " instead of T_ORDREL");
    }
    check("t_rcvrel", t_rcvrel(fd));
    releaseReceived = true;
    return END;
  }

  @Override
  public boolean finish() {
    if (releaseReceived && !releaseSent) {
      check("t_sndrel", t_sndrel(fd));
      releaseSent = true;
    }
    close();
    return true;
  }

  @Override
  public void close() {
    if (fd >= 0) {
      t_close(fd);
      fd = -1;
    }
    if (listener >= 0) {
      t_close(listener);
      listener = -1;
    }
  }
}
