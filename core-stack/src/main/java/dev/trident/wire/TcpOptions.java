package dev.trident.wire;

import dev.trident.buffer.Slab;

/**
 * The options of a TCP header: those of RFC 9293 section 3.1, window scale and timestamps (RFC
 * 7323), SACK-permitted (RFC 2018). Unknown options are skipped by their length; at the first one
 * with an illegal length reading stops, and what was read before stays valid.
 */
public final class TcpOptions {
  /** Value of an option that is not there. */
  public static final int ABSENT = -1;

  /** Bytes of an MSS option. */
  public static final int MSS_BYTES = 4;

  /** Bytes of a window scale option with the no-operation that aligns it. */
  public static final int WINDOW_SCALE_BYTES = 4;

  /** Largest shift (RFC 7323 section 2.3); larger ones are taken as this. */
  public static final int MAX_WINDOW_SCALE = 14;

  private static final int END_OF_LIST = 0;
  private static final int NO_OPERATION = 1;
  private static final int MSS = 2;
  private static final int WINDOW_SCALE = 3;
  private static final int SACK_PERMITTED = 4;
  private static final int TIMESTAMPS = 8;

  private int mss;
  private int windowScale;
  private boolean sackPermitted;
  private boolean timestamps;
  private int tsVal;
  private int tsEcr;

  /** Forgets everything: a header without options. */
  public void clear() {
    mss = ABSENT;
    windowScale = ABSENT;
    sackPermitted = false;
    timestamps = false;
  }

  /**
   * Reads {@code lengthBytes} bytes of options at {@code offset}, all inside the segment.
   *
   * @return whether all were well formed
   */
  public boolean read(Slab slab, int offset, int lengthBytes) {
    clear();
    int at = offset;
    int end = offset + lengthBytes;
    while (at < end) {
      int kind = slab.getUnsignedByte(at);
      if (kind == END_OF_LIST) {
        return true;
      }
      if (kind == NO_OPERATION) {
        at++;
        continue;
      }
      if (end - at < 2) {
        return false;
      }
      int length = slab.getUnsignedByte(at + 1);
      if (length < 2 || length > end - at || !readOne(slab, kind, at + 2, length - 2)) {
        return false;
      }
      at += length;
    }
    return true;
  }

  /** Reads the value of one option; false if a known one has another length than its RFC says. */
  private boolean readOne(Slab slab, int kind, int at, int valueBytes) {
    switch (kind) {
      case MSS -> {
        if (valueBytes != 2) {
          return false;
        }
        mss = slab.getUnsignedShort(at);
      }
      case WINDOW_SCALE -> {
        if (valueBytes != 1) {
          return false;
        }
        windowScale = Math.min(slab.getUnsignedByte(at), MAX_WINDOW_SCALE);
      }
      case SACK_PERMITTED -> {
        if (valueBytes != 0) {
          return false;
        }
        sackPermitted = true;
      }
      case TIMESTAMPS -> {
        if (valueBytes != 8) {
          return false;
        }
        timestamps = true;
        tsVal = slab.getInt(at);
        tsEcr = slab.getInt(at + 4);
      }
      default -> {
        // An option this engine does not know is skipped without error (MUST-6).
      }
    }
    return true;
  }

  /** The peer's maximum segment size, 0..65535, or {@link #ABSENT}. */
  public int mss() {
    return mss;
  }

  /** The shift of the peer's windows, 0..14, or {@link #ABSENT}. */
  public int windowScale() {
    return windowScale;
  }

  public boolean sackPermitted() {
    return sackPermitted;
  }

  public boolean hasTimestamps() {
    return timestamps;
  }

  /** TSval; meaningful if {@link #hasTimestamps}. */
  public int tsVal() {
    return tsVal;
  }

  /** TSecr; meaningful if {@link #hasTimestamps}. */
  public int tsEcr() {
    return tsEcr;
  }

  /** Writes an MSS option and returns the offset behind it. */
  public static int writeMss(Slab slab, int at, int value) {
    slab.putInt(at, MSS << 24 | MSS_BYTES << 16 | value);
    return at + MSS_BYTES;
  }

  /** Writes a no-operation and a window scale option and returns the offset behind them. */
  public static int writeWindowScale(Slab slab, int at, int shift) {
    slab.putInt(at, NO_OPERATION << 24 | WINDOW_SCALE << 16 | 3 << 8 | shift);
    return at + WINDOW_SCALE_BYTES;
  }

  /** Writes {@code count} no-operations and returns the offset behind them. */
  public static int writeNoOperations(Slab slab, int at, int count) {
    for (int i = 0; i < count; i++) {
      slab.putByte(at + i, NO_OPERATION);
    }
    return at + count;
  }

  /** Writes {@code count} ends of the list, which are padding, and returns the offset behind. */
  public static int writeEnds(Slab slab, int at, int count) {
    for (int i = 0; i < count; i++) {
      slab.putByte(at + i, END_OF_LIST);
    }
    return at + count;
  }

  /** Writes a SACK-permitted option, unaligned, and returns the offset behind it. */
  public static int writeSackPermitted(Slab slab, int at) {
    slab.putShort(at, SACK_PERMITTED << 8 | 2);
    return at + 2;
  }

  /** Writes a timestamps option, unaligned, and returns the offset behind it. */
  public static int writeTimestamps(Slab slab, int at, int tsVal, int tsEcr) {
    slab.putShort(at, TIMESTAMPS << 8 | 10);
    slab.putInt(at + 2, tsVal);
    slab.putInt(at + 6, tsEcr);
    return at + 10;
  }
}
