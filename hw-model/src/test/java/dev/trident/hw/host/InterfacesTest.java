package dev.trident.hw.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.hw.testkit.HostSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts and interfaces that the environment asks for. */
@Timeout(30)
class InterfacesTest {
  private static final String TWO =
      "if-a=sim:w?ip=10.0.0.1/24&host=a;if-b=sim:w?ip=10.0.0.2/24&host=b";
  private static final int A = 0x0a000001;
  private static final int B = 0x0a000002;
  private static final long SECOND = 1_000_000_000L;

  @AfterEach
  void forgetEnvironment() {
    System.clearProperty("trident.interfaces");
    System.clearProperty("trident.mode");
  }

  private static void ping(Host host, int address) {
    assertThat(HostSocket.ping(host, address, 10 * SECOND)).isEqualTo(AwaitResult.HOLDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"driven", "polled"})
  void shouldJoinInterfacesThatNameTheSameWire(String mode) {
    try (Interfaces interfaces =
        Interfaces.open(Map.of(Interfaces.INTERFACES, TWO, Interfaces.MODE, mode))) {
      assertThat(interfaces.names()).containsExactly("if-a", "if-b");
      ping(interfaces.host("if-a"), B);
      ping(interfaces.host("if-b"), A);
      assertThat(interfaces.host()).isSameAs(interfaces.host("if-a"));
    }
    assertThat(Host.withInterface("if-a")).isNull();
  }

  @Test
  void shouldJoinThreeInterfacesByASwitchWhenPolled() {
    String three = TWO + ";if-c=sim:w?ip=10.0.0.3/24&host=c";
    try (Interfaces interfaces =
        Interfaces.open(Map.of(Interfaces.INTERFACES, three, Interfaces.MODE, "polled"))) {
      ping(interfaces.host("if-c"), A);
      ping(interfaces.host("if-c"), B);
    }
    assertThatThrownBy(() -> Interfaces.open(Map.of(Interfaces.INTERFACES, three)))
        .isInstanceOf(SetUpException.class)
        .hasMessage(
            "sim:w joins 3 interfaces, but threads can only drive two; set"
                + " TRIDENT_MODE=polled");
  }

  @Test
  void shouldRefuseWireWithBothEndsOnOneHost() {
    String same = "if-a=sim:w?ip=10.0.0.1/24;if-b=sim:w?ip=10.0.0.2/24";
    assertThatThrownBy(() -> Interfaces.open(Map.of(Interfaces.INTERFACES, same)))
        .isInstanceOf(SetUpException.class)
        .hasMessageContaining("[if-a, if-b], two of which are on one host; add host=NAME");
  }

  /** As two processes would, each with an environment of its own. */
  @ParameterizedTest
  @ValueSource(strings = {"driven", "polled"})
  void shouldJoinTwoEnvironmentsBySharedMemory(String mode) {
    String wire = "shm:test-" + ProcessHandle.current().pid() + "-" + mode;
    Map<String, String> a =
        Map.of(Interfaces.INTERFACES, "if-a=" + wire + "?ip=10.0.0.1/24", Interfaces.MODE, mode);
    Map<String, String> b =
        Map.of(
            Interfaces.INTERFACES, "if-b=" + wire + "?ip=10.0.0.2/24", Interfaces.MODE, "driven");
    try (Interfaces one = Interfaces.open(a);
        Interfaces two = Interfaces.open(b)) {
      ping(one.host(), B);
      assertThat(one.host().nic("if-a").mac()).isNotEqualTo(two.host().nic("if-b").mac());
    }
  }

  @Test
  void shouldMakeTheHostOfTheEnvironmentWhenItsNameIsAskedFor() {
    System.setProperty("trident.interfaces", TWO);
    Host host = Objects.requireNonNull(Host.withInterface("if-b"));
    try (Interfaces interfaces = Interfaces.ofEnvironment()) {
      assertThat(interfaces.host("if-b")).isSameAs(host);
      assertThat(Host.withInterface("if-c")).isNull();
      assertThatThrownBy(() -> interfaces.host("if-c"))
          .isInstanceOf(SetUpException.class)
          .hasMessage("no interface if-c; there are [if-a, if-b]");
    }
    assertThat(Host.withInterface("if-b")).as("opened anew").isNotNull().isNotSameAs(host);
    Interfaces.ofEnvironment().close();
  }

