package dev.trident.apps.latency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.apps.Trident;
import dev.trident.hw.nic.NicTiming;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class LatencyCommandTest {
  private static final int SMALL = 42 + 12;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    CommandLine command = Trident.commandLine();
    command.setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(err));
    return command.execute(args);
  }

  @Test
  void shouldPrintTheTable() {
    assertThat(run("latency", "--sizes", "12")).isEqualTo(Trident.OK);
    assertThat(out.toString().lines())
        .containsExactly(
            "one way, ns        12 B",
            "DMA               1,527",
            "PIO                 732",
            "CTPIO sf            582",
            "CTPIO ct64          582",
            "alternative         567");
  }

  @Test
  void shouldShowWhatTheOtherWaysSaveOfASmallDatagram() {
    long before = Long.MAX_VALUE;
    for (OneWay way : new OneWay[] {OneWay.DMA, OneWay.PIO, OneWay.CTPIO_SF, OneWay.ALTERNATIVE}) {
      long nanos = way.nanos(SMALL, NicTiming.TYPICAL);
      assertThat(nanos).as("%s", way).isLessThan(before);
      before = nanos;
    }
    assertThat(OneWay.CTPIO_CT.nanos(1_514, NicTiming.TYPICAL))
        .as("does not wait until all is written")
        .isLessThan(OneWay.CTPIO_SF.nanos(1_514, NicTiming.TYPICAL));
  }

  @Test
  void shouldRefuseASizeThatDoesNotFit() {
    assertThat(run("latency", "--sizes", "1473")).isEqualTo(Trident.USAGE);
    assertThat(err.toString()).contains("1473 bytes do not fit a frame; give 0 to 1472");
  }
}
