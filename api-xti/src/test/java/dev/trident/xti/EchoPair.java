package dev.trident.xti;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * An echo server and its client as C programs of the time would have them, translated line by line:
 * the server accepts one connection on a second endpoint, both release in order.
 */
final class EchoPair {
  static final int PORT = 7;
  static final int MESSAGES = 50;
  static final int BYTES = 3_000;

  private EchoPair() {}

  /** {@code tcpserv}: main returns when the client has released. */
  static final class Server extends Xti {
    int echoed;

    Server(Host host) {
      super(host);
    }

    /** All before the first wait, so that a polled caller can go on to run the client. */
    int start() {
      int listenfd = t_open("/dev/tcp", O_RDWR, null);
      TBind tbind = new TBind();
      XtiAddr.put(tbind.addr, new SockAddrIn(0, PORT));
      tbind.qlen = 1;
      if (t_bind(listenfd, tbind, null) < 0) {
        throw new AssertionError(t_strerror(t_errno()));
      }
      return listenfd;
    }

    void serve(int listenfd) {
      TCall tcall = (TCall) t_alloc(listenfd, T_CALL, T_ADDR);
      if (tcall == null || t_listen(listenfd, tcall) < 0) {
        throw new AssertionError(t_strerror(t_errno()));
      }
      int connfd = t_open("/dev/tcp", O_RDWR, null);
      if (t_accept(listenfd, connfd, tcall) < 0) {
        throw new AssertionError(t_strerror(t_errno()));
      }
      echo(connfd);
      t_close(connfd);
      t_close(listenfd);
    }

    private void echo(int connfd) {
      ByteBuf buff = C.malloc(4_096);
      IntRef flags = new IntRef();
      while (true) {
        int n = t_rcv(connfd, buff, 4_096, flags);
        if (n < 0) {
          assertThat(t_errno()).isEqualTo(TLOOK);
          assertThat(t_look(connfd)).isEqualTo(T_ORDREL);
          t_rcvrel(connfd);
          t_sndrel(connfd);
          return;
        }
        assertThat(t_snd(connfd, buff, n, 0)).isEqualTo(n);
        echoed += n;
      }
    }
  }

  /** {@code tcpcli}. Between a request and its answer a polled program lets the server run. */
  static final class Client extends Xti {
    Client(Host host) {
      super(host);
    }

    int open(String server) {
      int fd = t_open("/dev/tcp", O_RDWR, null);
      t_bind(fd, null, null);
      TCall tcall = new TCall();
      XtiAddr.put(tcall.addr, SockAddrIn.of(server, PORT));
      if (t_connect(fd, tcall, null) < 0) {
        throw new AssertionError(t_strerror(t_errno()));
      }
      return fd;
    }

    void converse(int fd, @Nullable Runnable serverStep) {
      ByteBuf request = C.malloc(BYTES);
      ByteBuf answer = C.malloc(BYTES);
      IntRef flags = new IntRef();
      for (int i = 0; i < MESSAGES; i++) {
        request.setInt(0, i);
        assertThat(t_snd(fd, request, BYTES, 0)).isEqualTo(BYTES);
        if (serverStep != null) {
          serverStep.run();
        }
        for (int got = 0; got < BYTES; ) {
          int n = t_rcv(fd, C.ptr(answer, got), BYTES - got, flags);
          assertThat(n).isPositive();
          got += n;
        }
        assertThat(answer.getInt(0)).isEqualTo(i);
      }
    }

    void release(int fd) {
      assertThat(t_sndrel(fd)).isZero();
    }

    /** Waits for the peer's release. */
    void finish(int fd) {
      int n = t_rcv(fd, C.malloc(1), 1, new IntRef());
      assertThat(n).isEqualTo(-1);
      assertThat(t_look(fd)).isEqualTo(T_ORDREL);
      assertThat(t_rcvrel(fd)).isZero();
      assertThat(t_getstate(fd)).isEqualTo(T_IDLE);
      t_close(fd);
    }
  }
}
