package dev.trident.treck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A C-style echo pair on non-blocking sockets runs unchanged on hosts of every mode. */
class EchoTest {
  private static final int PORT = 7;
  private static final int MESSAGES = 50;
  private static final int LENGTH = 2_000;

  /** Serves any number of clients with one select; {@code step} is the body of its main loop. */
  private static final class EchoServer extends Treck {
    private final FdSet open = new FdSet();
    private final FdSet ready = new FdSet();
    private final Timeval tick = new Timeval(0, 10_000);
    private final ByteBuf buffer = C.malloc(1_460);
    private int listener;
    private int max;
    private int served;

    EchoServer(Host host) {
      super(host);
    }

    boolean begin() {
      if (tfStartTreck() != TM_ENOERROR) {
        return false;
      }
      listener = socket(AF_INET, SOCK_STREAM, 0);
      setsockopt(listener, IP_PROTOTCP, TCP_NODELAY, new IntRef(1), 4);
      SockAddrIn any = new SockAddrIn(SockAddrIn.INADDR_ANY, PORT);
      if (bind(listener, any, SockAddrIn.SIZEOF) == TM_SOCKET_ERROR
          || listen(listener, 5) == TM_SOCKET_ERROR) {
        return false;
      }
      FD_SET(listener, open);
      max = listener;
      return true;
    }

    void step(Timeval timeout) {
      FD_ZERO(ready);
      for (int sd = 0; sd <= max; sd++) {
        if (FD_ISSET(sd, open)) {
          FD_SET(sd, ready);
        }
      }
      if (select(max + 1, ready, null, null, timeout) <= 0) {
        return;
      }
      for (int sd = 0; sd <= max; sd++) {
        if (!FD_ISSET(sd, ready)) {
          continue;
        }
        if (sd == listener) {
          int fresh = accept(listener, null, null);
          FD_SET(fresh, open);
          max = Math.max(max, fresh);
        } else {
          echo(sd);
        }
      }
    }

    private void echo(int sd) {
      int got = recv(sd, buffer, 1_460, MSG_DONTWAIT);
      if (got > 0) {
        assertThat(send(sd, buffer, got, 0)).isEqualTo(got);
      } else {
        FD_CLR(sd, open);
        tfClose(sd);
        served++;
      }
    }
  }

  /** Sends messages and compares what comes back; {@code step} is the body of its main loop. */
  private static final class EchoClient extends Treck {
    private final ByteBuf out = C.malloc(LENGTH);
    private final ByteBuf in = C.malloc(LENGTH);
    private final FdSet set = new FdSet();
    private int sd = -1;
    private boolean connected;
    private int sent;
    private int received;
    private int echoed;

    EchoClient(Host host) {
      super(host);
    }

    boolean isDone() {
      return echoed == MESSAGES;
    }

    void step(Timeval timeout) {
      if (sd < 0) {
        tfStartTreck();
        sd = socket(AF_INET, SOCK_STREAM, 0);
        tfBlockingState(sd, TM_BLOCKING_OFF);
        setsockopt(sd, IP_PROTOTCP, TCP_NODELAY, new IntRef(1), 4);
        connect(sd, SockAddrIn.of(TwoHosts.RIGHT, PORT), SockAddrIn.SIZEOF);
        assertThat(tfGetSocketError(sd)).isEqualTo(TM_EINPROGRESS);
      }
      if (!connected) {
        FD_ZERO(set);
        FD_SET(sd, set);
        connected = select(sd + 1, null, set, null, timeout) == 1;
        return;
      }
      if (sent < LENGTH) {
        sent += moved(send(sd, out.readerIndex(sent), LENGTH - sent, 0));
      }
      received += moved(recv(sd, in.readerIndex(received), LENGTH - received, 0));
      if (received == LENGTH) {
        assertThat(in.readerIndex(0)).isEqualTo(out.readerIndex(0));
        sent = 0;
        received = 0;
        echoed++;
        out.setInt(17, echoed);
        if (isDone()) {
          assertThat(tfClose(sd)).isEqualTo(TM_ENOERROR);
        }
      }
    }

    private int moved(int result) {
      if (result == TM_SOCKET_ERROR) {
        assertThat(tfGetSocketError(sd)).isEqualTo(TM_EWOULDBLOCK);
        return 0;
      }
      return result;
    }
  }

  @Test
  void shouldRunFromOneLoopOnPolledHosts() {
    Timeval poll = new Timeval();
    try (TwoHosts hosts = TwoHosts.inVirtualTime()) {
      EchoServer server = new EchoServer(hosts.right());
      assertThat(server.begin()).isTrue();
      EchoClient client = new EchoClient(hosts.left());
      while (server.served == 0) {
        server.step(poll);
        if (!client.isDone()) {
          client.step(poll);
        }
      }
      assertThat(client.isDone()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRunAsProgramsOnOtherHosts(Mode mode) throws Exception {
    try (Mode.World world = mode.open()) {
      EchoServer server = new EchoServer(world.right());
      assertThat(server.begin()).isTrue();
      for (int i = 0; i < 3; i++) {
        EchoClient client = new EchoClient(world.left());
        world.start(
            world.left(),
            "client " + i,
            () -> {
              while (!client.isDone()) {
                client.step(server.tick);
              }
            });
      }
      world.start(
          world.right(),
          "server",
          () -> {
            while (server.served < 3) {
              server.step(server.tick);
            }
          });
      world.run();
    }
  }
}
