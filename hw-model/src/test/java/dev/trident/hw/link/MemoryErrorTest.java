package dev.trident.hw.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Slab;
import dev.trident.hw.time.SeededRandom;
import dev.trident.wire.InternetChecksum;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors that the Internet checksum must find, and therefore does find. */
class MemoryErrorTest {
  private static final int IP = 14;
  private static final int TRANSPORT = IP + 20;
  private static final int TCP = 6;
  private static final int UDP = 17;

  private final Slab slab = new Slab(2_048);
  private final Slab copy = new Slab(2_048);

  @AfterEach
  void close() {
    slab.close();
    copy.close();
  }

  private void datagram(int protocol, int payloadBytes, SeededRandom random) {
    int transportBytes = (protocol == TCP ? 20 : 8) + payloadBytes;
    for (int at = IP; at < TRANSPORT + transportBytes; at++) {
      slab.putByte(at, (int) random.nextLong());
    }
    slab.putShort(12, 0x0800);
    slab.putByte(IP, 0x45);
    slab.putShort(IP + 2, 20 + transportBytes);
    slab.putShort(IP + 6, 0x4000);
    slab.putByte(IP + 9, protocol);
    int field = TRANSPORT + (protocol == TCP ? 16 : 6);
    if (protocol == UDP) {
      slab.putShort(TRANSPORT + 4, transportBytes);
    }
    slab.putShort(IP + 10, 0);
    slab.putShort(IP + 10, InternetChecksum.complement(InternetChecksum.sum(slab, IP, 20)));
    slab.putShort(field, 0);
    int checksum = InternetChecksum.complement(transportSum(protocol, transportBytes));
    slab.putShort(field, protocol == UDP && checksum == 0 ? 0xffff : checksum);
  }

  private long transportSum(int protocol, int bytes) {
    return InternetChecksum.sum(slab, TRANSPORT, bytes)
        + InternetChecksum.pseudoHeader(
            slab.getInt(IP + 12), slab.getInt(IP + 16), protocol, bytes);
  }

  private boolean passes(int protocol, int transportBytes) {
    return InternetChecksum.fold(InternetChecksum.sum(slab, IP, 20)) == 0xffff
        && InternetChecksum.fold(transportSum(protocol, transportBytes)) == 0xffff;
  }

  @ParameterizedTest
  @CsvSource({"6, 0", "6, 1", "6, 63", "17, 0", "17, 1", "17, 64"})
  void shouldAlwaysBreakChecksumWhenBurstStrikes(int protocol, int payloadBytes) {
    SeededRandom random = new SeededRandom(payloadBytes);
    int transportBytes = (protocol == TCP ? 20 : 8) + payloadBytes;
    int frameBytes = TRANSPORT + transportBytes;
    for (int i = 0; i < 2_000; i++) {
      datagram(protocol, payloadBytes, random);
      assertThat(passes(protocol, transportBytes)).as("before").isTrue();
      slab.copyTo(0, copy, 0, frameBytes);
      for (int j = 0; j < 20; j++) {
        long choice = random.nextLong();
        assertThat(MemoryError.strike(slab, 0, frameBytes, choice)).isTrue();
        assertThat(passes(protocol, transportBytes)).as("choice %d", choice).isFalse();
        copy.copyTo(0, slab, 0, frameBytes);
      }
    }
  }
}
