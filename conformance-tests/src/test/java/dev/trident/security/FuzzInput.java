package dev.trident.security;

/** Reads what a fuzzer made up, from the front; behind the end everything is zero. */
final class FuzzInput {
  private final byte[] bytes;
  private int at;

  FuzzInput(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean isEmpty() {
    return at >= bytes.length;
  }

  /** 0..255. */
  int octet() {
    return isEmpty() ? 0 : bytes[at++] & 0xff;
  }

  /** -128..127. */
  int signed() {
    return (byte) octet();
  }

  /** 0..65,535. */
  int pair() {
    return octet() << 8 | octet();
  }

  int word() {
    return pair() << 16 | pair();
  }

  /** One of these. */
  int oneOf(int... choices) {
    return choices[octet() % choices.length];
  }

  byte[] octets(int count) {
    byte[] taken = new byte[count];
    for (int i = 0; i < count; i++) {
      taken[i] = (byte) octet();
    }
    return taken;
  }
}
