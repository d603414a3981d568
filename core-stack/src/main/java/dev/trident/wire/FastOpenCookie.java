package dev.trident.wire;

import dev.trident.buffer.Slab;

/**
 * The value of a fast open option (RFC 7413 section 4.1.1): a cookie, or nothing, which asks for
 * one.
 *
 * <pre>
 *   +--------+--------+----------------------------+
 *   |   34   | length |  0 or 4 to 16 bytes, even  |
 *   +--------+--------+----------------------------+
 *   |  254   | length |     0xF9  |  0x89  | cookie   (the experiment that came before)
 * </pre>
 */
public final class FastOpenCookie {
  /** Length of no option at all. */
  public static final int ABSENT = -1;

  private static final int KIND = 34;
  private static final int EXPERIMENT = 254;
  private static final int MAGIC = 0xf989;
  private static final int MAGIC_BYTES = 2;
  private static final int MIN_BYTES = 4;
  private static final int MAX_BYTES = 16;

  private int bytes = ABSENT;
  private boolean experimental;

  /** The first eight bytes, and the rest; what is beyond the length is 0. */
  private long first;

  private long second;

  /** Bytes of the cookie: 4 to 16, 0 of a request, or {@link #ABSENT}. */
  public int bytes() {
    return bytes;
  }

  /** Whether there is an option without a cookie in it. */
  public boolean isRequest() {
    return bytes == 0;
  }

  /** Whether there is a cookie. */
  public boolean isCookie() {
    return bytes > 0;
  }

  /** Whether the option has the form of the experiment. */
  public boolean isExperimental() {
    return experimental;
  }

  public boolean isSameCookie(FastOpenCookie other) {
    return bytes == other.bytes && first == other.first && second == other.second;
  }

  public void clear() {
    bytes = ABSENT;
    experimental = false;
    first = 0;
    second = 0;
  }

  /** An option that asks for a cookie. */
  public void request(boolean inExperimentalForm) {
    clear();
    bytes = 0;
    experimental = inExperimentalForm;
  }

  /** A cookie of eight bytes. */
  public void set(long value, boolean inExperimentalForm) {
    clear();
    bytes = Long.BYTES;
    first = value;
    experimental = inExperimentalForm;
  }

  public void copy(FastOpenCookie other) {
    bytes = other.bytes;
    experimental = other.experimental;
    first = other.first;
    second = other.second;
  }

  /** Takes the value of an option of kind 34, if its length is a legal one. */
  void read(Slab slab, int at, int valueBytes) {
    if (isLegal(valueBytes)) {
      take(slab, at, valueBytes);
    }
  }

  /** Takes the value of an option of kind 254, if it is one of this experiment. */
  void readExperiment(Slab slab, int at, int valueBytes) {
    int cookieBytes = valueBytes - MAGIC_BYTES;
    if (cookieBytes >= 0 && slab.getUnsignedShort(at) == MAGIC && isLegal(cookieBytes)) {
      take(slab, at + MAGIC_BYTES, cookieBytes);
      experimental = true;
    }
  }

  private static boolean isLegal(int bytes) {
    return bytes == 0 || (bytes >= MIN_BYTES && bytes <= MAX_BYTES && bytes % 2 == 0);
  }

  private void take(Slab slab, int at, int valueBytes) {
    clear();
    bytes = valueBytes;
    for (int i = 0; i < valueBytes; i++) {
      long value = (long) slab.getUnsignedByte(at + i) << shift(i);
      if (i < Long.BYTES) {
        first |= value;
      } else {
        second |= value;
      }
    }
  }

  /** Where byte {@code index} stands in its half of the cookie. */
  private static int shift(int index) {
    return (Long.BYTES - 1 - index % Long.BYTES) * Byte.SIZE;
  }

  /** Writes the option, which must not be absent, and returns the offset behind it. */
  public int write(Slab slab, int offset) {
    assert bytes != ABSENT : "no option";
    int at = offset;
    if (experimental) {
      slab.putShort(at, EXPERIMENT << 8 | 2 + MAGIC_BYTES + bytes);
      slab.putShort(at + 2, MAGIC);
      at += 2 + MAGIC_BYTES;
    } else {
      slab.putShort(at, KIND << 8 | 2 + bytes);
      at += 2;
    }
    for (int i = 0; i < bytes; i++) {
      long half = i < Long.BYTES ? first : second;
      slab.putByte(at + i, (int) (half >>> shift(i)) & 0xff);
    }
    return at + bytes;
  }
}
