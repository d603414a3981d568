package dev.trident.hw.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackConfig;
import dev.trident.hw.host.HostArp.Question;
import dev.trident.hw.time.VirtualClock;
import dev.trident.link.AddressClaim;
import dev.trident.trace.Counter;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ARP by hand, addresses that are asked for before their use, and VLANs, on two polled hosts. */
class HostArpTest {
  private static final int A = 0x0a000001;
  private static final int B = 0x0a000002;
  private static final int NOBODY = 0x0a000063;
  private static final long SECOND = 1_000_000_000L;

  private final VirtualClock clock = new VirtualClock();
  private final Fabric fabric = Fabric.polled(clock);
  private final Host a = fabric.host("a", 1).nic("ha-a", "10.0.0.1/24");
  private final Host b = fabric.host("b", 2).nic("ha-b", "10.0.0.2/24");
  private final List<Boolean> answers = new ArrayList<>();

  HostArpTest() {
    fabric.wire(a.nic("ha-a"), b.nic("ha-b"));
  }

  @AfterEach
  void close() {
    fabric.close();
  }

  private static <T extends @Nullable Object> T on(Host host, Supplier<T> call) {
    host.defaultStack().enter();
    try {
      return call.get();
    } finally {
      host.defaultStack().exit();
    }
  }

  private void pass(long nanos) {
    on(a, () -> a.defaultStack().await(() -> false, nanos));
  }

  private @Nullable Question ask(int address) {
    return on(
        a, () -> a.defaultStack().arp().ask("ha-a", address, 3, SECOND, 2 * SECOND, answers::add));
  }

  @Test
  void shouldTellThatAnAddressIsTakenWhenItsOwnerAnswers() {
    assertThat(ask(B)).isNotNull();
    pass(SECOND);
    assertThat(answers).containsExactly(true);
  }

  @Test
  void shouldTellThatAnAddressIsFreeWhenTheTimeIsOver() {
    assertThat(ask(NOBODY)).isNotNull();
    pass(4 * SECOND - 1);
    assertThat(answers).isEmpty();
    pass(1);
    assertThat(answers).containsExactly(false);
    assertThat(a.defaultStack().transport().counters().get(Counter.ARP_PROBES_SENT)).isEqualTo(3);
  }

  @Test
  void shouldStaySilentWhenAQuestionIsCancelled() {
    Question question = Objects.requireNonNull(ask(NOBODY));
    on(a, () -> cancelled(question));
    pass(10 * SECOND);
    assertThat(answers).isEmpty();
    assertThat(a.defaultStack().transport().counters().get(Counter.ARP_PROBES_SENT)).isEqualTo(1);
  }

  private static boolean cancelled(Question question) {
    question.cancel();
    return true;
  }

  @Test
  void shouldTellOfEachConflictUntilTheWatchEnds() {
    Question watch =
        Objects.requireNonNull(
            on(a, () -> a.defaultStack().arp().watch("ha-a", NOBODY, answers::add)));
    on(b, () -> announced(b, "ha-b"));
    pass(3 * SECOND);
    assertThat(answers).containsExactly(true, true);
    on(a, () -> cancelled(watch));
    on(b, () -> announced(b, "ha-b"));
    pass(3 * SECOND);
    assertThat(answers).hasSize(2);
  }

  private static boolean announced(Host host, String interfaceName) {
    host.defaultStack().arp().announce(interfaceName, NOBODY);
    return true;
  }

  @Test
  void shouldKeepEntriesMadeByHand() {
    HostArp arp = a.defaultStack().arp();
    assertThat(on(a, () -> arp.macOf("ha-a", B))).isEqualTo(-1);
    assertThat(on(a, () -> arp.addStatic("ha-a", B, 0x0200_0000_0077L))).isTrue();
    pass(200 * SECOND);
    assertThat(on(a, () -> arp.macOf("ha-a", B))).isEqualTo(0x0200_0000_0077L);
    assertThat(on(a, () -> arp.remove("ha-a", B))).isTrue();
    assertThat(on(a, () -> arp.remove("ha-a", B))).isFalse();
    assertThat(on(a, () -> arp.macOf("ha-a", B))).isEqualTo(-1);
  }

  @Test
  void shouldAnswerForAPublishedAddress() {
    on(b, () -> b.defaultStack().arp().addProxy("ha-b", NOBODY));
    ask(NOBODY);
    pass(SECOND);
    assertThat(answers).containsExactly(true);
  }

