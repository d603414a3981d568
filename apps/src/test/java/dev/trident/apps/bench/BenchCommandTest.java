package dev.trident.apps.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.apps.Trident;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String line) {
    return Trident.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(line.split(" ", -1));
  }

  @Test
  void shouldSayWhatAFrameCostsAndThatItAllocatesNothing() {
    assertThat(run("bench hop --runs 2 --round-trips 5000")).isNotEqualTo(Trident.USAGE);
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString())
        .contains("load average", "UDP round trip, 64 B", "garbage of 5,000 round trips  0 B")
        .containsPattern(
            "per frame above the engine +-?\\d+\\.\\d \\(-?\\d+\\.\\d to -?\\d+\\.\\d\\)");
  }

  @Test
  void shouldCompareOnePairWithTwo() {
    assertThat(run("bench threads --runs 1 --millis 30")).isEqualTo(Trident.OK);
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString())
        .contains("load average", "garbage of a run, all threads")
        .containsPattern("2 pairs on 2 threads +\\d+\\.\\d ")
        .containsPattern("times as many +\\d+\\.\\d ");
  }

  @Test
  void shouldTakeTheMedianAndTheSpread() {
    Samples samples = new Samples(4);
    samples.add(3);
    assertThat(samples.median()).isEqualTo(3);
    samples.add(1);
    samples.add(10);
    assertThat(samples.median()).isEqualTo(3);
    samples.add(4);
    assertThat(samples.median()).isEqualTo(3.5);
    assertThat(samples).hasToString("      3.5 (1.0 to 10.0)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bench",
        "bench 17",
        "bench hop --size 1473",
        "bench hop --runs 0",
        "bench hop --round-trips 0",
        "bench threads --pairs 1",
        "bench threads --millis 0",
        "bench ports --frames 0",
        "bench shm --size 0",
        "bench shm --round-trips 9",
      })
  void shouldAnswerUsageWhenAValueCannotBe(String line) {
    assertThat(run(line)).isEqualTo(Trident.USAGE);
    assertThat(err.toString().lines()).singleElement().asString().startsWith("trident: ");
  }
}