  @Test
  void shouldPreferHostOfTheProgramToThatOfTheEnvironment() {
    System.setProperty("trident.interfaces", "if-x=tap:sixteencharacter?ip=10.0.0.1/24");
    try (Fabric fabric = Fabric.polled()) {
      Host own = fabric.host("own", 1).nic("if-x", "10.0.0.1/24");
      assertThat(Host.withInterface("if-x")).isSameAs(own);
    }
  }

  @Test
  void shouldLeaveNothingBehindWhenAnInterfaceCannotBe() {
    String text = "if-a=sim:w?ip=10.0.0.1/24;if-b=tap:sixteencharacter?ip=10.1.0.1/24";
    System.setProperty("trident.interfaces", text);
    assertThatThrownBy(() -> Host.withInterface("if-b"))
        .isInstanceOf(SetUpException.class)
        .hasMessageContaining("if-b: ")
        .hasMessageContaining("sixteencharacter");
    System.setProperty("trident.interfaces", "if-a=sim:w?ip=10.0.0.1/24");
    assertThat(Host.withInterface("if-a")).isNotNull();
    Interfaces.ofEnvironment().close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"driven", "polled"})
  void shouldCaptureWhatCrossesTheAdapter(String mode, @TempDir Path folder) throws Exception {
    Path file = folder.resolve("a.pcapng");
    String text = TWO + "&pcap=" + file;
    try (Interfaces interfaces =
        Interfaces.open(Map.of(Interfaces.INTERFACES, text, Interfaces.MODE, mode))) {
      ping(interfaces.host("if-a"), B);
    }
    byte[] written = Files.readAllBytes(file);
    assertThat(new String(written, StandardCharsets.ISO_8859_1)).contains("if-b");
    assertThat(written.length).as("ARP and echo, there and back").isGreaterThan(4 * 42);
  }

  @Test
  void shouldNameTheRemedyWhenVariablesAreWrong() {
    assertThatThrownBy(() -> Interfaces.open(Map.of()))
        .isInstanceOf(SetUpException.class)
        .hasMessageStartingWith("TRIDENT_INTERFACES is not set; set it like eth0=");
    assertThatThrownBy(
            () -> Interfaces.open(Map.of(Interfaces.INTERFACES, TWO, Interfaces.MODE, "fast")))
        .isInstanceOf(SetUpException.class)
        .hasMessage("TRIDENT_MODE=fast: must be driven or polled");
    assertThatThrownBy(
            () -> Interfaces.open(Map.of(Interfaces.INTERFACES, TWO, Interfaces.SEED, "x")))
        .isInstanceOf(SetUpException.class)
        .hasMessageContaining("TRIDENT_SEED=x: must be a whole number");
    assertThatThrownBy(
            () ->
                Interfaces.open(
                    Map.of(Interfaces.INTERFACES, "a=sim:w?ip=10.0.0.1/24&pcap=/nowhere/a")))
        .isInstanceOf(SetUpException.class)
        .hasMessage(
            "a: cannot write the capture /nowhere/a; name a file in a folder that you may write");
  }

  @Test
  void shouldBeAlikeWhenTheSeedIsTheSame() {
    Map<String, String> variables =
        Map.of(Interfaces.INTERFACES, "if-a=sim:w?ip=10.0.0.1/24", Interfaces.SEED, "7");
    long mac;
    try (Interfaces interfaces = Interfaces.open(variables)) {
      mac = interfaces.host().nic("if-a").mac();
    }
    try (Interfaces interfaces = Interfaces.open(variables)) {
      assertThat(interfaces.host().nic("if-a").mac()).isEqualTo(mac);
    }
  }
}
