package dev.trident.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Strings;
import com.google.common.hash.Hashing;
import dev.trident.simulation.FaultEvent.Kind;
import dev.trident.testkit.Requirement;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Seeds that every commit must pass: the same ones always, and some that nobody has run, so that
 * the machine that runs the tests looks for bugs too. What is to be repeated is in the message.
 */
class SeedsTest {
  /** The commit that is being tested; without it the fresh seeds are the same each time. */
  private static final String COMMIT = Strings.nullToEmpty(System.getenv("TRIDENT_COMMIT"));

  private static final int FIXED = 100;
  private static final int FRESH = 50;

  static LongStream fixedSeeds() {
    return LongStream.rangeClosed(1, FIXED);
  }

  static LongStream freshSeeds() {
    long hash = Hashing.sha256().hashString(COMMIT, StandardCharsets.UTF_8).asLong();
    long first = Math.floorMod(hash, 1L << 40);
    return LongStream.range(first, first + FRESH);
  }

  @ParameterizedTest
  @MethodSource({"fixedSeeds", "freshSeeds"})
  @Requirement("LES-buffers-01")
  void shouldDeliverEverythingAndGiveEverythingBackWhenLinksAreFaulty(long seed) {
    expectPass(Seeds.drawn(seed));
  }

  private static void expectPass(SimulationOptions options) {
    Report report = new SimulationRun(options).run();
    assertThat(report.complaints()).as("repeat: %s", options.toCommandLine()).isEmpty();
  }

  /** Each has found a bug. */
  static Stream<String> commandLines() {
    return Stream.of(
        // A retransmission that acknowledged new data moved the edge of the send window.
        "./trident sim --seed 758 --hosts 3 --apps 5 --seconds 7 --topology links --mtu 576 --rate"
            + " 1G --delay 1us --queue 1000 --rings 512/512 --cells 6144 --buffers 29131/0"
            + " --profile standard --apis treck=3,xti=0,tcpdirect=2 --programs"
            + " stream,churn,datagram --fates deaf --faults"
            + " loss=0.122532,dup=0.040963,jitter=9188us",
        // Unsent data had all the memory, and a segment had to be cut for a small window.
        "./trident sim --seed 100031 --hosts 8 --apps 40 --only 19 --seconds 30 --topology links"
            + " --mtu 576 --rate 100M --delay 5ms --queue 1000 --rings 512/512 --cells 1482"
            + " --buffers 0/382 --profile standard --apis treck=3,xti=2,tcpdirect=0 --programs"
            + " stream,datagram --fates abort --faults"
            + " dup=0.04183,reorder=0.025472,late=10427us,corrupt=0.000347,flip=0.01221,cut=1",
        // A message that goes as a whole needed more cells than there were, and waited for them.
        "./trident sim --seed 202617 --hosts 2 --apps 8 --only 5 --seconds 1 --topology links"
            + " --mtu 72 --rate 0 --delay 1us --queue 10 --rings 32/8 --cells 572 --buffers 0/0"
            + " --profile standard --apis treck=1,xti=0,tcpdirect=0 --programs stream,churn"
            + " --fates abort,stop,deaf --faults none");
  }

  @ParameterizedTest
  @MethodSource("commandLines")
  void shouldPassWhenARunHasFailedBefore(String commandLine) {
    expectPass(Seeds.parsed(commandLine));
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 16, 33, 733, 777})
  void shouldHaveTheSameHistoryWhenTheSeedIsTheSame(long seed) {
    Report first = new SimulationRun(Seeds.drawn(seed)).run();
    Report second = new SimulationRun(Seeds.drawn(seed)).run();
    assertThat(second.hash()).isEqualTo(first.hash());
    assertThat(second).isEqualTo(first);
    assertThat(new SimulationRun(Seeds.drawn(seed + 1)).run().hash()).isNotEqualTo(first.hash());
  }

  /** The line that a failure prints must repeat it. */
  @ParameterizedTest
  @MethodSource("fixedSeeds")
  void shouldReadBackTheCommandLineThatItPrints(long seed) {
    SimulationOptions options = Seeds.drawn(seed);
    assertThat(Seeds.parsed(options.toCommandLine())).isEqualTo(options);
  }

  /** Faults by chance, written down and played again, are the same faults. */
  @Test
  void shouldHaveTheSameHistoryWhenFaultsArePlayedFromAList() {
    SimulationOptions options =
        Seeds.small(
            "--faults loss=0.05,burst=0.03,dup=0.1,reorder=0.1,late=5ms,jitter=1ms,corrupt=0.05,"
                + "flip=0.05");
    SimulationRun chance = new SimulationRun(options);
    Report first = chance.run();
    Report again = new SimulationRun(options.withEvents(chance.faultEvents())).run();
    assertThat(chance.faultEvents()).extracting(FaultEvent::kind).contains(Kind.values());
    assertThat(again.faults()).isEqualTo(first.faults());
    assertThat(again.hash()).isEqualTo(first.hash());
  }

  @Test
  void shouldLoseFramesInBursts() {
    SimulationRun run = new SimulationRun(Seeds.small("--faults burst=0.1"));
    Report report = run.run();
    assertThat(report.isPassed()).isTrue();
    List<FaultEvent> lost = run.faultEvents();
    assertThat(lost).extracting(FaultEvent::kind).containsOnly(Kind.BURST);
    assertThat(report.faults().lostInBursts()).isEqualTo(lost.size());
    long neighbors =
        lost.stream()
            .filter(
                event ->
                    lost.contains(
                        new FaultEvent(event.direction(), event.frame() + 1, 0, Kind.BURST, 0)))
            .count();
    assertThat(2 * neighbors).as("that the next one was lost, too").isGreaterThan(lost.size());
  }

  @Test
  void shouldKeepFramesInTheirPartWhenASwitchIsSplit() {
    SimulationOptions links = Seeds.small("--faults split=20");
    String hub = links.toCommandLine().replace("--topology links", "--topology switch");
    Report report = new SimulationRun(Seeds.parsed(hub)).run();
    assertThat(report.isPassed()).isTrue();
    assertThat(report.partitioned()).isPositive();
    assertThat(report.retransmissions()).isPositive();
    assertThat(new SimulationRun(links).run().partitioned()).as("without a switch").isZero();
  }
}
