package dev.trident.tcpdirect;

import static dev.trident.tcpdirect.TwoStacks.ADDRESS_A;
import static dev.trident.tcpdirect.TwoStacks.ADDRESS_B;
import static dev.trident.tcpdirect.TwoStacks.iov;
import static dev.trident.tcpdirect.Zf.EPOLLIN;
import static dev.trident.tcpdirect.Zf.zf_muxer_add;
import static dev.trident.tcpdirect.Zf.zf_muxer_alloc;
import static dev.trident.tcpdirect.Zf.zf_muxer_wait;
import static dev.trident.tcpdirect.Zf.zf_reactor_perform;
import static dev.trident.tcpdirect.Zf.zf_stack_has_pending_work;
import static dev.trident.tcpdirect.Zf.zft_recv;
import static dev.trident.tcpdirect.Zf.zft_send;
import static dev.trident.tcpdirect.Zf.zft_send_single;
import static dev.trident.tcpdirect.Zf.zft_to_waitable;
import static dev.trident.tcpdirect.Zf.zfut_send;
import static dev.trident.tcpdirect.Zf.zfut_send_single;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.trident.c.C;
import dev.trident.c.Iovec;
import dev.trident.c.Ref;
import io.netty.buffer.ByteBuf;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * No call of the data path allocates once it is warm. Zero-copy reads are not here: with strict
 * handles, as in all tests, each handle is an object of its own; benchmarks measure them.
 */
class ZeroGarbageTest {
  private static final int WARM_UP = 20_000;
  private static final int MEASURED = 20_000;

  /** The measurement itself, and what the JVM does now and then; less than 1 byte a round. */
  private static final long NOISE_BYTES = 4_096;

  private final TwoStacks net = new TwoStacks();
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final ByteBuf memory = C.malloc(2_000);
  private final Iovec[] iov = iov(memory, 64);

  @AfterEach
  void close() {
    net.close();
  }

  private void assertNoGarbage(Runnable round) {
    for (int i = 0; i < WARM_UP; i++) {
      round.run();
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < MEASURED; i++) {
      round.run();
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).isLessThan(NOISE_BYTES);
  }

  private void pingPong(Zft a, Zft b) {
    zft_send_single(a, memory, 64, 0);
    while (zft_recv(b, iov, 1, 0) < 0) {
      zf_reactor_perform(net.b);
    }
    zft_send(b, iov, 1, 0);
    while (zft_recv(a, iov, 1, 0) < 0) {
      zf_reactor_perform(net.a);
    }
  }

  @Test
  void shouldMakeNoGarbageInTcpPingPong() {
    TwoStacks.Connection pair = net.connection(5_000);
    assertNoGarbage(() -> pingPong(pair.active(), pair.passive()));
  }

  @Test
  void shouldMakeNoGarbageInUdpPingPong() {
    Zfur receiverB = net.receiver(net.b, ADDRESS_B, 5_000);
    Zfur receiverA = net.receiver(net.a, ADDRESS_A, 5_001);
    Zfut toB = net.sender(net.a, ADDRESS_A, 5_001, ADDRESS_B, 5_000);
    Zfut toA = net.sender(net.b, ADDRESS_B, 5_000, ADDRESS_A, 5_001);
    ByteBuf into = C.malloc(2_000);
    assertNoGarbage(
        () -> {
          zfut_send_single(toB, memory, 64);
          while (ZfBuf.recv(receiverB, into.clear()) < 0) {
            zf_reactor_perform(net.b);
          }
          zfut_send(toA, iov, 1, 0);
          while (ZfBuf.recv(receiverA, into.clear()) < 0) {
            zf_reactor_perform(net.a);
          }
        });
  }

  @Test
  void shouldMakeNoGarbageInBulkTransfer() {
    TwoStacks.Connection pair = net.connection(5_000);
    Iovec[] wide = iov(memory, 2_000);
    assertNoGarbage(
        () -> {
          zft_send_single(pair.active(), memory, 2_000, 0);
          zf_reactor_perform(net.b);
          zft_recv(pair.passive(), wide, 1, 0);
          zf_reactor_perform(net.a);
        });
  }

  @Test
  void shouldMakeNoGarbageInTheMuxer() {
    TwoStacks.Connection pair = net.connection(5_000);
    Ref<ZfMuxerSet> muxer = new Ref<>();
    zf_muxer_alloc(net.b, muxer);
    ZfMuxerSet set = muxer.get();
    EpollEvent[] events = EpollEvent.array(4);
    zf_muxer_add(set, zft_to_waitable(pair.passive()), new EpollEvent(EPOLLIN, null));
    assertNoGarbage(
        () -> {
          zft_send_single(pair.active(), memory, 64, 0);
          zf_muxer_wait(set, events, 4, 0);
          zft_recv(pair.passive(), iov, 1, 0);
          if (zf_stack_has_pending_work(net.a) != 0) {
            zf_reactor_perform(net.a);
          }
        });
  }
}
