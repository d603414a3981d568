package dev.trident.apps.http;

import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import dev.trident.xti.TBind;
import dev.trident.xti.TCall;
import dev.trident.xti.Xti;
import dev.trident.xti.XtiAddr;
import io.netty.buffer.ByteBuf;

/** The responder on XTI, with synchronous endpoints. */
public final class XtiHttp extends Xti implements HttpResponder {
  private static final int QLEN = 16;

  private final HttpFile file;
  private final ByteBuf request = C.malloc(HttpFile.MAX_REQUEST_BYTES);
  private final IntRef flags = new IntRef();
  private final int listener;

  /**
   * Listens on every address of {@code host}.
   *
   * @throws IllegalStateException with XTI's error text if that fails, because the port is taken
   */
  public XtiHttp(Host host, int port, HttpFile file) {
    super(host);
    this.file = file;
    listener = t_open("/dev/tcp", O_RDWR, null);
    if (listener < 0) {
      throw new IllegalStateException("t_open: " + t_strerror(t_errno()));
    }
    TBind bind = new TBind();
    XtiAddr.put(bind.addr, new SockAddrIn(SockAddrIn.INADDR_ANY, port));
    bind.qlen = QLEN;
    if (t_bind(listener, bind, null) < 0) {
      throw new IllegalStateException("port " + port + ": " + t_strerror(t_errno()));
    }
  }

  @Override
  public int serve(int connections) {
    int served = 0;
    for (int i = 0; i < connections; i++) {
      TCall call = new TCall();
      XtiAddr.room(call.addr);
      if (t_listen(listener, call) < 0) {
        if (t_errno() == TSYSERR && errno() == EINTR) {
          return served;
        }
        t_error("t_listen");
        continue;
      }
      int connection = t_open("/dev/tcp", O_RDWR, null);
      if (connection < 0 || t_accept(listener, connection, call) < 0) {
        t_error("t_accept");
        if (t_errno() == TLOOK) {
          t_rcvdis(listener, null); // the caller has gone meanwhile
        }
      } else if (exchange(connection)) {
        served++;
      } else {
        t_error(XtiAddr.get(call.addr).toString());
      }
      t_close(connection);
    }
    return served;
  }

  private boolean exchange(int connection) {
    int length = 0;
    while (!file.isComplete(request, length)) {
      int bytes = t_rcv(connection, C.add(request, length), request.capacity() - length, flags);
      if (bytes < 0) {
        return false;
      }
      length += bytes;
    }
    ByteBuf answer = file.answer(request, length);
    if (t_snd(connection, answer, answer.capacity(), 0) != answer.capacity()
        || t_sndrel(connection) < 0) {
      return false;
    }
    while (t_rcv(connection, request, request.capacity(), flags) >= 0) {
      // The request is known; only the release matters.
    }
    return t_errno() == TLOOK && t_look(connection) == T_ORDREL && t_rcvrel(connection) == 0;
  }

  @Override
  public void close() {
    t_close(listener);
  }
}
