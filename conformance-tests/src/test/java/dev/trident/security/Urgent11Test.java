package dev.trident.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.StreamState;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.trace.DropReason;
import dev.trident.wire.TcpHeader;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** URGENT/11: what broke the IPnet stack of VxWorks in 2019, CVE by CVE. */
class Urgent11Test {
  private static final int OPEN_PORT = 7;
  private static final int CLOSED_PORT = 9;
  private static final int LOOSE_SOURCE_ROUTE = 131;
  private static final int STRICT_SOURCE_ROUTE = 137;
  private static final byte[] NONE = {};
  private static final byte[] SOME = Frames.pattern(40, 1);

  private final Victim victim = new Victim();

  @AfterEach
  void close() {
    victim.close();
  }

  private byte[] withOptions(byte[] options, int port) {
    return Craft.frame(victim, Craft.withOptions(Craft.UDP, options, Craft.udp(port, SOME)));
  }

  /** CVE-2019-12256: every length and every pointer that a source route can have. */
  @ParameterizedTest
  @ValueSource(ints = {LOOSE_SOURCE_ROUTE, STRICT_SOURCE_ROUTE})
  @Requirement({"SEC-URGENT11-01", "SEC-URGENT11-02"})
  void shouldDropEverySourceRouteHoweverMalformed(int kind) {
    DatagramEndpoint socket = victim.datagramAt(OPEN_PORT);
    for (int length = 0; length < 256; length += length < 48 ? 1 : 23) {
      for (int pointer : new int[] {0, 1, 3, 4, 5, 8, 39, 40, 41, 255}) {
        byte[] options = new byte[40];
        Arrays.fill(options, (byte) 9);
        options[0] = (byte) kind;
        options[1] = (byte) length;
        options[2] = (byte) pointer;
        assertRefused(withOptions(options, OPEN_PORT));
      }
    }
    assertRefused(withOptions(Craft.bytes(1, 1, 1, kind), OPEN_PORT));
    assertRefused(withOptions(Craft.bytes(kind, 3, 4, kind, 3, 4, kind, 3), OPEN_PORT));
    assertThat(socket.receivableDatagrams()).isZero();
  }

  private void assertRefused(byte[] frame) {
    Effect effect = victim.attack(frame);
    if (effect.drops().containsKey(DropReason.IP_BAD_OPTIONS)) {
      effect.isDropped(DropReason.IP_BAD_OPTIONS);
      assertThat(effect.answers())
          .allSatisfy(
              answer -> {
                byte[] problem = Frames.datagram(answer);
                assertThat(problem[0]).as("no options").isEqualTo((byte) 0x45);
                assertThat(Frames.data(problem)[0]).as("parameter problem").isEqualTo((byte) 12);
                assertThat(Frames.getInt(problem, 16)).isEqualTo(Attacker.ADDRESS);
              });
    } else {
      effect.isDroppedSilently(DropReason.IP_SOURCE_ROUTE);
    }
  }

  /** CVE-2019-12256: what draws an error may have options; the error has none. */
  @Test
  @Requirement("SEC-URGENT11-01")
  void shouldCopyNoOptionIntoAnError() {
    byte[] recordRoute = new byte[39];
    recordRoute[0] = 7;
    recordRoute[1] = 39;
    recordRoute[2] = 4;
    byte[] answer =
        Frames.datagram(
            victim
                .attack(withOptions(recordRoute, CLOSED_PORT))
                .isDropped(DropReason.UDP_NO_ENDPOINT)
                .answer());
    assertThat(answer[0]).as("no options").isEqualTo((byte) 0x45);
    assertThat(Frames.data(answer)[0]).isEqualTo((byte) 3);
  }

  /** CVE-2019-12255: a pointer of zero is no underflow, and no read gives more than asked for. */
  @Test
  @Requirement("SEC-URGENT11-03")
  void shouldNeverReadMoreThanAskedForWhateverTheUrgentPointerSays() {
    TcpTarget target = victim.connections(1).getFirst();
    for (int pointer : new int[] {0, 1, 4, 5, 6, 1_000, 0x7fff, 0x8000, 0xffff}) {
      byte[] data = Frames.pattern(10, pointer);
      byte[] segment =
          target.segment(target.seq, target.ack, TcpHeader.ACK | TcpHeader.PSH, NONE, data);
      victim.send(target.frame(TcpTarget.urgent(segment, pointer)));
      target.seq += data.length;
      byte[] got = NONE;
      for (int turn = 0; turn < 20 && got.length < data.length; turn++) {
        got = Frames.concat(got, target.read(3));
      }
      assertThat(got).as("pointer %d", pointer).isEqualTo(data);
    }
    target.assertAlive();
  }