  // ---- addresses that are probed for ------------------------------------------------------------

  private static final NicOptions PROBED =
      NicOptions.STANDARD.withAddressStart(AddressStart.PROBED);

  @Test
  void shouldUseAProbedAddressOnlyWhenItIsFree() {
    Host c = fabric.host("c", 3).nic("ha-c", "10.1.0.1/24", PROBED).gateway("10.1.0.254");
    Host d = fabric.host("d", 4).nic("ha-d", "10.1.0.2/24");
    fabric.wire(c.nic("ha-c"), d.nic("ha-d"));
    assertThat(c.defaultStack().transport().isLocalAddress(0x0a010001)).isFalse();
    assertThat(c.defaultStack().transport().sourceAddressFor(0x0a010002)).isZero();
    pass(10 * SECOND);
    assertThat(c.defaultStack().arp().claims())
        .singleElement()
        .extracting(AddressClaim::state)
        .isEqualTo(AddressClaim.State.CLAIMED);
    assertThat(c.defaultStack().transport().isLocalAddress(0x0a010001)).isTrue();
    assertThat(c.defaultStack().transport().sourceAddressFor(0x0a010002)).isEqualTo(0x0a010001);
    assertThat(c.defaultStack().transport().sourceAddressFor(0x08080808)).isEqualTo(0x0a010001);
  }

  @Test
  void shouldNeverUseAProbedAddressThatAnotherHostHas() {
    Host c = fabric.host("c", 3).nic("ha-c", "10.1.0.1/24", PROBED);
    Host d = fabric.host("d", 4).nic("ha-d", "10.1.0.1/24");
    fabric.wire(c.nic("ha-c"), d.nic("ha-d"));
    pass(10 * SECOND);
    AddressClaim claim = c.defaultStack().arp().claims().getFirst();
    assertThat(claim.state()).isEqualTo(AddressClaim.State.CONFLICT);
    assertThat(claim.owner()).isEqualTo(d.nic("ha-d").mac());
    assertThat(c.defaultStack().transport().isLocalAddress(0x0a010001)).isFalse();
    assertThat(d.defaultStack().transport().counters().get(Counter.ARP_CONFLICTS)).isZero();
  }

  @Test
  void shouldTellALinkOfItsAddressWhenAskedTo() {
    NicOptions announced = NicOptions.STANDARD.withAddressStart(AddressStart.ANNOUNCED);
    Host c = fabric.host("c", 3).nic("ha-c", "10.1.0.1/24", announced);
    Host d = fabric.host("d", 4).nic("ha-d", "10.1.0.2/24");
    fabric.wire(c.nic("ha-c"), d.nic("ha-d"));
    pass(10 * SECOND);
    assertThat(c.defaultStack().transport().counters().get(Counter.ARP_ANNOUNCEMENTS_SENT))
        .isEqualTo(2);
    assertThat(d.defaultStack().transport().counters().get(Counter.ARP_REQUESTS_RECEIVED))
        .isEqualTo(2);
  }

