package dev.trident.hw.port.vxlan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.hw.port.Port;
import dev.trident.hw.port.Sleeper;
import dev.trident.hw.testkit.FrameExchange;
import dev.trident.testkit.Allocations;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Two ends of a tunnel on the loopback, at two of its addresses, or one and a peer of ours. */
@EnabledOnOs(OS.LINUX)
@Timeout(30)
class VxlanPortTest extends FrameExchange {
  private static final int ONE = 0x7f00_0002;
  private static final int TWO = 0x7f00_0003;
  private static final int VNI = 0xabcdef;

  /** Of this process, and no port that Linux gives away by itself. */
  private static final int PORT = 10_000 + (int) (ProcessHandle.current().pid() % 20_000);

  private static VxlanPort one() throws IOException {
    return VxlanPort.open(new VxlanConfig(TWO, VNI, PORT, ONE));
  }

  private static VxlanPort two() throws IOException {
    return VxlanPort.open(new VxlanConfig(ONE, VNI, PORT, TWO));
  }

  /** A peer that sends what a test wants, from any port of that address. */
  private static DatagramChannel peer(String address) throws IOException {
    return DatagramChannel.open().bind(new InetSocketAddress(address, 0));
  }

  private static void send(DatagramChannel peer, String hexHeader, int frameBytes)
      throws IOException {
    byte[] header = HexFormat.of().parseHex(hexHeader);
    ByteBuffer datagram = ByteBuffer.allocate(header.length + frameBytes).put(header).rewind();
    peer.send(datagram, new InetSocketAddress("127.0.0.2", PORT));
  }

  @Test
  void shouldCarryFramesOfEveryLengthBothWays() throws IOException {
    try (VxlanPort one = one();
        VxlanPort two = two()) {
      assertCarriesEveryLength(one, two, 1_518);
      assertReceivesNothing(one);
      assertThat(one.sentFrames()).isEqualTo(1_505);
      assertThat(one.receivedFrames()).isEqualTo(1_505);
    }
  }

  @Test
  void shouldSendTheHeaderOfTheRfc() throws IOException {
    try (VxlanPort one = one();
        DatagramChannel peer =
            DatagramChannel.open().bind(new InetSocketAddress("127.0.0.3", PORT))) {
      send(one, 0x0102_0304, 60);
      ByteBuffer datagram = ByteBuffer.allocate(100);
      InetSocketAddress from = (InetSocketAddress) peer.receive(datagram);
      assertThat(datagram.flip().remaining()).isEqualTo(68);
      assertThat(HexFormat.of().formatHex(datagram.array(), 0, 12))
          .isEqualTo("0800000" + "0abcdef00" + "01020304");
      assertThat(from).isEqualTo(new InetSocketAddress("127.0.0.2", PORT));
    }
  }

  @Test
  void shouldTakeFramesFromAnyPortAndIgnoreWhatIsReserved() throws IOException {
    try (VxlanPort one = one();
        DatagramChannel peer = peer("127.0.0.3")) {
      send(peer, "ffffffffabcdefff", 60);
      assertReceives(one, 0, 60);
    }
  }

  @Test
  void shouldDropWithoutAValidIdentifier() throws IOException {
    try (VxlanPort one = one();
        DatagramChannel peer = peer("127.0.0.3")) {
      send(peer, "f7000000abcdef00", 60);
      send(peer, "08000000abcdef", 0);
      send(peer, "", 0);
      assertReceivesNothing(one);
      assertThat(one.invalidHeaders()).isEqualTo(3);
      assertThat(one.receivedFrames()).isZero();
    }
  }

  @Test
  void shouldDropFramesOfOtherNetworksAndOtherHosts() throws IOException {
    try (VxlanPort one = one();
        DatagramChannel peer = peer("127.0.0.3");
        DatagramChannel stranger = peer("127.0.0.4")) {
      send(peer, "08000000abcdee00", 60);
      send(stranger, "08000000abcdef00", 60);
      send(peer, "08000000abcdef00", 13);
      assertReceivesNothing(one);
      assertThat(one.foreignNetworks()).isEqualTo(1);
      assertThat(one.strangers()).isEqualTo(1);
      assertThat(one.shortFrames()).isEqualTo(1);
      send(peer, "08000000abcdef00", 14);
      assertReceives(one, 0, 14);
    }
  }

  @Test
  void shouldStopDroppingAfterAWhile() throws IOException {
    try (VxlanPort one = one();
        DatagramChannel peer = peer("127.0.0.3")) {
      for (int i = 0; i < 40; i++) {
        send(peer, "", 1);
      }
      assertReceivesNothing(one);
      assertThat(one.invalidHeaders()).isEqualTo(32);
      assertReceivesNothing(one);
      assertThat(one.invalidHeaders()).isEqualTo(40);
    }
  }

