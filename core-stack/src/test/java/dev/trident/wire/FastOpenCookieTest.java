package dev.trident.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Slab;
import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.Test;

class FastOpenCookieTest {
  private static final int FAST_OPEN = 34;
  private static final int EXPERIMENT = 254;

  /** Reads options that fill their memory to the last byte: reading on would throw. */
  private static TcpOptions read(int... bytes) {
    Slab slab = new Slab(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      slab.putByte(i, bytes[i]);
    }
    TcpOptions options = new TcpOptions();
    options.read(slab, 0, bytes.length);
    slab.close();
    return options;
  }

  /** An option of {@code kind} with a true length, and the values 1, 2, 3. */
  private static int[] option(int kind, int valueBytes) {
    int[] bytes = new int[2 + valueBytes];
    bytes[0] = kind;
    bytes[1] = bytes.length;
    for (int i = 0; i < valueBytes; i++) {
      bytes[2 + i] = i + 1;
    }
    return bytes;
  }

  @Test
  @Requirement({"RFC7413-tfo-01", "RFC7413-tfo-02"})
  void shouldTakeTheLegalLengthsOnly() {
    for (int valueBytes = 0; valueBytes <= TcpOptions.MAX_BYTES - 2; valueBytes++) {
      boolean cookie = valueBytes >= 4 && valueBytes <= 16 && valueBytes % 2 == 0;
      FastOpenCookie read = read(option(FAST_OPEN, valueBytes)).fastOpen();

      assertThat(read.isCookie()).as("length " + valueBytes).isEqualTo(cookie);
      assertThat(read.isRequest()).as("length " + valueBytes).isEqualTo(valueBytes == 0);
      assertThat(read.bytes())
          .isEqualTo(cookie || valueBytes == 0 ? valueBytes : FastOpenCookie.ABSENT);
    }
  }

  @Test
  @Requirement("RFC7413-tfo-01")
  void shouldEndInsideTheOptionsWhateverLengthOneClaims() {
    for (int kind : new int[] {FAST_OPEN, EXPERIMENT}) {
      for (int length = 0; length < 256; length++) {
        for (int there = 1; there <= TcpOptions.MAX_BYTES; there++) {
          int[] bytes = new int[there];
          bytes[0] = kind;
          if (there > 1) {
            bytes[1] = length;
          }
          if (there > 3) {
            bytes[2] = 0xf9;
            bytes[3] = 0x89;
          }
          FastOpenCookie read = read(bytes).fastOpen();
          assertThat(read.bytes()).isLessThanOrEqualTo(Math.max(there - 2, 0));
        }
      }
    }
  }

  @Test
  @Requirement("RFC7413-tfo-01")
  void shouldReadTheOptionsBehindAnIllegalOne() {
    TcpOptions options = read(FAST_OPEN, 5, 1, 2, 3, 3, 3, 9);

    assertThat(options.fastOpen().bytes()).isEqualTo(FastOpenCookie.ABSENT);
    assertThat(options.windowScale()).isEqualTo(9);
  }

  @Test
  @Requirement("RFC7413-tfo-02")
  void shouldWriteWhatItHasRead() {
    for (int experiment = 0; experiment < 2; experiment++) {
      for (int valueBytes = 4; valueBytes <= 16; valueBytes += 2) {
        int[] bytes = option(experiment == 1 ? EXPERIMENT : FAST_OPEN, valueBytes);
        if (experiment == 1) {
          bytes = option(EXPERIMENT, valueBytes + 2);
          bytes[2] = 0xf9;
          bytes[3] = 0x89;
        }
        FastOpenCookie cookie = read(bytes).fastOpen();
        Slab slab = new Slab(64);
        FastOpenCookie copy = new FastOpenCookie();
        copy.copy(cookie);

        assertThat(copy.write(slab, 3)).isEqualTo(3 + bytes.length);
        for (int i = 0; i < bytes.length; i++) {
          assertThat(slab.getUnsignedByte(3 + i)).isEqualTo(bytes[i]);
        }
        assertThat(copy.isExperimental()).isEqualTo(experiment == 1);
        slab.close();
      }
    }
  }

  @Test
  @Requirement("RFC7413-tfo-02")
  void shouldTellCookiesApartByEveryByteAndTheLength() {
    int[] bytes = option(FAST_OPEN, 16);
    FastOpenCookie whole = read(bytes).fastOpen();
    for (int i = 2; i < bytes.length; i++) {
      int[] changed = bytes.clone();
      changed[i] ^= 0x80;
      assertThat(whole.isSameCookie(read(changed).fastOpen())).as("byte " + i).isFalse();
    }
    FastOpenCookie longer = read(FAST_OPEN, 8, 1, 2, 3, 4, 0, 0).fastOpen();
    assertThat(longer.isSameCookie(read(FAST_OPEN, 6, 1, 2, 3, 4).fastOpen())).isFalse();
    assertThat(whole.isSameCookie(read(bytes).fastOpen())).isTrue();
  }

  @Test
  void shouldForgetWithTheNextOptions() {
    TcpOptions options = read(option(FAST_OPEN, 8));
    options.clear();
    assertThat(options.fastOpen().bytes()).isEqualTo(FastOpenCookie.ABSENT);
  }

  @Test
  void shouldNotTakeAnotherExperiment() {
    assertThat(read(EXPERIMENT, 8, 0xf9, 0x88, 1, 2, 3, 4).fastOpen().bytes())
        .isEqualTo(FastOpenCookie.ABSENT);
    assertThat(read(EXPERIMENT, 3, 0xf9).fastOpen().bytes()).isEqualTo(FastOpenCookie.ABSENT);
    assertThat(read(EXPERIMENT, 2).fastOpen().bytes()).isEqualTo(FastOpenCookie.ABSENT);
  }
}
