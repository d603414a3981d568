package dev.trident.hw.port.unix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Slab;
import dev.trident.wire.EthernetHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PaddingTest {
  private static final int OFFSET = 100;

  private final Slab slab = new Slab(4_096);

  @AfterEach
  void close() {
    slab.close();
  }

  private int unpadded(int type, int packetBytes, int frameBytes) {
    slab.putShort(OFFSET + 12, type);
    slab.putShort(OFFSET + 16, packetBytes);
    return Padding.unpaddedBytes(slab, OFFSET, frameBytes);
  }

  @Test
  void shouldTakeThePaddingOffAShortPacket() {
    assertThat(unpadded(EthernetHeader.TYPE_IPV4, 40, 60)).isEqualTo(54);
    assertThat(unpadded(EthernetHeader.TYPE_IPV4, 28, 60)).isEqualTo(42);
  }

  @Test
  void shouldLeaveAloneWhatHasNone() {
    assertThat(unpadded(EthernetHeader.TYPE_IPV4, 46, 60)).isEqualTo(60);
    assertThat(unpadded(EthernetHeader.TYPE_IPV4, 40, 54)).isEqualTo(54);
    assertThat(unpadded(EthernetHeader.TYPE_IPV4, 1_500, 1_514)).isEqualTo(1_514);
  }

  @Test
  void shouldLeaveAloneWhatIsNoIpv4Packet() {
    assertThat(unpadded(EthernetHeader.TYPE_ARP, 40, 60)).isEqualTo(60);
    assertThat(unpadded(EthernetHeader.TYPE_IPV4, 40, 17)).as("no length in it").isEqualTo(17);
  }

  @Test
  void shouldNeverSayMoreThanThereIs() {
    assertThat(unpadded(EthernetHeader.TYPE_IPV4, 0xffff, 60)).isEqualTo(60);
  }
}
