package dev.trident.wire;

import com.google.common.base.Splitter;
import java.util.List;

/** Ethernet addresses in the low 48 bits of a {@code long}. */
public final class MacAddress {
  public static final long BROADCAST = 0xffff_ffff_ffffL;

  /** Low 23 bits of an IPv4 group go here (RFC 1112 section 6.4). */
  private static final long MULTICAST_PREFIX = 0x0100_5e00_0000L;

  private static final long GROUP_BIT = 1L << 40;

  private MacAddress() {}

  /**
   * The address that {@code text} spells: six hexadecimal bytes with colons between.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static long parse(String text) {
    List<String> parts = Splitter.on(':').splitToList(text);
    if (parts.size() != 6) {
      throw new IllegalArgumentException(text + ": must be six bytes with colons between");
    }
    long mac = 0;
    for (String part : parts) {
      int value = part.length() <= 2 ? Integer.parseInt(part, 16) : -1;
      if (value < 0) {
        throw new IllegalArgumentException(text + ": " + part + " is not a byte");
      }
      mac = mac << 8 | value;
    }
    return mac;
  }

  public static String format(long mac) {
    StringBuilder text = new StringBuilder(17);
    for (int shift = 40; shift >= 0; shift -= 8) {
      int value = (int) (mac >>> shift) & 0xff;
      text.append(Character.forDigit(value >>> 4, 16)).append(Character.forDigit(value & 0xf, 16));
      if (shift != 0) {
        text.append(':');
      }
    }
    return text.toString();
  }

  /** Whether the group bit is set; so it is in the broadcast address. */
  public static boolean isGroup(long mac) {
    return (mac & GROUP_BIT) != 0;
  }

  /** The Ethernet group address of an IPv4 multicast address. */
  public static long ofMulticast(int group) {
    return MULTICAST_PREFIX | (group & 0x7f_ffff);
  }
}
