package dev.trident.wire;

import com.google.common.net.InetAddresses;
import java.net.Inet4Address;
import java.net.InetAddress;

/** IPv4 addresses as plain numbers: 10.0.0.1 is 0x0a000001. */
public final class Ipv4Address {
  public static final int ANY = 0;

  /** The limited broadcast, 255.255.255.255. */
  public static final int BROADCAST = -1;

  /** 224.0.0.1: every host of a link (RFC 1112 section 4). */
  public static final int ALL_HOSTS = 0xe000_0001;

  private Ipv4Address() {}

  /**
   * The address that {@code dotted} spells.
   *
   * @throws IllegalArgumentException if it is not four numbers 0..255
   */
  public static int parse(String dotted) {
    InetAddress address = InetAddresses.forString(dotted);
    if (!(address instanceof Inet4Address)) {
      throw new IllegalArgumentException(dotted + ": not an IPv4 address");
    }
    return InetAddresses.coerceToInteger(address);
  }

  public static String format(int address) {
    return InetAddresses.fromInteger(address).getHostAddress();
  }

  /** Class D, 224.0.0.0/4. */
  public static boolean isMulticast(int address) {
    return address >>> 28 == 0xe;
  }

  /** 127.0.0.0/8. */
  public static boolean isLoopback(int address) {
    return address >>> 24 == 127;
  }

  /** Whether a host can have this address on a link: not 0/8, not 127/8, below class D. */
  public static boolean isHostAddress(int address) {
    int first = address >>> 24;
    return first != 0 && first != 127 && first < 224;
  }
}
