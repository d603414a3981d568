package dev.trident.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.apps.net.KernelEcho;
import dev.trident.apps.net.NetNamespace;
import dev.trident.testkit.NeedsNet;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A tunnel between a host of ours in one namespace and a VXLAN device of the kernel in another. */
@NeedsNet({"ip", "ping", "curl"})
@Timeout(60)
class VxlanTest {
  private static final String OUTER = "outer0";
  private static final String OUR_OUTER = "10.218.0.2";
  private static final String KERNEL_OUTER = "10.218.0.1";
  private static final String DEVICE = "vx0";
  private static final String OURS = "10.219.0.2";
  private static final String KERNEL = "10.219.0.1";
  private static final int VNI = 0x8421fe;

  @TempDir Path folder;

  private NetNamespace here;
  private NetNamespace there;
  private Process child;
  private BufferedReader answers;

  @BeforeEach
  void digTunnel() throws Exception {
    here = NetNamespace.create();
    there = NetNamespace.create();
    here.join(there, OUTER, OUR_OUTER + "/24", KERNEL_OUTER + "/24");
    addDevice(VNI);
    child = VxlanChild.start(here, KERNEL_OUTER, VNI, OURS + "/24");
    answers = child.inputReader();
    assertThat(answers.readLine()).isEqualTo("mtu 1450");
  }

  private void addDevice(int vni) throws Exception {
    there.ip(
        "link add %s type vxlan id %d local %s remote %s dstport 4789 dev %s"
            .formatted(DEVICE, vni, KERNEL_OUTER, OUR_OUTER, OUTER));
    NoOffload.at(there, DEVICE);
    there.ip("link set dev " + DEVICE + " addrgenmode none");
    there.ip("address add " + KERNEL + "/24 dev " + DEVICE);
    there.ip("link set dev " + DEVICE + " up");
  }

  @AfterEach
  void fillIn() throws IOException {
    there.close();
    here.close();
  }

  private void tell(String line) throws IOException {
    child.outputWriter().write(line + "\n");
    child.outputWriter().flush();
  }

  @Test
  void shouldAnswerPingsOfTheKernel() throws Exception {
    assertThat(KernelPeer.ping(there, OURS, 5)).isEqualTo(5);
    assertThat(KernelPeer.ping(there, OURS, 2, "-s", "1422", "-M", "do")).isEqualTo(2);
    assertThat(KernelPeer.ping(there, OURS, 2, "-s", "20000")).isEqualTo(2);
  }

  @Test
  void shouldExchangeStreamsWithTheKernel() throws Exception {
    int port = KernelEcho.startIn(there, KERNEL, 0);
    tell("exchange " + KERNEL + " " + port);
    assertThat(answers.readLine()).isEqualTo("ok");
  }

  @Test
  void shouldServeTheKernelsConnections() throws Exception {
    tell("serve");
    assertThat(answers.readLine()).isEqualTo("serving");
    Path copy = folder.resolve("copy");
    Process curl =
        there.start(
            List.of("curl", "-sS", "--max-time", "15", "-o", copy.toString(), "http://" + OURS));
    assertThat(curl.waitFor()).isZero();
    assertThat(answers.readLine()).isEqualTo("ok");
    assertThat(Files.readAllBytes(copy)).isEqualTo(VxlanChild.page());
  }

  @Test
  void shouldHearNothingOfAnotherNetworkAndGoOnAfterwards() throws Exception {
    there.ip("link delete " + DEVICE);
    addDevice(VNI + 1);
    assertThat(KernelPeer.ping(there, OURS, 1, "-W", "1")).isEqualTo(0);
    there.ip("link delete " + DEVICE);
    addDevice(VNI);
    assertThat(KernelPeer.ping(there, OURS, 3)).isEqualTo(3);
  }
}