  @Test
  void shouldReturnTrueLengthWhenFrameExceedsTheRoom() throws IOException {
    try (VxlanPort one = one();
        DatagramChannel peer = peer("127.0.0.3")) {
      slab.putByte(ROOM + 1_514, 0x7e);
      send(peer, "08000000abcdef00", 65_499);
      assertThat(one.receive(slab, ROOM, 1_514)).isEqualTo(65_499);
      assertThat(slab.getByte(ROOM + 1_514)).isEqualTo((byte) 0x7e);
    }
  }

  @Test
  void shouldCountErrorsOfThePeerAndGoOn() throws IOException {
    try (VxlanPort one = one();
        Sleeper sleeper = new Sleeper()) {
      sleeper.add(one);
      for (int i = 0; i < 10; i++) {
        assertThat(send(one, i, 60)).isTrue();
      }
      assertReceivesNothing(one);
      assertThat(one.sentFrames()).isEqualTo(10);
      assertThat(one.lostFrames()).isZero();
      assertThat(one.peerErrors()).isEqualTo(10);
      assertThat(sleeper.sleep(0)).as("no error keeps it awake").isFalse();
      try (VxlanPort two = two()) {
        send(one, 7, 60);
        assertReceives(two, 7, 60);
        send(two, 8, 60);
        assertThat(sleeper.sleep(Long.MAX_VALUE)).isTrue();
        assertReceives(one, 8, 60);
      }
    }
  }

  @Test
  void shouldForgetErrorsThatWakeASleeper() throws IOException {
    try (VxlanPort one = one();
        Sleeper sleeper = new Sleeper()) {
      sleeper.add(one);
      send(one, 1, 60);
      assertThat(sleeper.sleep(Long.MAX_VALUE)).as("an ICMP error").isTrue();
      assertThat(one.peerErrors()).isEqualTo(1);
      assertThat(sleeper.sleep(0)).isFalse();
    }
  }

  @Test
  void shouldLoseFramesTooLongForTheOuterDatagram() throws IOException {
    try (VxlanPort one = one()) {
      assertThat(send(one, 1, 65_536)).isTrue();
      assertThat(one.lostFrames()).isEqualTo(1);
      assertThat(one.sentFrames()).isZero();
    }
  }

  @Test
  void shouldAllocateNothingPerFrame() throws IOException {
    try (VxlanPort one = one();
        VxlanPort two = two()) {
      Runnable exchange =
          () -> {
            one.send(slab, 0, 60);
            two.receive(slab, ROOM, ROOM);
            two.receive(slab, ROOM, ROOM);
          };
      assertThat(Allocations.inTheEnd(exchange)).isZero();
      assertThat(two.receivedFrames()).isEqualTo(one.sentFrames()).isPositive();
    }
  }

  @Test
  void shouldSayWhatIsWrongWithAnAddress() throws IOException {
    assertThatThrownBy(() -> new VxlanConfig(0xe000_0001, 1, 4789, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("VXLAN peer 224.0.0.1 is no address of a host");
    assertThatThrownBy(() -> new VxlanConfig(TWO, 1 << 24, 4789, 0))
        .hasMessage("VNI 16777216 is not 0 to 16777215");
    assertThatThrownBy(() -> new VxlanConfig(TWO, 1, 0, 0))
        .hasMessage("UDP port 0 is not 1 to 65535");
    assertThatThrownBy(() -> VxlanPort.open(new VxlanConfig(TWO, 1, PORT, 0xc000_0201)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("give an address of this machine (local=)");
    try (VxlanPort one = one()) {
      assertThatThrownBy(VxlanPortTest::one)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("bind UDP 127.0.0.2:" + PORT)
          .hasMessageContaining("choose another for both ends (port=)");
      assertThat(one).hasToString("vxlan:127.0.0.3?vni=11259375&port=" + PORT);
      assertThat(one.mtuBytes()).as("loopback carries more than Ethernet").isEqualTo(1_500);
    }
  }

  @Test
  void shouldSayGoneAfterClose() throws IOException {
    VxlanPort one = one();
    one.close();
    one.close();
    assertThat(one.receive(slab, 0, ROOM)).isEqualTo(Port.GONE);
    assertThat(one.send(slab, 0, 60)).isTrue();
    assertThat(one.lostFrames()).isEqualTo(1);
    assertThat(one.descriptor()).isEqualTo(Port.NO_DESCRIPTOR);
  }
}
