package dev.trident.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.apps.Trident;
import dev.trident.testkit.NeedsNet;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The quick form of some experiments of {@code trident peers}; the command runs them all. */
@NeedsNet({"ip", "iperf3", "ping", "tshark"})
@Timeout(60)
class PeersTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bulk-in-veth",
        "loss-1-out",
        "reorder-in",
        "ecn-in",
        "no-sack-kernel-in",
        "checked-both-veth"
      })
  void shouldTransferEverythingWithoutAnErrorInTheCapture(String experiment) throws Exception {
    StringWriter out = new StringWriter();
    int exitCode =
        Trident.commandLine()
            .setOut(new PrintWriter(out))
            .execute("peers", "--quick", "--only", experiment, "--capture", folder.toString());
    assertThat(exitCode).as("exit code; it printed %n%s", out).isEqualTo(Trident.OK);
    assertThat(out.toString()).contains("1 of 1 as expected");
    assertThat(Files.size(folder.resolve(experiment + ".pcapng"))).isGreaterThan(1 << 20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ping-sizes-veth",
        "ping-mixed-up",
        "udp-sizes-vlan",
        "group-out",
        "group-asked-v2"
      })
  void shouldTalkToTheKernelBelowTcpWithoutAnErrorInTheCapture(String talk) throws Exception {
    StringWriter out = new StringWriter();
    int exitCode =
        Trident.commandLine()
            .setOut(new PrintWriter(out))
            .execute("peers", "--only", talk, "--capture", folder.toString());
    assertThat(exitCode).as("exit code; it printed %n%s", out).isEqualTo(Trident.OK);
    assertThat(out.toString()).contains("1 of 1 as expected");
    assertThat(Files.size(folder.resolve(talk + ".pcapng"))).isGreaterThan(1 << 10);
  }
}
