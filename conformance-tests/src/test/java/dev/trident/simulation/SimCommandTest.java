package dev.trident.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import dev.trident.apps.Trident;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String arguments) {
    List<String> words = Splitter.on(' ').splitToList("sim " + arguments);
    return Trident.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(words.toArray(new String[0]));
  }

  @Test
  void shouldPrintTheLineThatRepeatsTheRunFirst() {
    assertThat(run("--seed 3")).isEqualTo(Trident.OK);
    String first = out.toString().lines().findFirst().orElseThrow();
    assertThat(first).isEqualTo(Seeds.drawn(3).toCommandLine());
    assertThat(out.toString()).contains("simulated ", "history ").doesNotContain("repeat:");
    String before = out.toString();
    out.getBuffer().setLength(0);
    assertThat(run(first.substring("./trident sim ".length()))).isEqualTo(Trident.OK);
    assertThat(out).hasToString(before);
  }

  @Test
  void shouldSumUpWhenSoakingSomeSeeds() {
    assertThat(run("--seed 1 --soak --runs 3 --seconds 2")).isEqualTo(Trident.OK);
    assertThat(out.toString().lines())
        .anyMatch(
            line -> line.matches("3 seeds, 0 failed; .* s simulated .* packets per second.*"));
  }

  @Test
  void shouldWriteACaptureWhenAskedTo(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("run.pcapng");
    assertThat(run("--seed 3 --capture " + file)).isEqualTo(Trident.OK);
    assertThat(Files.size(file)).isGreaterThan(1_000);
    assertThat(run("--seed 3 --capture " + folder.resolve("none/run.pcapng")))
        .isEqualTo(Trident.FAILED);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("cannot be written", "no such file or directory", "name a file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--hosts 1                | --hosts: 1 is not a whole number from 2 to 10",
        "--hosts many             | --hosts: many is not a whole number from 2 to 10",
        "--apps 0                 | --apps: 0 is not a whole number from 1 to 1000",
        "--apps 3 --only 3        | --only: 3 is not a whole number from 0 to 2",
        "--seconds 0              | --seconds: 0 is not a whole number",
        "--faults rain=0.1        | --faults: unknown fault \"rain\"; there are loss, burst,",
        "--faults loss            | --faults: fault \"loss\" has no value; write name=value",
        "--faults loss=2          | --faults: 2 is not a probability from 0 to 1",
        "--faults late=1h         | --faults: 1h is not a time such as 20ms",
        "--faults jitter=11s      | --faults: 11s is later than 10s",
        "--events 0x1l            | --events: \"0x1l\" is no fault of a frame; write link, end",
        "--topology ring          | --topology: \"ring\" is none of [switch, switches, links]",
        "--mtu 20                 | --mtu: 20 is not a whole number from 68 to 1500",
        "--rate fast              | --rate: fast is not a rate such as 20M",
        "--delay 5                | --delay: 5 is not a time such as 20ms",
        "--rings 500/512          | --rings: 500 is not a power of two up to 4096",
        "--rings 512              | --rings: 512 are not two numbers with a / between",
        "--cells 10               | --cells: 10 is not a whole number from",
        "--buffers 1              | --buffers: 1 are not two numbers with a / between",
        "--profile fancy          | --profile: fancy is none of standard, tcpdirect",
        "--apis xti=0             | --apis: xti=0 leaves no API; give one a share above 0",
        "--apis bsd               | --apis: \"bsd\" is none of [treck, xti, tcpdirect]",
        "--programs none          | --programs: none: name at least one of stream, churn",
        "--fates slow             | --fates: \"slow\" is none of",
        "--runs 3                 | --runs needs --soak",
        "--soak --runs 0          | --runs must be 1 or more",
        "--soak --capture x       | --capture is for one seed, not for --soak",
        "--seed x                 | Invalid value for option '--seed'"
      })
  void shouldAnswerOneLineAndUsageWhenAnArgumentIsWrong(String arguments, String message) {
    assertThat(run(arguments)).isEqualTo(Trident.USAGE);
    assertThat(err.toString().lines()).singleElement().asString().contains(message);
    assertThat(out.toString()).isEmpty();
  }
}
