package dev.trident.security;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.trident.buffer.Slab;
import dev.trident.wire.TcpOptions;
import java.util.Arrays;

/**
 * The parser of TCP options, on options that end where the memory ends, against a plain reading of
 * the same bytes.
 */
class TcpOptionsFuzz {
  private static final int SLAB_BYTES = 4_096;
  private static final Slab SLAB = new Slab(SLAB_BYTES);

  /** The seeds, in the build. */
  @FuzzTest
  void options(FuzzedDataProvider input) {
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
    byte[] area = Arrays.copyOf(bytes, Math.min(bytes.length, TcpOptions.MAX_BYTES));
    int at = SLAB_BYTES - area.length;
    SLAB.copyFrom(area, 0, at, area.length);
    TcpOptions options = new TcpOptions();
    boolean wellFormed = options.read(SLAB, at, area.length);

    Plain plain = new Plain();
    agree(plain.read(area) == wellFormed, "well formed");
    agree(plain.mss == options.mss(), "MSS");
    agree(plain.windowScale == options.windowScale(), "window scale");
    agree(plain.sackPermitted == options.sackPermitted(), "SACK permitted");
    agree(plain.timestamps == options.hasTimestamps(), "timestamps");
    agree(plain.sackBlocks == options.sackBlocks(), "SACK blocks");
  }

  private static void agree(boolean agrees, String what) {
    if (!agrees) {
      throw new AssertionError(what + " as a plain reading has it");
    }
  }

  /** RFC 9293 section 3.2 word by word, on an array. */
  private static final class Plain {
    int mss = -1;
    int windowScale = -1;
    boolean sackPermitted;
    boolean timestamps;
    int sackBlocks;

    boolean read(byte[] area) {
      for (int at = 0; at < area.length && area[at] != 0; ) {
        if (area[at] == 1) {
          at++;
          continue;
        }
        if (at + 1 >= area.length) {
          return false;
        }
        int length = area[at + 1] & 0xff;
        if (length < 2 || at + length > area.length || !take(area, at, length)) {
          return false;
        }
        at += length;
      }
      return true;
    }

    private boolean take(byte[] area, int at, int length) {
      switch (area[at]) {
        case 2 -> {
          if (length != 4) {
            return false;
          }
          mss = (area[at + 2] & 0xff) << 8 | (area[at + 3] & 0xff);
        }
        case 3 -> {
          if (length != 3) {
            return false;
          }
          windowScale = Math.min(area[at + 2] & 0xff, 14);
        }
        case 4 -> {
          if (length != 2) {
            return false;
          }
          sackPermitted = true;
        }
        case 5 -> {
          if (length < 10 || (length - 2) % 8 != 0) {
            return false;
          }
          sackBlocks = (length - 2) / 8;
        }
        case 8 -> {
          if (length != 10) {
            return false;
          }
          timestamps = true;
        }
        default -> {
          // Any other is skipped.
        }
      }
      return true;
    }
  }
}
