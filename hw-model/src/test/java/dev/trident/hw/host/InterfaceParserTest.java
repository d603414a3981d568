package dev.trident.hw.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.trident.hw.port.Port;
import dev.trident.hw.port.PortScheme;
import dev.trident.link.NetInterface;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be written in TRIDENT_INTERFACES, and what is said about all else. */
class InterfaceParserTest {
  private static List<InterfaceSpec> parse(String text) {
    return InterfaceParser.parse("I", text);
  }

  @Test
  void shouldUseDefaultsWhenOnlyAnAddressIsGiven() {
    InterfaceSpec spec = parse("eth0=sim:wire0?ip=10.8.0.1/24").getFirst();
    assertThat(spec.name()).isEqualTo("eth0");
    assertThat(spec.hostName()).isEqualTo("local");
    assertThat(spec.port().scheme()).isEqualTo(PortScheme.SIM);
    assertThat(spec.port().target()).isEqualTo("wire0");
    assertThat(spec.addresses()).isEqualTo("10.8.0.1/24");
    assertThat(spec.gateway()).isNull();
    assertThat(spec.capture()).isNull();
    assertThat(spec.mac()).isEqualTo(Port.ANY_MAC);
    assertThat(spec.options()).isEqualTo(NicOptions.STANDARD);
  }

  @Test
  void shouldReadEveryParameter() {
    InterfaceSpec spec =
        parse(
                "eth0=tap:t0?ip=10.9.0.2/24,10.9.1.2/24&gw=10.9.1.1&mtu=1400&mac=02:00:00:00:00:0a"
                    + "&vlan=7&host=a&start=probed&rx=64&tx=4096&pcap=/tmp/a.pcapng")
            .getFirst();
    assertThat(spec.addresses()).isEqualTo("10.9.0.2/24,10.9.1.2/24");
    assertThat(spec.gateway()).isEqualTo("10.9.1.1");
    assertThat(spec.mac()).isEqualTo(0x02_00_00_00_00_0aL);
    assertThat(spec.hostName()).isEqualTo("a");
    assertThat(spec.capture()).isEqualTo("/tmp/a.pcapng");
    assertThat(spec.options())
        .isEqualTo(
            NicOptions.STANDARD
                .withMtu(1_400)
                .withVlan(7)
                .withRings(64, 4_096)
                .withAddressStart(AddressStart.PROBED));
  }

  /** Strangers on a real wire may remember a former owner; an untagged one has no VLAN. */
  @Test
  void shouldAnnounceAddressesOnRealWires() {
    NicOptions options = parse("eth0=tap:t0?ip=10.9.0.2/24").getFirst().options();
    assertThat(options.addressStart()).isEqualTo(AddressStart.ANNOUNCED);
    assertThat(options.vlan()).isEqualTo(NetInterface.NO_VLAN);
  }

  @Test
  void shouldReadSeveralInterfacesWithSpaceAround() {
    assertThat(parse(" a=sim:w?ip=10.8.0.1/24 ;\n b=sim:w?ip=10.8.0.2/24&host=h2;\n"))
        .extracting(InterfaceSpec::name)
        .containsExactly("a", "b");
  }

