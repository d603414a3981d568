package dev.trident.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.link.LinkFaults;
import dev.trident.peers.Experiment.Expected;
import dev.trident.peers.Experiment.Route;
import dev.trident.peers.Experiment.Work;
import dev.trident.testkit.NeedsNet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs that are not as they must be. */
@NeedsNet({"ip", "iperf3"})
@Timeout(60)
class ExperimentRunTest {
  private static final int BYTES = 1 << 20;

  private static Experiment experiment(Work work) {
    return Experiment.of("test", Route.TAP, work, BYTES, BYTES);
  }

  @Test
  void shouldComplainOfWhatIsNotAsExpected() throws Exception {
    Expected wrong = new Expected(false, false, true, true, 1_000_000);
    Outcome outcome = new ExperimentRun(experiment(Work.SEND).expecting(wrong), null).run();
    assertThat(outcome.complaints())
        .containsExactly(
            "timestamps in use",
            "selective acknowledgment in use",
            "ECN not in use",
            "slower than 1000000 Mbit/s");
    assertThat(outcome.bytes()).isEqualTo(BYTES);
  }

  @Test
  void shouldComplainWhenTheLinkDidNotDoItsPart() throws Exception {
    LinkFaults never = new LinkFaults(1, 0, 0, 0, 0, 0);
    Experiment experiment = experiment(Work.RECEIVE).over(LinkConfig.delay(0).withFaults(never));
    Outcome outcome = new ExperimentRun(experiment, null).run();
    assertThat(outcome.complaints()).containsExactly("the link lost nothing");
  }

  @Test
  void shouldSayWhatIperfSaysWhenItGivesUp() {
    LinkFaults dead = LinkFaults.loss(1_000_000);
    Experiment experiment = experiment(Work.RECEIVE).over(LinkConfig.delay(0).withFaults(dead));
    assertThatThrownBy(() -> new ExperimentRun(experiment, null).run())
        .isInstanceOf(ExperimentFailure.class)
        .hasMessageContaining("iperf3 says: unable to connect to server");
  }
}
