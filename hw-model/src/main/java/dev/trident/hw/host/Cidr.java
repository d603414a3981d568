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

  /** Reads several of these, separated by commas. */
  static List<Cidr> parseAll(String text) {
    return Splitter.on(',').trimResults().splitToStream(text).map(Cidr::parse).toList();
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
    return new IllegalArgumentException("\"" + text + "\" is not like 10.0.0.1/24");
  }
}