  /** What a port knows and an interface does not goes to the port; a flag needs no value. */
  @Test
  void shouldHandParametersOfItsOwnToThePort() {
    InterfaceSpec tunnel = parse("e=vxlan:192.0.2.2?vni=42&ip=10.0.0.1/24&port=4790").getFirst();
    assertThat(tunnel.port().target()).isEqualTo("192.0.2.2");
    assertThat(tunnel.port().parameters()).containsOnly(entry("vni", "42"), entry("port", "4790"));
    InterfaceSpec socket = parse("e=unix:/tmp/a.b:c?listen&ip=10.0.0.1/24").getFirst();
    assertThat(socket.port().target()).isEqualTo("/tmp/a.b:c");
    assertThat(socket.port().isGiven("listen")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          eth0                                  | 1  | "eth0" has no =; an interface is written
          eth0?ip=10.0.0.1/24                   | 1  | "eth0" has no =
          =sim:w?ip=10.0.0.1/24                 | 1  | must have 1 to 15 characters
          sixteencharacter=sim:w?ip=10.0.0.1/24 | 1  | must have 1 to 15 characters
          e/0=sim:w?ip=10.0.0.1/24              | 1  | no spaces, slashes
          eth0=sim                              | 6  | "sim" names no port; known are sim:WIRE
          eth0=?mac=02:00                       | 6  | "" names no port
          eth0=tab:t0?ip=10.0.0.1/24            | 6  | unknown port "tab:"; known are sim:WIRE
          eth0=tap:?ip=10.0.0.1/24              | 10 | nothing behind tap:; write tap:DEVICE
          eth0=tap:t0                           | 1  | no address; add ip=ADDRESS/BITS
          eth0=tap:t0?ip=10.0.0.300/24          | 16 | "10.0.0.300/24" is not like 10.0.0.1/24
          eth0=tap:t0?ip=10.0.0.0/24            | 16 | is a network
          eth0=tap:t0?ip                        | 13 | ip has no value
          eth0=tap:t0?ip=10.0.0.1/24&foo=1      | 28 | unknown parameter "foo"; tap: knows ip, gw
          eth0=tap:t0?ip=10.0.0.1/24&&mtu=900   | 28 | unknown parameter ""
          eth0=tap:t0?ip=10.0.0.1/24&gw=10.1.0.1 | 31 | in no network of this interface
          eth0=tap:t0?ip=10.0.0.1/24&gw=x       | 31 | "x" is not like 10.0.0.1
          eth0=tap:t0?ip=10.0.0.1/24&mtu=67     | 32 | mtu=67: must be a number from 68 to 1500
          eth0=tap:t0?ip=10.0.0.1/24&mtu=1e3    | 32 | mtu=1e3: must be a number
          eth0=tap:t0?ip=10.0.0.1/24&mac=1      | 32 | "1" is not like 02:00:00:00:00:01
          eth0=tap:t0?ip=10.0.0.1/24&mac=01:00:5e:00:00:01 | 32 | no single adapter's
          eth0=tap:t0?ip=10.0.0.1/24&vlan=4095  | 33 | from 1 to 4094
          eth0=tap:t0?ip=10.0.0.1/24&rx=100     | 31 | must be a power of two
          eth0=tap:t0?ip=10.0.0.1/24&start=now  | 34 | immediate, announced or probed
          eth0=tap:t0?ip=10.0.0.1/24&host=      | 33 | host= has no value
          eth0=tap:t0?ip=10.0.0.1/24&mtu=900&mtu=900 | 36 | mtu is given twice
          a=sim:w?ip=10.0.0.1/24;a=sim:v?ip=10.0.1.1/24 | 24 | there already, at character 1
          """)
  void shouldSayWhereAndWhatIsWrong(String text, int character, String what) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(SetUpException.class)
        .hasMessageStartingWith("I, character " + character + ": ")
        .hasMessageContaining(what);
  }

  @Test
  void shouldSayWhatToWriteWhenNothingIsThere() {
    assertThatThrownBy(() -> parse(" ; "))
        .isInstanceOf(SetUpException.class)
        .hasMessageContaining("I is empty; an interface is written NAME=PORT:TARGET");
  }

  /** Pieces of what is right, in any order, and damaged: errors are of one kind and say where. */
  @Test
  void shouldSayWhereNonsenseIsWrongAndNothingElse() {
    String[] pieces = {
      "eth0",
      "=",
      ":",
      "?",
      "&",
      ";",
      "tap",
      "sim",
      "xdp",
      "vxlan",
      "t0",
      "ip",
      "10.0.0.1/24",
      "gw",
      "10.0.0.254",
      "mtu",
      "1500",
      "-1",
      "99999999999",
      "vlan",
      "mac",
      "02:00:00:00:00:01",
      "host",
      "start",
      "probed",
      "rx",
      "64",
      "pcap",
      "vni",
      "queue",
      "mode",
      " ",
      "\n",
      "\0",
      "/",
      ",",
      "\ud83d",
      "eth0=sim:w?ip=10.0.0.1/24",
      ""
    };
    Random random = new Random(7);
    int right = 0;
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder();
      if (random.nextBoolean()) {
        text.append("eth0=tap:t0?ip=10.0.0.1/24&");
      }
      for (int n = random.nextInt(12); n > 0; n--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      if (!text.isEmpty() && random.nextInt(4) == 0) {
        text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(0x180));
      }
      try {
        right += InterfaceParser.parse("I", text.toString()).size();
      } catch (SetUpException e) {
        assertThat(e.getMessage())
            .as(text.toString())
            .matches("(?s)I(, character \\d+:| is empty;).*");
      }
    }
    assertThat(right).as("some of it happens to be right").isPositive();
  }
}
