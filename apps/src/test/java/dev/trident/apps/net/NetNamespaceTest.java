package dev.trident.apps.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.trident.hw.port.tap.TapPort;
import dev.trident.testkit.NeedsNet;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

@NeedsNet("ip")
class NetNamespaceTest {
  private static final String TAP = "tri-nstest";

  /** More than the kernel's buffers hold in both directions. */
  private static final int SENT_BYTES = 64 << 20;

  @Test
  void shouldLeaveNothingWhenClosed() throws Exception {
    String name;
    Process child;
    try (TapPort tap = TapPort.open(TAP);
        NetNamespace namespace = NetNamespace.create()) {
      name = namespace.name();
      namespace.adopt(tap.name(), "10.213.0.1/24");
      child = namespace.start(List.of("sleep", "600"));
      assertThat(namespaces()).contains(name);
      assertThat(IpCommand.run("-n", name, "address", "show", "dev", TAP)).contains("10.213.0.1");
      assertThat(links()).as("moved away").doesNotContain(TAP);
      assertThat(child.isAlive()).isTrue();
    }
    assertThat(child.isAlive()).isFalse();
    assertThat(namespaces()).doesNotContain(name);
    assertThat(links()).doesNotContain(TAP);
    assertThat(Path.of("/run/trident", name)).doesNotExist();
  }

  @Test
  void shouldSweepWhatAKilledRunLeftBehind() throws Exception {
    Process owner = startOwner();
    Leftover leftover = Leftover.of(owner);
    owner.destroyForcibly().waitFor();
    assertThat(namespaces()).contains(leftover.namespace());
    assertThat(leftover.childIsAlive()).isTrue();

    assertThat(NetNamespace.sweep()).isPositive();

    leftover.expectGone();
    assertThat(NetNamespace.sweep()).isZero();
  }

  @Test
  void shouldRemoveItselfWhenTheJvmIsTerminated() throws Exception {
    Process owner = startOwner();
    Leftover leftover = Leftover.of(owner);
    owner.destroy();
    owner.waitFor();
    leftover.expectGone();
  }

  @Test
  void shouldNotSweepWhatALivingRunOwns() throws Exception {
    Process owner = startOwner();
    Leftover leftover = Leftover.of(owner);
    NetNamespace.sweep();
    assertThat(namespaces()).contains(leftover.namespace());
    assertThat(leftover.childIsAlive()).isTrue();
    owner.destroy();
    owner.waitFor();
  }

  @Test
  void shouldNotTouchNamespacesWithoutARecord() throws Exception {
    IpCommand.run("netns", "add", "trident-1-999");
    try {
      NetNamespace.sweep();
      assertThat(namespaces()).contains("trident-1-999");
    } finally {
      IpCommand.run("netns", "delete", "trident-1-999");
    }
  }

