package dev.trident.apps.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.hw.host.Host;
import dev.trident.hw.link.LinkConfig;
import dev.trident.trace.Counter;
import dev.trident.xti.Xti;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each column changes by a known amount when what it counts does. */
class ColumnsTest {
  /** The MSS less the timestamps that every segment carries. */
  private static final int SEGMENT = 1_448;

  private static final int SMALL = 10 * SEGMENT;
  private static final int LARGER = 20 * SEGMENT;
  private static final int HEADERS = 66;

  private static Row run(PeerFactory factory, int bytes) {
    return new SimulatedRun(factory, Payload.generated(bytes), SimulatedRun.DEFAULT_LINK).run();
  }

  /** An API whose client does something extra when it is opened. */
  private record WithExtra(Api api, Consumer<Host> extra) implements PeerFactory {
    @Override
    public String label() {
      return api.label();
    }

    @Override
    public Program open(Host host) {
      if (host.name().equals("client")) {
        extra.accept(host);
      }
      return api.open(host);
    }
  }

  @Test
  void shouldCountSevenMoreApiCallsWhenSevenAreMade() {
    long before = run(Api.XTI, SMALL).apiCalls();
    PeerFactory curious =
        new WithExtra(
            Api.XTI,
            host -> {
              Xti xti = new Xti(host);
              for (int i = 0; i < 7; i++) {
                xti.t_getstate(0);
              }
            });
    assertThat(run(curious, SMALL).apiCalls()).isEqualTo(before + 7);
  }

  /** XTI copies each byte in and out, there and back; TCPDirect only in; Treck not at all. */
  @ParameterizedTest
  @EnumSource(Api.class)
  void shouldCountEngineCopiesAsOftenAsTheApiCopies(Api api) {
    int copies =
        switch (api) {
          case TRECK -> 0;
          case XTI -> 4;
          case TCPDIRECT -> 2;
        };
    assertThat(run(api, SMALL).engineCopiedBytes()).isEqualTo((long) copies * SMALL);
    assertThat(run(api, LARGER).engineCopiedBytes()).isEqualTo((long) copies * LARGER);
  }

  @Test
  void shouldCountWhatAnAdapterCopiesItself() {
    PeerFactory copying =
        new WithExtra(
            Api.TRECK,
            host ->
                host.defaultStack()
                    .transport()
                    .counters()
                    .add(Counter.BYTES_COPIED_BY_ADAPTER, 99));
    assertThat(run(Api.TRECK, SMALL).adapterCopiedBytes()).isZero();
    assertThat(run(copying, SMALL).adapterCopiedBytes()).isEqualTo(99);
  }

  /** Ten more full segments each way: twenty data frames, and acknowledgments of headers alone. */
  @Test
  void shouldCountTheFramesOnTheWireAndTheirBytes() {
    Row small = run(Api.XTI, SMALL);
    Row larger = run(Api.XTI, LARGER);
    long packets = larger.packets() - small.packets();
    long acknowledgments = packets - 20;
    assertThat(acknowledgments).isBetween(8L, 22L);
    assertThat(larger.wireBytes() - small.wireBytes())
        .isEqualTo(20L * (SEGMENT + HEADERS) + acknowledgments * HEADERS);
  }

  /** The adapter reads each frame to send it and writes it on receipt: nothing was lost here. */
  @Test
  void shouldCountDmaOnceAtEachEnd() {
    Row row = run(Api.TRECK, SMALL);
    assertThat(row.dmaBytes()).isEqualTo(2 * row.wireBytes());
  }

  /** A lent buffer passes to the engine and returns; a received one passes to the user. */
  @Test
  void shouldCountBuffersThatChangeOwner() {
    assertThat(run(Api.XTI, SMALL).handOvers()).isZero();
    // One piece of at most 16 KiB is lent each way; each segment received is a buffer.
    assertThat(run(Api.TRECK, SMALL).handOvers()).isEqualTo(2 * 2 + 2 * 10);
  }

  @Test
  void shouldTakeLongerByTheDelayThatTheLinkAdds() {
    Payload payload = Payload.generated(SEGMENT);
    long near = new SimulatedRun(Api.XTI, payload, LinkConfig.delay(1_000_000)).run().timeNanos();
    long far = new SimulatedRun(Api.XTI, payload, LinkConfig.delay(2_000_000)).run().timeNanos();
    // ARP, SYN, the data and its return: three round trips of 2 ms more.
    assertThat(far - near).isEqualTo(6_000_000);
  }

  @Test
  void shouldCountGarbageAndCpuTimeOfTheRunningThread() {
    Cost cost = new Cost(1);
    cost.start();
    byte[] garbage = new byte[1 << 20];
    long spun = 0;
    for (int i = 0; i < 200; i++) {
      for (int k = 0; k < garbage.length; k++) {
        garbage[k] += (byte) (k + i);
        spun += garbage[k];
      }
    }
    cost.stop();
    assertThat(spun).isNotZero();
    assertThat(cost.garbageBytesPerMib(1 << 20)).isBetween(1L << 20, (1L << 20) + 4_096);
    assertThat(cost.garbageBytesPerMib(2 << 20)).isBetween(1L << 19, (1L << 19) + 2_048);
    assertThat(cost.cpuNanosPerMib(1 << 20)).isGreaterThan(1_000_000);
  }
}