  /** CVE-2019-12260: an authentication option (kind 29) of every length. */
  @Test
  @Requirement("SEC-URGENT11-04")
  void shouldNotTakeUrgencyFromAMalformedAuthenticationOption() {
    TcpTarget target = victim.connections(1).getFirst();
    for (int length = 0; length <= 255; length += length < 44 ? 1 : 40) {
      byte[] options = new byte[16];
      options[0] = 29;
      options[1] = (byte) length;
      options[2] = (byte) 0xff;
      victim.send(
          target.frame(
              target.segment(target.seq, target.ack, TcpHeader.ACK, options, Craft.bytes(7))));
      assertThat(target.stream.urgentOffset()).as("length %d", length).isEqualTo(-1);
      target.seq += target.read(10).length;
    }
    target.assertAlive();
  }

  /** CVE-2019-12261: URG has no meaning before there is a stream. */
  @Test
  @Requirement("SEC-URGENT11-05")
  void shouldIgnoreUrgencyInASynAndInASynAck() {
    byte[] syn = TcpTarget.segment(5, 80, 100, 0, TcpHeader.SYN, NONE, NONE);
    StreamListener listener = victim.listenAt(80, 2);
    victim.send(TcpTarget.frame(victim, TcpTarget.urgent(syn, 0xffff)));
    int iss = Frames.getInt(Frames.data(Frames.datagram(victim.attacker.take().getFirst())), 4);
    victim.send(
        TcpTarget.frame(victim, TcpTarget.segment(5, 80, 101, iss + 1, TcpHeader.ACK, NONE, NONE)));
    StreamEndpoint passive = Objects.requireNonNull(victim.call(listener::accept));
    assertThat(passive.urgentOffset()).isEqualTo(-1);

    StreamEndpoint active =
        victim.call(
            () -> {
              StreamEndpoint made = Objects.requireNonNull(victim.stack.transport().newStream());
              assertThat(made.connect(Attacker.ADDRESS, 99)).isZero();
              return made;
            });
    byte[] ours = Frames.data(Frames.datagram(victim.attacker.take().getFirst()));
    byte[] synAck =
        TcpTarget.segment(
            99,
            active.localPort(),
            500,
            Frames.getInt(ours, 4) + 1,
            TcpHeader.SYN | TcpHeader.ACK,
            NONE,
            NONE);
    victim.send(TcpTarget.frame(victim, TcpTarget.urgent(synAck, 0xffff)));
    assertThat(active.state()).isEqualTo(StreamState.ESTABLISHED);
    assertThat(active.urgentOffset()).isEqualTo(-1);
    victim.assertAnswersPing();
  }

  /** CVE-2019-12263: urgency changes with accepted segments only, and never while another calls. */
  @Test
  @Requirement("SEC-URGENT11-06")
  void shouldChangeUrgencyWithNothingButAnAcceptedSegment() throws Exception {
    TcpTarget target = victim.connections(1).getFirst();
    byte[] outside = target.segment(target.seq + 10_000_000, target.ack, TcpHeader.ACK, NONE, SOME);
    byte[] oldAck = target.segment(target.seq, target.ack + 99_999, TcpHeader.ACK, NONE, SOME);
    victim
        .attack(target.frame(TcpTarget.urgent(outside, 9)))
        .isDropped(DropReason.TCP_OUT_OF_WINDOW);
    assertThat(target.stream.urgentOffset()).isEqualTo(-1);
    victim.attack(target.frame(TcpTarget.urgent(oldAck, 9))).isDropped(DropReason.TCP_BAD_ACK);
    assertThat(target.stream.urgentOffset()).isEqualTo(-1);

    FutureTask<Boolean> second =
        new FutureTask<>(
            () -> {
              assertThatThrownBy(() -> victim.call(() -> target.stream.receivableBytes()))
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("confined");
              return true;
            });
    Thread.ofPlatform().start(second).join();
    assertThat(second.get()).as("another thread is turned away").isTrue();
    target.assertAlive();
  }

  /** CVE-2019-12258: who does not know the sequence numbers ends nothing, whatever the options. */
  @Test
  @Requirement("SEC-URGENT11-07")
  void shouldKeepAConnectionWhenStrangersSendMalformedOptions() {
    TcpTarget target = victim.connections(1).getFirst();
    for (int kind : new int[] {2, 3, 4, 5, 8, 19, 28, 29, 34}) {
      for (int length : new int[] {0, 1, 2, 3, 5, 11, 200}) {
        byte[] options = Arrays.copyOf(Craft.bytes(kind, length, 1, 2, 3, 4), 12);
        for (int flags :
            new int[] {
              TcpHeader.ACK, TcpHeader.ACK | TcpHeader.FIN, TcpHeader.RST, TcpHeader.SYN, 0
            }) {
          byte[] segment =
              target.segment(target.seq + 5_000_000 + kind, target.ack, flags, options, NONE);
          assertThat(victim.attack(target.frame(segment)).drops()).hasSize(1);
        }
      }
    }
    victim.passSeconds(5);
    victim.attacker.take();
    target.assertAlive();
  }

