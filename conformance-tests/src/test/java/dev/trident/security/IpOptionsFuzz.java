package dev.trident.security;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.trident.buffer.Slab;
import dev.trident.testkit.Frames;
import dev.trident.trace.DropReason;
import dev.trident.wire.Ipv4Header;
import java.util.Arrays;

/**
 * The checks of an IPv4 header, on headers that end where the memory ends: nothing behind it is
 * read, and a source route is never let through.
 */
class IpOptionsFuzz {
  private static final int SLAB_BYTES = 4_096;
  private static final Slab SLAB = new Slab(SLAB_BYTES);

  /** The seeds, in the build. */
  @FuzzTest
  void header(FuzzedDataProvider input) {
    Target.fuzzerTestOneInput(input.consumeRemainingAsBytes());
  }

  /** What "trident fuzz" feeds. */
  public static final class Target {
    private Target() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
      check(bytes);
    }
  }

  private static void check(byte[] bytes) {
    byte[] options = Arrays.copyOf(bytes, Math.min(40, (bytes.length + 3) & ~3));
    byte[] datagram = Frames.ipv4(Attacker.ADDRESS, Victim.ADDRESS, 17, options, 0, new byte[0]);
    int at = SLAB_BYTES - datagram.length;
    SLAB.copyFrom(datagram, 0, at, datagram.length);
    Ipv4Header header = new Ipv4Header(SLAB).wrap(SLAB, at);
    DropReason reason = header.check(datagram.length);
    if (reason != DropReason.NONE) {
      throw new AssertionError("a proper header was refused: " + reason);
    }
    DropReason verdict = header.checkOptions();
    if (verdict != expected(options)) {
      throw new AssertionError(verdict + " where " + expected(options) + " is right");
    }
  }

  /** RFC 791 section 3.1 word by word; source routes as RFC 7126 has them. */
  private static DropReason expected(byte[] options) {
    int at = 0;
    while (at < options.length && options[at] != 0) {
      if (options[at] == 1) {
        at++;
        continue;
      }
      int kind = options[at] & 0xff;
      if (kind == 131 || kind == 137) {
        return DropReason.IP_SOURCE_ROUTE;
      }
      int length = at + 1 < options.length ? options[at + 1] & 0xff : 0;
      if (length < 2 || at + length > options.length) {
        return DropReason.IP_BAD_OPTIONS;
      }
      at += length;
    }
    return DropReason.NONE;
  }
}
