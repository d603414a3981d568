package dev.trident.xti;

import static dev.trident.xti.XtiConstants.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.testkit.Requirement;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same programs on polled and on driven hosts. */
@Timeout(60)
class XtiEchoTest {
  private static final String CLIENT = "10.0.0.1";
  private static final String SERVER = "10.0.0.2";

  @Test
  void shouldEchoWhenOneThreadPollsBothHosts() {
    try (Fabric fabric = Fabric.polled()) {
      Host clientHost = fabric.host("client", 1).nic("ec0", CLIENT + "/24");
      Host serverHost = fabric.host("server", 2).nic("es0", SERVER + "/24");
      fabric.wire(clientHost.nic("ec0"), serverHost.nic("es0"));
      EchoPair.Server server = new EchoPair.Server(serverHost);
      EchoPair.Client client = new EchoPair.Client(clientHost);
      int listenfd = server.start();
      int fd = client.open(SERVER);
      TCall call = new TCall();
      assertThat(server.t_listen(listenfd, call)).isZero();
      int connfd = server.t_open("/dev/tcp", O_RDWR, null);
      assertThat(server.t_accept(listenfd, connfd, call)).isZero();
      ByteBuf buff = C.malloc(EchoPair.BYTES);
      IntRef flags = new IntRef();

      client.converse(
          fd,
          () -> {
            for (int got = 0; got < EchoPair.BYTES; ) {
              int n = server.t_rcv(connfd, buff, EchoPair.BYTES, flags);
              assertThat(server.t_snd(connfd, buff, n, 0)).isEqualTo(n);
              got += n;
            }
          });
      client.release(fd);
      assertThat(server.t_rcv(connfd, buff, 1, flags)).isEqualTo(-1);
      assertThat(server.t_rcvrel(connfd)).isZero();
      assertThat(server.t_sndrel(connfd)).isZero();
      client.finish(fd);
    }
  }

  @Test
  @Requirement({"XTI-t_listen-04", "XTI-t_rcv-10", "XTI-t_connect-04"})
  void shouldEchoBetweenThreadsOfDrivenHosts() throws InterruptedException {
    try (Fabric fabric = Fabric.driven()) {
      Host clientHost = fabric.host("client", 1).nic("dc0", CLIENT + "/24");
      Host serverHost = fabric.host("server", 2).nic("ds0", SERVER + "/24");
      fabric.wire(clientHost.nic("dc0"), serverHost.nic("ds0"));
      EchoPair.Server server = new EchoPair.Server(serverHost);
      EchoPair.Client client = new EchoPair.Client(clientHost);
      int listenfd = server.start();
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread serving = start(() -> server.serve(listenfd), failure);

      int fd = client.open(SERVER);
      client.converse(fd, null);
      client.release(fd);
      client.finish(fd);

      serving.join();
      assertThat(failure.get()).isNull();
      assertThat(server.echoed).isEqualTo(EchoPair.MESSAGES * EchoPair.BYTES);
    }
  }

  private static Thread start(Runnable body, AtomicReference<Throwable> failure) {
    Thread thread = new Thread(body);
    thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
    thread.start();
    return thread;
  }

  @Test
  @Requirement({"XTI-t_sndv-72", "XTI-t_sndv-73", "XTI-t_sndv-74", "XTI-t_snd-18"})
  void shouldKeepEveryByteWhenThreadsSendAtTheSameTime() throws InterruptedException {
    try (Fabric fabric = Fabric.driven()) {
      Host clientHost = fabric.host("client", 1).nic("mc0", CLIENT + "/24");
      Host serverHost = fabric.host("server", 2).nic("ms0", SERVER + "/24");
      fabric.wire(clientHost.nic("mc0"), serverHost.nic("ms0"));
      EchoPair.Server server = new EchoPair.Server(serverHost);
      EchoPair.Client client = new EchoPair.Client(clientHost);
      int listenfd = server.start();
      int fd = client.open(SERVER);
      TCall call = new TCall();
      server.t_listen(listenfd, call);
      int connfd = server.t_open("/dev/tcp", O_RDWR, null);
      server.t_accept(listenfd, connfd, call);
      AtomicReference<Throwable> failure = new AtomicReference<>();
      AtomicInteger unfinished = new AtomicInteger(4);
      Thread[] senders = new Thread[4];
      for (int i = 0; i < senders.length; i++) {
        byte mark = (byte) i;
        senders[i] =
            start(
                () -> {
                  sendMarked(client, fd, mark);
                  if (unfinished.decrementAndGet() == 0) {
                    client.release(fd);
                  }
                },
                failure);
      }

      int[] counts = new int[senders.length];
      ByteBuf buff = C.malloc(50_000);
      IntRef flags = new IntRef();
      for (int n = 0; n >= 0; n = server.t_rcv(connfd, buff, 50_000, flags)) {
        for (int i = 0; i < n; i++) {
          counts[buff.getByte(i)]++;
        }
      }

      for (Thread sender : senders) {
        sender.join();
      }
      assertThat(failure.get()).isNull();
      assertThat(server.t_look(connfd)).isEqualTo(T_ORDREL);
      assertThat(counts).containsOnly(200 * 1_024);
    }
  }

  private static void sendMarked(Xti xti, int fd, byte mark) {
    ByteBuf block = C.malloc(1_024);
    for (int i = 0; i < 1_024; i++) {
      block.setByte(i, mark);
    }
    TIovec[] iov = {new TIovec(block, 1_000), new TIovec(C.ptr(block, 1_000), 24)};
    for (int i = 0; i < 100; i++) {
      assertThat(xti.t_sndv(fd, iov, 2, 0)).isEqualTo(1_024);
      assertThat(xti.t_snd(fd, block, 1_024, 0)).isEqualTo(1_024);
    }
  }

  @Test
  void shouldEndABlockedCallWhenItsEndpointIsClosedAndKeepTheNumberUntilThen()
      throws InterruptedException {
    try (Fabric fabric = Fabric.driven()) {
      Host host = fabric.host("alone", 1).nic("ac0", CLIENT + "/24");
      Xti xti = new Xti(host);
      int fd = xti.t_open("/dev/udp", O_RDWR, null);
      xti.t_bind(fd, null, null);
      AtomicInteger error = new AtomicInteger();
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread waiting =
          start(
              () -> {
                xti.t_rcvudata(fd, new TUnitdata(), new IntRef());
                error.set(xti.t_errno());
              },
              failure);
      while (waiting.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }

      assertThat(xti.t_close(fd)).isZero();

      waiting.join();
      assertThat(failure.get()).isNull();
      assertThat(error.get()).isEqualTo(TBADF);
      assertThat(xti.t_open("/dev/udp", O_RDWR, null)).isEqualTo(fd);
    }
  }

  @Test
  @Requirement("XTI-common-06")
  void shouldEndABlockedCallWhenItsThreadIsInterrupted() throws InterruptedException {
    try (Fabric fabric = Fabric.driven()) {
      Host host = fabric.host("alone", 1).nic("ic0", CLIENT + "/24");
      Xti xti = new Xti(host);
      int fd = xti.t_open("/dev/udp", O_RDWR, null);
      xti.t_bind(fd, null, null);
      AtomicInteger error = new AtomicInteger();
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread waiting =
          start(
              () -> {
                xti.t_rcvudata(fd, new TUnitdata(), new IntRef());
                error.set(xti.t_errno() * 1_000 + xti.errno());
              },
              failure);

      waiting.interrupt();

      waiting.join();
      assertThat(failure.get()).isNull();
      assertThat(error.get()).isEqualTo(TSYSERR * 1_000 + EINTR);
    }
  }
}
