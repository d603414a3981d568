package dev.trident.hw.nic;

import com.google.common.base.Splitter;
import java.util.Arrays;

/**
 * What runs on an adapter.
 *
 * @param variant what it is made for
 * @param version numbers separated by dots; empty for none
 */
public record Firmware(Variant variant, String version) {
  /** What a firmware is made for. */
  public enum Variant {
    ULTRA_LOW_LATENCY,
    FULL_FEATURE,
    /** Not one of these adapters. */
    OTHER
  }

  /** The oldest version that TCPDirect runs on (guide, 2.5.1). */
  public static final String OLDEST_VERSION = "6.2.3.1000";

  /** What new adapters come with here. */
  public static final Firmware CURRENT = new Firmware(Variant.ULTRA_LOW_LATENCY, OLDEST_VERSION);

  /** Checks the version. */
  public Firmware {
    numbers(version);
  }

  /** Whether TCPDirect, and what it needs of the adapter, works on it. */
  public boolean suitsTcpDirect() {
    return variant == Variant.ULTRA_LOW_LATENCY
        && Arrays.compare(numbers(version), numbers(OLDEST_VERSION)) >= 0;
  }

  private static int[] numbers(String version) {
    return Splitter.on('.')
        .omitEmptyStrings()
        .splitToStream(version)
        .mapToInt(Integer::parseInt)
        .toArray();
  }
}
