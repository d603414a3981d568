package dev.trident.hw.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Slab;
import dev.trident.wire.InternetChecksum;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The mark of RFC 3168 in frames on a link. */
class CongestionMarkTest {
  private static final int IP = 14;
  private static final int TOS = IP + 1;
  private static final int FRAME_BYTES = 60;

  private final Slab slab = new Slab(FRAME_BYTES);

  @AfterEach
  void close() {
    slab.close();
  }

  private void datagram(int tos, int identification) {
    slab.putShort(12, 0x0800);
    slab.putShort(IP, 0x4500 | tos);
    slab.putShort(IP + 2, 40);
    slab.putShort(IP + 4, identification);
    slab.putShort(IP + 10, 0);
    slab.putShort(IP + 10, InternetChecksum.complement(InternetChecksum.sum(slab, IP, 20)));
  }

  private boolean isSumRight() {
    return InternetChecksum.fold(InternetChecksum.sum(slab, IP, 20)) == 0xffff;
  }

  @Test
  void shouldMarkAndKeepTheChecksumRightWhateverItWas() {
    for (int identification = 0; identification <= 0xffff; identification++) {
      int tos = identification % 2 == 0 ? 0xb9 : 2;
      datagram(tos, identification);
      assertThat(CongestionMark.set(slab, 0, FRAME_BYTES)).isTrue();
      assertThat(slab.getUnsignedByte(TOS)).isEqualTo(tos | 3);
      assertThat(isSumRight()).as("checksum with identification %d", identification).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "3", "184"})
  void shouldLeaveAloneWhoDoesNotUnderstandOrIsMarked(int tos) {
    datagram(tos, 7);
    assertThat(CongestionMark.set(slab, 0, FRAME_BYTES)).isFalse();
    assertThat(slab.getUnsignedByte(TOS)).isEqualTo(tos);
    assertThat(isSumRight()).isTrue();
  }

  @Test
  void shouldLeaveAloneWhatIsNoIpv4Datagram() {
    datagram(2, 7);
    assertThat(CongestionMark.set(slab, 0, IP + 19)).as("cut off").isFalse();
    slab.putShort(12, 0x0806);
    assertThat(CongestionMark.set(slab, 0, FRAME_BYTES)).as("ARP").isFalse();
    assertThat(slab.getUnsignedByte(TOS)).isEqualTo(2);
  }
}