  @Test
  void shouldRefuseClaimsThatCannotBe() {
    HostArp arp = a.defaultStack().arp();
    assertThatThrownBy(() -> arp.claim("ha-a", "224.0.0.1/4", null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("224.0.0.1/4 cannot be a host's own address");
    assertThatThrownBy(() -> arp.claim("ha-a", "10.0.0.1/24", null))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> arp.claim("ha-x", "10.0.0.9/24", null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // ---- VLANs ------------------------------------------------------------------------------------

  @Test
  void shouldKeepVlansOfOneAdapterApart() {
    a.vlan("ha-a.5", "ha-a", 5, "10.5.0.1/24").vlan("ha-a.6", "ha-a", 6, "10.6.0.1/24");
    b.vlan("ha-b.5", "ha-b", 5, "10.5.0.2/24").vlan("ha-b.7", "ha-b", 7, "10.6.0.2/24");
    assertThat(a.interfaceNames()).containsExactly("ha-a", "ha-a.5", "ha-a.6");
    assertThat(a.nic("ha-a.5")).isSameAs(a.nic("ha-a"));
    assertThat(arrives(0x0a050002)).isTrue();
    assertThat(arrives(B)).as("untagged beside tagged").isTrue();
    assertThat(arrives(0x0a060002)).as("6 here is 7 there").isFalse();
  }

  private boolean arrives(int destination) {
    ByteBuf buffer = C.malloc(1_472);
    DatagramEndpoint receiver = on(b, () -> bound(b));
    DatagramEndpoint sender = on(a, () -> bound(a));
    assertThat(on(a, () -> sender.send(buffer, 0, 1_472, destination, 7))).isEqualTo(1_472);
    AwaitResult result =
        on(
            b,
            () ->
                b.defaultStack()
                    .await(() -> receiver.readiness().isAny(Readiness.READABLE), SECOND));
    on(b, () -> closed(receiver));
    on(a, () -> closed(sender));
    return result == AwaitResult.HOLDS;
  }

  private static DatagramEndpoint bound(Host host) {
    DatagramEndpoint endpoint =
        Objects.requireNonNull(host.defaultStack().transport().newDatagram());
    assertThat(endpoint.bind(0, 7)).isZero();
    return endpoint;
  }

  private static boolean closed(DatagramEndpoint endpoint) {
    endpoint.close();
    return true;
  }

  @Test
  void shouldGiveATcpDirectStackTheVlanOfItsInterface() {
    a.vlan("ha-a.5", "ha-a", 5, "10.5.0.1/24");
    HostStack direct =
        Objects.requireNonNull(
            a.openStack(
                "ha-a.5", StackConfig.standard("direct", 3).withCells(2_048, 64), 512, 512));
    assertThat(direct.hasVlan()).isTrue();
    assertThat(direct.transport().isLocalAddress(0x0a050001)).isTrue();
    assertThat(direct.transport().isLocalAddress(A)).isFalse();
  }

  @Test
  void shouldRefuseVlansThatCannotBe() {
    a.vlan("ha-a.5", "ha-a", 5, "10.5.0.1/24");
    assertThatThrownBy(() -> a.vlan("ha-a.x", "ha-a", 4_095, "10.7.0.1/24"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("VLAN 4095: must be 1..4094");
    assertThatThrownBy(() -> a.vlan("ha-a.y", "ha-a", 5, "10.7.0.1/24"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("VLAN 5 is taken on ha-a");
    assertThatThrownBy(() -> a.vlan("ha-a.5", "ha-a", 8, "10.7.0.1/24"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("interface name ha-a.5 is taken on host a");
    assertThatThrownBy(() -> a.vlan("ha-a.5.6", "ha-a.5", 6, "10.7.0.1/24"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ha-a.5 has no adapter of its own: give the interface that has");
    assertThatThrownBy(() -> a.vlan("ha-b", "ha-a", 9, "10.7.0.1/24"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("interface name ha-b is taken by host b of this process");
    assertThat(a.interfaceNames()).containsExactly("ha-a", "ha-a.5");
    assertThat(a.vlan("ha-a.x", "ha-a", 9, "10.7.0.1/24").interfaceNames())
        .as("neither name nor VLAN is spent")
        .contains("ha-a.x");
  }

  // ---- addresses that cannot be -----------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          10.1.0.1/33;           "10.1.0.1/33" is not like 10.0.0.1/24
          10.1.0.1/;             "10.1.0.1/" is not like 10.0.0.1/24
          10.1.0.256;            "10.1.0.256" is not like 10.0.0.1
          '10.1.0.1/24,';        "" is not like 10.0.0.1
          10.1.0.0/24;           10.1.0.0/24 is a network, and no host in it
          10.1.0.255/24;         10.1.0.255/24 is the broadcast address of its network
          127.0.0.2/8;           127.0.0.2/8 cannot be a host's own address
          '10.1.0.1/24,0.0.0.0'; 0.0.0.0/32 cannot be a host's own address
          '10.1.0.1,10.1.0.1';   10.1.0.1 is given twice
          """,
      quoteCharacter = '\'')
  void shouldRefuseAddressesAndForgetTheInterface(String cidr, String message) {
    assertThatThrownBy(() -> a.nic("ha-a1", cidr))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> a.vlan("ha-a.5", "ha-a", 5, cidr))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    a.nic("ha-a1", "10.1.0.1/24").vlan("ha-a.5", "ha-a", 5, "10.2.0.1/31,10.2.0.4/32");
    assertThat(a.interfaceNames()).containsExactly("ha-a", "ha-a1", "ha-a.5");
  }

  @Test
  void shouldRefuseAGatewayThatNoInterfaceReaches() {
    assertThatThrownBy(() -> a.gateway("10.8.0.1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "no interface of a reaches gateway 10.8.0.1; give one in the network of an interface");
    assertThatThrownBy(() -> a.gateway("router"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"router\" is not like 10.0.0.1");
  }
}
