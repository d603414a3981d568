package dev.trident.wire;

import dev.trident.buffer.Slab;

/**
 * The options of a TCP header: those of RFC 9293 section 3.1, window scale and timestamps (RFC
 * 7323), SACK-permitted and SACK (RFC 2018), fast open (RFC 7413). Unknown options are skipped by
 * their length; at the first one with an illegal length reading stops, and what was read before
 * stays valid.
 */
public final class TcpOptions {
  /** Value of an option that is not there. */
  public static final int ABSENT = -1;

  /** Bytes of all options at most: a header has 60. */
  public static final int MAX_BYTES = 40;

  /** Bytes of an MSS option. */
  public static final int MSS_BYTES = 4;

  /** Largest shift (RFC 7323 section 2.3); larger ones are taken as this. */
  public static final int MAX_WINDOW_SCALE = 14;

  /** Option kind: nothing follows. */
  public static final int END_OF_LIST = 0;

  /** Option kind: fills one byte. */
  public static final int NO_OPERATION = 1;

  private static final int MSS = 2;
  private static final int WINDOW_SCALE = 3;
  private static final int SACK_PERMITTED = 4;
  private static final int SACK = 5;
  private static final int TIMESTAMPS = 8;
  private static final int FAST_OPEN = 34;
  private static final int EXPERIMENT = 254;

  /** Two no-operations, and kind and length of a timestamps option. */
  private static final int ALIGNED_TIMESTAMPS =
      NO_OPERATION << 24 | NO_OPERATION << 16 | TIMESTAMPS << 8 | 10;

  private static final int ALIGNED_TIMESTAMPS_BYTES = 12;

  /** As many as fit into a header. */
  public static final int MAX_SACK_BLOCKS = 4;

  private static final int BLOCK_BYTES = 8;

  private int mss;
  private int windowScale;
  private boolean sackPermitted;
  private boolean timestamps;
  private int tsVal;
  private int tsEcr;
  private int sackBlocks;
  private final int[] sackEdges = new int[2 * MAX_SACK_BLOCKS];
  private final FastOpenCookie fastOpen = new FastOpenCookie();

  /** Forgets everything: a header without options. */
  public void clear() {
    mss = ABSENT;
    windowScale = ABSENT;
    sackPermitted = false;
    timestamps = false;
    sackBlocks = 0;
    if (fastOpen.bytes() != FastOpenCookie.ABSENT) {
      fastOpen.clear();
    }
  }

  /** Sets what a SYN had, of which only this is remembered. */
  public void restore(int maxSegmentBytes, int windowShift, boolean selectiveAck) {
    clear();
    mss = maxSegmentBytes;
    windowScale = windowShift;
    sackPermitted = selectiveAck;
  }

  /** Adds timestamps to what {@link #restore} has set. */
  public void restoreTimestamps(int value, int echo) {
    timestamps = true;
    tsVal = value;
    tsEcr = echo;
  }

  /**
   * Reads {@code lengthBytes} bytes of options at {@code offset}, all inside the segment.
   *
   * @return whether all were well formed
   */
  public boolean read(Slab slab, int offset, int lengthBytes) {
    clear();
    if (lengthBytes == ALIGNED_TIMESTAMPS_BYTES && slab.getInt(offset) == ALIGNED_TIMESTAMPS) {
      // What nearly every segment of a connection has (RFC 7323 appendix A).
      readTimestamps(slab, offset + 4);
      return true;
    }
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
      case SACK -> {
        if (valueBytes == 0 || valueBytes % BLOCK_BYTES != 0) {
          return false;
        }
        sackBlocks = Math.min(valueBytes / BLOCK_BYTES, MAX_SACK_BLOCKS);
        for (int i = 0; i < 2 * sackBlocks; i++) {
          sackEdges[i] = slab.getInt(at + 4 * i);
        }
      }
      case TIMESTAMPS -> {
        if (valueBytes != 8) {
          return false;
        }
        readTimestamps(slab, at);
      }
      // With an illegal length these two are as if they were not there (RFC 7413 section 4.1.1).
      case FAST_OPEN -> fastOpen.read(slab, at, valueBytes);
      case EXPERIMENT -> fastOpen.readExperiment(slab, at, valueBytes);
      default -> {
        // An option this engine does not know is skipped without error (MUST-6).
      }
    }
    return true;
  }

  private void readTimestamps(Slab slab, int at) {
    timestamps = true;
    tsVal = slab.getInt(at);
    tsEcr = slab.getInt(at + 4);
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

  /** Blocks of the SACK option, 0..4. */
  public int sackBlocks() {
    return sackBlocks;
  }

  /** First sequence number of block {@code index}, below {@link #sackBlocks}. */
  public int sackLeft(int index) {
    return sackEdges[2 * index];
  }

  /** Sequence number behind block {@code index}. */
  public int sackRight(int index) {
    return sackEdges[2 * index + 1];
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

  /** The fast open option, until the next options are read; it means something in a SYN only. */
  public FastOpenCookie fastOpen() {
    return fastOpen;
  }

  /** Writes a timestamps option of 10 bytes and returns the offset behind it. */
  public static int writeTimestamps(Slab slab, int at, int tsVal, int tsEcr) {
    slab.putShort(at, TIMESTAMPS << 8 | 10);
    slab.putInt(at + 2, tsVal);
    slab.putInt(at + 6, tsEcr);
    return at + 10;
  }

  /** Writes a SACK-permitted option of 2 bytes and returns the offset behind it. */
  public static int writeSackPermitted(Slab slab, int at) {
    slab.putShort(at, SACK_PERMITTED << 8 | 2);
    return at + 2;
  }

  /**
   * Writes two no-operations and a SACK option and returns the offset behind them.
   *
   * @param edges left and right of each block in turn
   */
  public static int writeSack(Slab slab, int at, int[] edges, int blocks) {
    int length = 2 + blocks * BLOCK_BYTES;
    slab.putInt(at, NO_OPERATION << 24 | NO_OPERATION << 16 | SACK << 8 | length);
    for (int i = 0; i < 2 * blocks; i++) {
      slab.putInt(at + 4 + 4 * i, edges[i]);
    }
    return at + 2 + length;
  }

  /** Writes an MSS option and returns the offset behind it. */
  public static int writeMss(Slab slab, int at, int value) {
    slab.putInt(at, MSS << 24 | MSS_BYTES << 16 | value);
    return at + MSS_BYTES;
  }

  /** Writes a no-operation and a window scale option and returns the offset behind them. */
  public static int writeWindowScale(Slab slab, int at, int shift) {
    slab.putInt(at, NO_OPERATION << 24 | WINDOW_SCALE << 16 | 3 << 8 | shift);
    return at + 4;
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
}
