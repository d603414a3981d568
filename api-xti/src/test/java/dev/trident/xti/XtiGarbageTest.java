package dev.trident.xti;

import static dev.trident.xti.XtiConstants.*;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Fabric;
import io.netty.buffer.ByteBuf;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What the data calls allocate once they are warm: nothing. */
class XtiGarbageTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int WARM_UP = 20_000;
  private static final int MEASURED = 20_000;

  private static long allocatedBy(Runnable round) {
    for (int i = 0; i < WARM_UP; i++) {
      round.run();
    }
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < MEASURED; i++) {
      round.run();
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  @Test
  void shouldMakeNoGarbageWhenMessagesGoToAndFro() {
    try (XtiPair pair = new XtiPair(Dialect.XTI, Fabric.polled())) {
      int listener = pair.listener(O_RDWR, 1);
      int peer = pair.connected(O_RDWR);
      int fd = pair.accepted(listener, O_RDWR);
      ByteBuf buf = C.malloc(64);
      IntRef flags = new IntRef();
      TIovec[] iov = {new TIovec(buf, 32), new TIovec(C.ptr(buf, 32), 32)};

      long bytes =
          allocatedBy(
              () -> {
                pair.client.t_snd(peer, buf, 64, 0);
                pair.server.t_rcv(fd, buf, 64, flags);
                pair.server.t_sndv(fd, iov, 2, 0);
                pair.client.t_rcvv(peer, iov, 2, flags);
              });

      assertThat(bytes).isLessThan(MEASURED);
    }
  }

  @Test
  void shouldMakeNoGarbageWhenAsynchronousCallsFindNothing() {
    try (XtiPair pair = new XtiPair(Dialect.XTI, Fabric.polled())) {
      int listener = pair.listener(O_RDWR, 1);
      int peer = pair.connected(O_NONBLOCK);
      pair.accepted(listener, O_RDWR);
      ByteBuf buf = C.malloc(64);
      IntRef flags = new IntRef();

      long bytes =
          allocatedBy(
              () -> {
                pair.client.t_rcv(peer, buf, 64, flags);
                pair.client.t_look(peer);
              });

      assertThat(bytes).isLessThan(MEASURED);
    }
  }

  @Test
  void shouldMakeNoGarbageWhenDatagramsGoToAndFro() {
    try (XtiPair pair = new XtiPair(Dialect.XTI, Fabric.polled())) {
      int out = pair.bound("/dev/udp", O_RDWR);
      int in = pair.server.t_open("/dev/udp", O_RDWR, null);
      TBind req = new TBind();
      XtiAddr.put(req.addr, new SockAddrIn(0, 9));
      pair.server.t_bind(in, req, null);
      TUnitdata to = new TUnitdata();
      to.addr.buf = XtiPair.toServer(9).addr.buf;
      to.addr.len = 16;
      to.udata.buf = C.malloc(64);
      to.udata.len = 64;
      TUnitdata from = new TUnitdata();
      XtiAddr.room(from.addr);
      from.udata.buf = C.malloc(64);
      from.udata.maxlen = 64;
      IntRef flags = new IntRef();

      long bytes =
          allocatedBy(
              () -> {
                pair.client.t_sndudata(out, to);
                pair.server.t_rcvudata(in, from, flags);
              });

      assertThat(bytes).isLessThan(MEASURED);
    }
  }
}
