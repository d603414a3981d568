package dev.trident.hw.nic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Packet;
import dev.trident.buffer.Run;
import dev.trident.hw.nic.InterfaceOptions.Pio;
import dev.trident.link.NetworkDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which way a frame takes to the adapter. */
class SendPathTest {
  private final TwoNics nics = TwoNics.wired();
  private final List<VirtualInterface> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(VirtualInterface::close);
    nics.close();
  }

  private VirtualInterface open(Pio pio, CutThrough cutThrough, int alternatives)
      throws NicExhaustedException {
    InterfaceOptions options =
        InterfaceOptions.of(RingOptions.of(0, TwoNics.RING))
            .withSending(pio, cutThrough)
            .withAlternatives(alternatives, 4_096);
    VirtualInterface made =
        nics.nicA.openFurther(nics.poolA, options, nics.keeperA, new Doorbell());
    opened.add(made);
    return made;
  }

  private void send(VirtualInterface from, int bytes, int queue) {
    Packet packet = nics.packet(bytes, 0);
    assertThat(from.transmit(packet, queue)).isTrue();
    packet.release();
  }

  @Test
  void shouldUsePioUntilTheBufferIsFullAndAgainWhenFramesAreComplete()
      throws NicExhaustedException {
    VirtualInterface a = open(Pio.REQUIRED, CutThrough.NONE, 0);
    send(a, 1_000, NetworkDevice.DEFAULT_QUEUE);
    send(a, 900, NetworkDevice.DEFAULT_QUEUE);
    send(a, 129, NetworkDevice.DEFAULT_QUEUE);
    assertThat(a.counters().sends()).as("1,024 and 960 of 2,048").isEqualTo(sends(0, 2, 1, 0));
    send(a, 64, NetworkDevice.DEFAULT_QUEUE);
    assertThat(a.counters().sends()).isEqualTo(sends(0, 3, 1, 0));
    a.poll(0, 64);
    send(a, 1_514, NetworkDevice.DEFAULT_QUEUE);
    assertThat(a.counters().sends()).isEqualTo(sends(0, 4, 1, 0));
  }

  @Test
  void shouldGatherPiecesByDmaAlone() throws NicExhaustedException {
    VirtualInterface a = open(Pio.REQUIRED, new CutThrough(1_518, 64), 0);
    Packet packet = nics.packet(42, 0);
    Run run = Objects.requireNonNull(nics.poolA.allocateRun(100));
    packet.append(nics.poolA.fragmentOf(run, run.base(), 20));
    run.release();
    a.transmit(packet, NetworkDevice.DEFAULT_QUEUE);
    packet.release();
    assertThat(a.counters().sends()).isEqualTo(sends(0, 0, 1, 0));
  }

  @Test
  void shouldCutThroughUpToTheLimitOnly() throws NicExhaustedException {
    VirtualInterface a = open(Pio.OFF, new CutThrough(500, CutThrough.WHOLE_FRAME), 0);
    send(a, 500, NetworkDevice.DEFAULT_QUEUE);
    send(a, 501, NetworkDevice.DEFAULT_QUEUE);
    assertThat(a.counters().sends()).isEqualTo(sends(1, 0, 1, 0));
    assertThat(a.hasPio()).isFalse();
    assertThat(a.hasCutThrough()).isTrue();
  }

  @Test
  void shouldCountFramesOfAlternativesApart() throws NicExhaustedException {
    VirtualInterface a = open(Pio.REQUIRED, CutThrough.NONE, 1);
    send(a, 60, 1);
    assertThat(a.counters().sends()).isEqualTo(SendCounters.ZERO);
    a.releaseQueue(1);
    assertThat(a.counters().sends()).isEqualTo(sends(0, 0, 0, 1));
    assertThat(nics.nicA.counters().sends()).isEqualTo(sends(0, 0, 0, 1));
  }

  private static SendCounters sends(int cutThrough, int pio, int dma, int alternatives) {
    return new SendCounters(cutThrough, pio, dma, alternatives);
  }
}
