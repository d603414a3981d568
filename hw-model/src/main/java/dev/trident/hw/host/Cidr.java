package dev.trident.hw.host;

import com.google.common.base.Splitter;
import dev.trident.wire.Ipv4Address;
import java.util.List;

/** An IPv4 address with its prefix length, as people write them. */
record Cidr(int address, int prefixBits) {
  /**
   * Reads "10.0.0.1/24"; without a prefix length it is 32.
   *
   * @throws IllegalArgumentException if it is not that
   */
  static Cidr parse(String text) {
    int slash = text.indexOf('/');
    int address = parseAddress(slash < 0 ? text : text.substring(0, slash), text);
    int bits = slash < 0 ? 32 : parseNumber(text.substring(slash + 1), 32, text);
    return new Cidr(address, bits);
  }

  boolean contains(int other) {
    return prefixBits == 0 || (address ^ other) >>> (32 - prefixBits) == 0;
  }

  @Override
  public String toString() {
    return Ipv4Address.format(address) + "/" + prefixBits;
  }

  /**
   * Reads addresses that a host is to have, separated by commas.
   *
   * @throws IllegalArgumentException if one of them is malformed, is given twice, or cannot be
   */
  static List<Cidr> parseOwn(String text) {
    List<Cidr> all = Splitter.on(',').trimResults().splitToStream(text).map(Cidr::parse).toList();
    for (int i = 0; i < all.size(); i++) {
      int address = all.get(i).checkOwn().address;
      if (all.subList(0, i).stream().anyMatch(earlier -> earlier.address == address)) {
        throw new IllegalArgumentException(Ipv4Address.format(address) + " is given twice");
      }
    }
    return all;
  }

  /**
   * Checks that a host can have this address on a link: a single host's, in its network, too (RFC
   * 1122 section 3.2.1.3).
   *
   * @return this
   * @throws IllegalArgumentException if it cannot
   */
  Cidr checkOwn() {
    if (!Ipv4Address.isHostAddress(address)) {
      throw new IllegalArgumentException(this + " cannot be a host's own address");
    }
    int hostMask = prefixBits == 0 ? -1 : (1 << (32 - prefixBits)) - 1;
    if (prefixBits < 31 && (address & hostMask) == 0) {
      throw new IllegalArgumentException(this + " is a network, and no host in it");
    }
    if (prefixBits < 31 && (address & hostMask) == hostMask) {
      throw new IllegalArgumentException(this + " is the broadcast address of its network");
    }
    return this;
  }

  /** Reads "10.0.0.1". */
  static int parseAddress(String text) {
    return parseAddress(text, text);
  }

  private static int parseAddress(String dotted, String whole) {
    List<String> parts = Splitter.on('.').splitToList(dotted);
    if (parts.size() != 4) {
      throw malformed(whole);
    }
    int address = 0;
    for (String part : parts) {
      address = (address << 8) | parseNumber(part, 255, whole);
    }
    return address;
  }

  private static int parseNumber(String digits, int max, String whole) {
    if (digits.isEmpty()
        || digits.length() > 3
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw malformed(whole);
    }
    int number = Integer.parseInt(digits);
    if (number > max) {
      throw malformed(whole);
    }
    return number;
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "\"" + text + "\" is not like 10.0.0.1" + (text.contains("/") ? "/24" : ""));
  }
}
