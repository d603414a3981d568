package dev.trident.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Packet;
import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.time.SeededRandom;
import dev.trident.simulation.FaultEvent.Kind;
import dev.trident.simulation.StreamProgram.Fate;
import dev.trident.testkit.Requirement;
import dev.trident.treck.Treck;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** What is wrong on purpose must be reported, each by the check that is there for it. */
class SabotageTest {
  private static final SimulationOptions QUIET = Seeds.small("--faults none");

  private static Report with(BiFunction<Topology, Ledger, Program> program) {
    return new SimulationRun(QUIET).also(program).run();
  }

  private static Report withMisdeed(BadProgram.Misdeed misdeed) {
    return with((topology, ledger) -> new BadProgram(topology, misdeed));
  }

  @Test
  void shouldFindNothingWhenNothingIsWrong() {
    Report report = withMisdeed(node -> {});
    assertThat(report.complaints()).isEmpty();
    assertThat(report.streams()).as("two of the options, one at the end").isEqualTo(3);
    assertThat(report.bytes()).isPositive();
  }

  @Test
  void shouldReportWrongByteWhenAnEndDamagesOne() {
    Report report = new SimulationRun(QUIET, end -> new BadEnd(end, false)).run();
    assertThat(report.complaints()).anyMatch(line -> line.contains("got a wrong byte at 8"));
  }

  @Test
  void shouldReportLostMemoryWhenAProgramKeepsAMessage() {
    Report report = withMisdeed(node -> node.treck().tfGetZeroCopyBuffer(5_000, new Ref<>()));
    assertThat(report.complaints())
        .anyMatch(line -> line.contains("h0:") && line.contains("free run cells instead of"))
        .anyMatch(line -> line.contains("h0: 1 live handles instead of 0"));
  }

  @Test
  @Requirement("LES-buffers-01")
  void shouldReportLostCellWhenTheStackForgetsOne() {
    Report report =
        withMisdeed(
            node -> {
              Packet forgotten = node.host().defaultStack().transport().pool().allocate();
              assertThat(forgotten).isNotNull();
            });
    assertThat(report.complaints())
        .singleElement()
        .asString()
        .contains("h0: 6143 free cells instead of 6144");
  }

  @Test
  void shouldReportOpenEndpointWhenAProgramForgetsToClose() {
    Report report =
        withMisdeed(
            node -> {
              int sd = node.treck().socket(SockAddrIn.AF_INET, Treck.SOCK_STREAM, 0);
              node.treck().bind(sd, SockAddrIn.of("0.0.0.0", 4_000), SockAddrIn.SIZEOF);
              node.treck().listen(sd, 1);
            });
    assertThat(report.complaints()).anyMatch(line -> line.contains("reserved ports instead of 0"));
  }

  @Test
  void shouldReportFreeFunctionWhenItRunsTwiceOrNever() {
    Report report =
        with(
            (topology, ledger) ->
                new BadProgram(
                    topology,
                    node -> {
                      ledger.loans().take();
                      Loans.Loan twice = ledger.loans().take();
                      Loans.onFreed(twice);
                      Loans.onFreed(twice);
                    }));
    assertThat(report.complaints())
        .anyMatch(line -> line.contains("1 user buffers were never given back"))
        .anyMatch(line -> line.contains("1 user buffers were given back more than once"));
  }

  /** The program says that all will be read, and does not do it. */
  @Test
  void shouldReportStandstillWhenAnEndNeverReads() {
    Report report =
        with(
            (topology, ledger) ->
                new Hopeful(
                    new StreamProgram(
                        9,
                        topology.draw(new SeededRandom(1)),
                        Api.TRECK,
                        Api.TRECK,
                        Fate.DEAF,
                        0,
                        200_000,
                        true,
                        ledger,
                        new SeededRandom(2))));
    assertThat(report.complaints())
        .anyMatch(line -> line.contains("nothing for 200 s without faults"))
        .anyMatch(line -> line.contains("DEAF"));
  }

  @Test
  void shouldReportExceptionWhenAProgramThrowsOne() {
    Report report =
        withMisdeed(
            node -> {
              throw new IllegalStateException("handle 7 is stale");
            });
    assertThat(report.complaints())
        .anyMatch(line -> line.contains("IllegalStateException: handle 7 is stale"));
  }

  /** The ends are harmed by frames with a bad FCS, and by nothing else that links do wrong. */
  @Test
  void shouldShrinkToTheOneFaultThatMattersWhenThereAreMany() {
    SimulationOptions options =
        Seeds.small("--faults loss=0.05,dup=0.1,reorder=0.1,late=5ms,jitter=1ms,corrupt=0.05");
    assertThat(fails(options)).isTrue();
    SimulationOptions small =
        new Shrinker(options, SabotageTest::fails, SabotageTest::record, () -> true).shrink();
    assertThat(small.faults().isNone()).isTrue();
    assertThat(small.events()).singleElement().extracting(FaultEvent::kind).isEqualTo(Kind.CORRUPT);
    assertThat(small.only()).hasSize(1);
    assertThat(small.seconds()).isEqualTo(1);
    assertThat(fails(Seeds.parsed(small.toCommandLine())))
        .as("by the line that is printed")
        .isTrue();
  }

  private static SimulationRun damaged(SimulationOptions options) {
    return new SimulationRun(options, end -> new BadEnd(end, true));
  }

  private static boolean fails(SimulationOptions options) {
    return !damaged(options).run().isPassed();
  }

  private static List<FaultEvent> record(SimulationOptions options) {
    SimulationRun run = damaged(options);
    run.run();
    return run.faultEvents();
  }
}
