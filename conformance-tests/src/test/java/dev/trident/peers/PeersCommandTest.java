package dev.trident.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.apps.Trident;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class PeersCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Trident.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @Test
  void shouldListTheExperimentsWithoutMakingANetwork() {
    assertThat(run("peers", "--list")).isEqualTo(Trident.OK);
    assertThat(out.toString().lines())
        .contains(
            "bulk-in", "bulk-out-veth", "loss-5-out", "checked-both-veth", "udp-sizes", "scan")
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldChooseByBeginnings() {
    assertThat(run("peers", "--list", "--only", "window,bulk-in")).isEqualTo(Trident.OK);
    assertThat(out.toString().lines())
        .containsExactlyInAnyOrder("bulk-in", "bulk-in-veth", "window-in", "window-out");
  }

  @Test
  void shouldChooseTalksByBeginningsToo() {
    assertThat(run("peers", "--list", "--only", "group")).isEqualTo(Trident.OK);
    assertThat(out.toString().lines())
        .containsExactly("group-in", "group-out", "group-asked", "group-asked-v2");
  }

  @Test
  void shouldRefuseAnExperimentThatIsNone() {
    assertThat(run("peers", "--only", "warp")).isEqualTo(Trident.USAGE);
    assertThat(err.toString()).contains("no experiment begins with warp; see trident peers --list");
  }
}