  @Test
  void shouldTakeEverythingInBeforeItAnswersWhenTheKernelEchoes() throws Exception {
    try (NetNamespace namespace = NetNamespace.create()) {
      int port = KernelEcho.startIn(namespace, "127.0.0.1", 0);
      Process client =
          namespace.start(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  SendAllThenRead.class.getName(),
                  Integer.toString(port),
                  Integer.toString(SENT_BYTES)));
      assertThat(client.inputReader().readLine()).isEqualTo(SENT_BYTES + " came back");
    }
  }

  @Test
  void shouldRouteBetweenJoinedNamespacesAndSetTheKernelForOneAlone() throws Exception {
    try (NetNamespace near = NetNamespace.create();
        NetNamespace far = NetNamespace.create()) {
      near.join(far, "veth0", "10.213.1.1/24", "10.213.1.2/24");
      near.queueFrames("veth0", 77);
      far.gateway("10.213.1.1");
      far.setting("net.ipv4.tcp_rmem", "4096 10000 20000");
      assertThat(IpCommand.run("-n", near.name(), "link", "show", "dev", "veth0"))
          .contains("state UP")
          .contains("qlen 77");
      assertThat(near.droppedFrames("veth0")).isZero();
      assertThat(IpCommand.run("-n", far.name(), "route", "get", "10.9.9.9"))
          .contains("via 10.213.1.1 dev veth0 src 10.213.1.2");
      String memory = "/proc/sys/net/ipv4/tcp_rmem";
      assertThat(read(far, memory)).isEqualTo("4096 10000 20000");
      assertThat(read(near, memory)).isNotEqualTo("4096 10000 20000");
    }
  }

  @Test
  void shouldLetOneProcessorReceiveWhatTheOtherNamespaceSends() throws Exception {
    Path receivers = Path.of("/sys/class/net/lo/queues/rx-0/rps_cpus");
    assumeTrue(Files.exists(receivers), "the kernel has but one processor");
    try (NetNamespace near = NetNamespace.create();
        NetNamespace far = NetNamespace.create()) {
      near.join(far, "veth0", "10.213.1.1/24", "10.213.1.2/24");
      String mask = read(near, "/sys/class/net/veth0/queues/rx-0/rps_cpus").replace(",", "");
      assertThat(new BigInteger(mask, 16)).isEqualTo(BigInteger.ONE);
    }
  }

  private static String read(NetNamespace namespace, String file) throws Exception {
    Process cat = namespace.start(List.of("cat", file));
    return cat.inputReader().readLine().replaceAll("\\s+", " ");
  }

  @Test
  void shouldSayWhichSettingWhenTheKernelRefuses() throws Exception {
    try (NetNamespace namespace = NetNamespace.create()) {
      assertThatThrownBy(() -> namespace.setting("net.ipv4.tcp_nonsense", "1"))
          .isInstanceOf(NetworkSetupException.class)
          .hasMessageContaining("tcp_nonsense");
    }
  }

  @Test
  void shouldSayChooseAnotherWhenTheTapNameIsBusy() throws Exception {
    try (TapPort first = TapPort.open(TAP)) {
      assertThatThrownBy(() -> TapPort.open(first.name()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("(EBUSY); another process uses that name: choose another");
    }
  }

  @Test
  void shouldSayChooseAnotherWhenTheNameIsAnInterfaceOfAnotherKind() {
    assertThatThrownBy(() -> TapPort.open("lo"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("(EINVAL)")
        .hasMessageContaining("choose another");
  }

  @Test
  void shouldSayWhatIpSaidWhenItRefuses() throws Exception {
    try (NetNamespace namespace = NetNamespace.create()) {
      assertThatThrownBy(() -> namespace.adopt("tri-nowhere", "10.213.0.1/24"))
          .isInstanceOf(NetworkSetupException.class)
          .hasMessageContaining("tri-nowhere");
    }
  }

  private record Leftover(String namespace, ProcessIdentity child) {
    static Leftover of(Process owner) throws IOException {
      String line = owner.inputReader().readLine();
      assertThat(line).as("what the owner printed").isNotNull();
      String[] words = line.split(" ", -1);
      return new Leftover(words[0], ProcessIdentity.of(Long.parseLong(words[1])));
    }

    boolean childIsAlive() {
      return child.isAlive();
    }

    void expectGone() throws IOException {
      ProcessHandle.of(child.pid()).ifPresent(handle -> handle.onExit().join());
      assertThat(child.isAlive()).isFalse();
      assertThat(namespaces()).doesNotContain(namespace);
      assertThat(Files.exists(Path.of("/run/trident", namespace))).isFalse();
    }
  }

  private static Process startOwner() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            DoomedOwner.class.getName())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static List<String> namespaces() throws IOException {
    return IpCommand.run("netns", "list").lines().map(l -> l.split(" ", -1)[0]).toList();
  }

  private static String links() throws IOException {
    return IpCommand.run("link", "show");
  }
}
