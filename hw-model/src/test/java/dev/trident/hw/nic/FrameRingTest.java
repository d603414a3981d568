package dev.trident.hw.nic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import dev.trident.hw.link.DirectWire;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FrameRingTest {
  @Test
  @Timeout(30)
  @SuppressWarnings("ThreadPriorityCheck") // the two sides may share a core
  void shouldPassFramesInOrderWhenTwoThreadsShareIt() throws InterruptedException {
    int frames = 100_000;
    try (TwoNics nics = new TwoNics(true)) {
      FrameRing ring = new FrameRing(16);
      Thread producer =
          new Thread(
              () -> {
                Slab slab = new Slab(2_048);
                Frame view = new Frame(null);
                for (int i = 0; i < frames; i++) {
                  int length = 60 + i % 1_000;
                  slab.putInt(0, i);
                  slab.putInt(length - 4, ~i);
                  while (!ring.offer(view.wrap(slab, 0, length), i)) {
                    Thread.yield();
                  }
                }
                ring.close();
                slab.close();
              });
      producer.start();
      int expected = 0;
      while (expected < frames) {
        ring.pull(nics.b);
        if (nics.b.poll(0, 64) == 0) {
          Thread.yield();
        }
        for (int i = 0; i < nics.keeperB.frames.size(); i++) {
          Packet frame = nics.keeperB.frames.get(i);
          assertThat(frame.length()).isEqualTo(60 + expected % 1_000);
          assertThat(frame.slab().getInt(frame.offset())).isEqualTo(expected);
          assertThat(frame.slab().getInt(frame.offset() + frame.length() - 4)).isEqualTo(~expected);
          assertThat(nics.keeperB.hints.get(i)).isEqualTo(expected);
          expected++;
        }
        nics.keeperB.release();
      }
      producer.join();
      assertThat(ring.hasFrame()).isFalse();
      assertThat(ring.pull(nics.b)).as("empty and closed").isTrue();
    }
  }

  @Test
  void shouldRefuseWhenFullOrFrameTooLong() {
    FrameRing ring = new FrameRing(4);
    try (Slab slab = new Slab(4_096)) {
      Frame view = new Frame(null);
      assertThat(ring.offer(view.wrap(slab, 0, FrameRing.MAX_FRAME_BYTES + 1), 0)).isFalse();
      for (int i = 0; i < 4; i++) {
        assertThat(ring.offer(view.wrap(slab, 0, 60), 0)).isTrue();
      }
      assertThat(ring.offer(view.wrap(slab, 0, 60), 0)).isFalse();
    }
  }

  @Test
  void shouldCountOverrunWhenReceiverOnAnotherThreadDoesNotPoll() {
    try (TwoNics nics = new TwoNics(true)) {
      DirectWire.join(nics.nicA, nics.nicB);
      for (int i = 0; i < 600; i++) {
        nics.send(60, i);
        nics.a.poll(0, 64);
      }
      assertThat(nics.nicA.counters().ringOverruns()).isEqualTo(600 - 512);
      assertThat(nics.b.hasEvent()).isTrue();
      int received = 0;
      for (int i = 0; i < 100; i++) {
        received += nics.b.poll(0, 64);
        nics.keeperB.release();
      }
      assertThat(received).isEqualTo(512);
    }
  }
}
