package dev.trident.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
  @Test
  void shouldReadAndWriteIpv4Addresses() {
    assertThat(Ipv4Address.parse("10.0.0.1")).isEqualTo(0x0a000001);
    assertThat(Ipv4Address.parse("255.255.255.255")).isEqualTo(Ipv4Address.BROADCAST);
    assertThat(Ipv4Address.format(0xc0a80164)).isEqualTo("192.168.1.100");
    assertThatThrownBy(() -> Ipv4Address.parse("::1")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Ipv4Address.parse("10.0.0"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldTellKindsOfIpv4Addresses() {
    assertThat(Ipv4Address.isMulticast(Ipv4Address.parse("224.0.0.1"))).isTrue();
    assertThat(Ipv4Address.isMulticast(Ipv4Address.parse("239.255.255.255"))).isTrue();
    assertThat(Ipv4Address.isMulticast(Ipv4Address.parse("240.0.0.0"))).isFalse();
    assertThat(Ipv4Address.isLoopback(Ipv4Address.parse("127.1.2.3"))).isTrue();
    assertThat(Ipv4Address.isHostAddress(Ipv4Address.parse("223.255.255.255"))).isTrue();
    for (String none : new String[] {"0.0.0.0", "0.1.2.3", "127.0.0.1", "224.0.0.1", "240.0.0.1"}) {
      assertThat(Ipv4Address.isHostAddress(Ipv4Address.parse(none))).as(none).isFalse();
    }
  }

  @Test
  void shouldReadAndWriteMacAddresses() {
    assertThat(MacAddress.parse("02:00:00:0a:Bc:fe")).isEqualTo(0x0200_000a_bcfeL);
    assertThat(MacAddress.format(0x0200_000a_bcfeL)).isEqualTo("02:00:00:0a:bc:fe");
    assertThat(MacAddress.isGroup(MacAddress.BROADCAST)).isTrue();
    assertThat(MacAddress.isGroup(MacAddress.parse("01:00:5e:00:00:01"))).isTrue();
    assertThat(MacAddress.isGroup(MacAddress.parse("02:00:00:00:00:01"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "02:00:00:00:00", "02:00:00:00:00:001", "02:00:00:00:00:-1", "x"})
  void shouldRefuseWhatIsNoMacAddress(String text) {
    assertThatThrownBy(() -> MacAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldMapGroupsToEthernet() {
    assertThat(MacAddress.ofMulticast(Ipv4Address.parse("239.129.2.3")))
        .isEqualTo(MacAddress.parse("01:00:5e:01:02:03"));
  }
}
