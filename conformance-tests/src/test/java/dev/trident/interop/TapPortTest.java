package dev.trident.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.trident.apps.net.NetNamespace;
import dev.trident.buffer.Slab;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.Sleeper;
import dev.trident.hw.port.tap.TapPort;
import dev.trident.testkit.NeedsNet;
import dev.trident.time.Deadline;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The TAP port alone, with the kernel at the other end and no engine behind it. */
@NeedsNet({"ip", "ping"})
@Timeout(60)
class TapPortTest {
  private static final String NAME = "tri-tapport";
  private static final String KERNEL = "10.214.0.1/24";
  private static final String OURS = "10.214.0.2";
  private static final int OUR_ADDRESS = 0x0AD6_0002;
  private static final long OUR_MAC = 0x0200_0000_0001L;
  private static final int FRAME_BYTES = 60;
  private static final int MOST_WINDOWS = 400;

  @Test
  void shouldCarryFramesBothWays() throws Exception {
    try (TapPort tap = TapPort.open(NAME);
        NetNamespace namespace = NetNamespace.create()) {
      namespace.adopt(NAME, KERNEL);
      try (FrameResponder responder = new FrameResponder(tap, OUR_MAC, OUR_ADDRESS)) {
        assertThat(KernelPeer.ping(namespace, OURS, 3)).isEqualTo(3);
        assertThat(KernelPeer.ping(namespace, OURS, 1, "-s", "1472", "-M", "do")).isEqualTo(1);
        assertThat(responder.isRunning()).isTrue();
      }
      assertThat(tap.sentFrames()).isGreaterThanOrEqualTo(5);
      assertThat(tap.lostFrames()).isZero();
    }
  }

  @Test
  void shouldReturnTrueLengthWhenFrameExceedsTheRoom() throws Exception {
    try (TapPort tap = TapPort.open(NAME);
        NetNamespace namespace = NetNamespace.create();
        Slab slab = new Slab(4096);
        Sleeper sleeper = new Sleeper()) {
      sleeper.add(tap);
      namespace.adopt(NAME, KERNEL);
      slab.putByte(100, 0x7e);
      namespace.start(List.of("ping", "-c", "1", "-W", "1", OURS));
      while (!sleeper.sleep(Deadline.NEVER)) {}
      assertThat(tap.receive(slab, 0, 14)).as("ARP request").isEqualTo(42);
      assertThat(slab.getByte(100)).isEqualTo((byte) 0x7e);
    }
  }

  @Test
  void shouldSayGoneWhenTheNamespaceIsDeleted() throws Exception {
    try (TapPort tap = TapPort.open(NAME)) {
      NetNamespace namespace = NetNamespace.create();
      namespace.adopt(NAME, KERNEL);
      try (FrameResponder responder = new FrameResponder(tap, OUR_MAC, OUR_ADDRESS)) {
        namespace.close();
        assertThat(responder.sawWireGone()).isTrue();
      }
    }
  }

  @Test
  void shouldLoseFramesWhenLinkIsDown() throws Exception {
    try (TapPort tap = TapPort.open(NAME);
        Slab slab = new Slab(4096)) {
      assertThat(tap.send(slab, 0, FRAME_BYTES)).isTrue();
      assertThat(tap.lostFrames()).isEqualTo(1);
      assertThat(tap.sentFrames()).isZero();
    }
  }

  @Test
  void shouldEndTheNextWaitWhenWokenBefore() throws Exception {
    try (TapPort tap = TapPort.open(NAME);
        Sleeper sleeper = new Sleeper()) {
      sleeper.add(tap);
      sleeper.wakeUp();
      assertThat(sleeper.sleep(Deadline.NEVER)).isFalse();
      assertThat(sleeper.sleep(0)).as("one wake-up ends one sleep").isFalse();
    }
  }

  @Test
  void shouldSayGoneAfterClose() throws Exception {
    TapPort tap = TapPort.open(NAME);
    tap.close();
    tap.close();
    try (Slab slab = new Slab(4096)) {
      assertThat(tap.receive(slab, 0, 2048)).isEqualTo(Port.GONE);
      assertThat(tap.descriptor()).isEqualTo(Port.NO_DESCRIPTOR);
    }
  }

  @Test
  void shouldAllocateNothingPerFrame() throws Exception {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (TapPort tap = TapPort.open(NAME);
        NetNamespace namespace = NetNamespace.create();
        Slab slab = new Slab(4096);
        Sleeper sleeper = new Sleeper()) {
      sleeper.add(tap);
      namespace.adopt(NAME, KERNEL);
      long least = Long.MAX_VALUE;
      // However long the compiler takes on a busy machine: one window without garbage is the proof.
      for (int window = 0; window < MOST_WINDOWS && least > 0; window++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 5_000; i++) {
          tap.send(slab, 0, FRAME_BYTES);
          tap.receive(slab, 2048, 1514);
          sleeper.sleep(0);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).isZero();
      assertThat(tap.sentFrames()).isPositive();
      assertThat(tap.lostFrames()).isZero();
    }
  }
}