  /** CVE-2019-12259, -12264: no host has an address of many, or of none. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "224.0.0.1/24",
        "239.255.255.250/8",
        "255.255.255.255/32",
        "10.1.2.255/24",
        "10.1.2.0/24",
        "0.0.0.0/0",
        "240.0.0.1/8",
        "127.0.0.2/8"
      })
  @Requirement("SEC-URGENT11-08")
  void shouldRefuseAnAddressThatNoHostCanHave(String cidr) {
    assertThatThrownBy(() -> victim.host.nic("victim1", cidr))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(cidr + " ");
    assertThatThrownBy(() -> victim.host.vlan("victim0.5", "victim0", 5, cidr))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(cidr + " ");
    assertThatThrownBy(() -> victim.stack.arp().claim("victim0", cidr, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(cidr + " ");
    assertThat(victim.host.interfaceNames()).containsExactly("victim0");
    victim.assertAnswersPing();
  }

  /** CVE-2019-12262. */
  @Test
  @Requirement("SEC-URGENT11-09")
  void shouldTakeNoAddressFromReverseArp() {
    for (int operation = 1; operation <= 4; operation++) {
      byte[] rarp = Frames.arp(operation, Attacker.MAC, Attacker.ADDRESS, victim.mac, 0x0a000063);
      victim.attackInVain(DropReason.ETHERNET_RARP, Craft.frame(victim, 0x8035, rarp));
    }
    assertThat(victim.stack.transport().isLocalAddress(0x0a000063)).isFalse();
  }

  private static byte[] igmp(int type, int sources, int bytes) {
    byte[] message = new byte[Math.max(bytes, 12)];
    message[0] = (byte) type;
    message[1] = 10;
    Frames.putShort(message, 10, sources);
    byte[] cut = Arrays.copyOf(message, bytes);
    return bytes < 4 ? cut : Craft.summed(cut);
  }

  /** CVE-2019-12265: a query that lists more sources than it has, or is no message at all. */
  @Test
  @Requirement("SEC-URGENT11-11")
  void shouldDropAGroupQueryThatIsShorterThanItSays() {
    DatagramEndpoint member =
        victim.call(() -> Objects.requireNonNull(victim.stack.transport().newDatagram()));
    assertThat(victim.call(() -> member.addBinding(0xe1020304, 9, 0, 0))).isZero();
    victim.passSeconds(60);
    for (int bytes = 0; bytes < 8; bytes++) {
      victim.attackInVain(DropReason.IGMP_TRUNCATED, toGroups(0, false, igmp(0x11, 0, bytes)));
    }
    for (int sources : new int[] {1, 2, 100, 0x7fff, 0xffff}) {
      for (int bytes : new int[] {9, 10, 11, 12, 15}) {
        victim.attackInVain(
            DropReason.IGMP_BAD_LENGTH, toGroups(0, false, igmp(0x11, sources, bytes)));
      }
      byte[] whole = igmp(0x11, sources, 12);
      victim.send(
          toGroups(0, true, Arrays.copyOf(whole, 8)),
          toGroups(8, false, Arrays.copyOfRange(whole, 8, 12)));
    }
    assertThat(victim.drops(DropReason.IGMP_BAD_LENGTH)).as("fragmented as well").isEqualTo(30);
    victim.passSeconds(60);
    assertThat(victim.attacker.take()).as("no report, and no memory of ours").isEmpty();
    victim.run(member::close);
    victim.assertAnswersPing();
  }

  private static int fragmented;

  /** An IGMP message to all systems, or a fragment of one. */
  private static byte[] toGroups(int offset, boolean more, byte[] data) {
    byte[] datagram =
        Frames.ipv4(
            Attacker.ADDRESS,
            0xe0000001,
            2,
            Craft.bytes(148, 4, 0, 0),
            (more ? Craft.MORE_FRAGMENTS : 0) | (offset / 8),
            data);
    datagram[8] = 1;
    Frames.putShort(datagram, 4, offset == 0 ? ++fragmented : fragmented);
    return Frames.unpadded(
        0x0100_5e00_0001L, Attacker.MAC, Frames.IPV4, Frames.withIpv4Checksum(datagram));
  }

  /** CVE-2019-12257, -12264. */
  @Test
  @Requirement("SEC-URGENT11-10")
  void shouldTakeNoAddressFromADhcpOffer() {
    byte[] offer = new byte[300];
    offer[0] = 2;
    System.arraycopy(Craft.bytes(224, 0, 0, 1), 0, offer, 16, 4);
    System.arraycopy(Craft.bytes(0x63, 0x82, 0x53, 0x63, 53, 1, 2), 0, offer, 236, 7);
    AbsentServices.assertNobodyListens(victim, 68, offer);
    AbsentServices.assertNoSuchClass("dhcp", "bootp");
    assertThat(victim.stack.transport().isLocalAddress(0xe0000001)).isFalse();
  }
}
