package dev.trident.tcp;

import dev.trident.buffer.Slab;
import dev.trident.endpoint.TcpProfile;
import dev.trident.wire.TcpOptions;

/**
 * The options of a SYN about to be sent, in the order in which the stack that a profile imitates
 * writes them. One object serves all connections of a layer.
 */
final class SynOptions {
  private int mss;
  private int windowShift;
  private boolean sackPermitted;
  private boolean timestamps;
  private int tsVal;
  private int tsEcr;

  private final Slab slab;
  private int at;
  private int start;

  SynOptions(Slab slab) {
    this.slab = slab;
  }

  /**
   * Sets the options that every SYN may have.
   *
   * @param maxSegmentBytes the largest segment we receive
   * @param shift the scale of our windows, or {@link TcpOptions#ABSENT}
   */
  void set(int maxSegmentBytes, int shift, boolean sack) {
    mss = maxSegmentBytes;
    windowShift = shift;
    sackPermitted = sack;
    timestamps = false;
  }

  void timestamps(int value, int echo) {
    timestamps = true;
    tsVal = value;
    tsEcr = echo;
  }

  /** Writes the options at {@code offset} and returns their length, a multiple of 4. */
  int write(int offset, TcpProfile.OptionOrder order) {
    start = offset;
    at = TcpOptions.writeMss(slab, offset, mss);
    switch (order) {
      case LINUX -> {
        if (timestamps) {
          // SACK-permitted takes the place of what would align the timestamps.
          if (sackPermitted) {
            writeSackPermitted();
          }
          writeTimestamps();
        } else if (sackPermitted) {
          pad(2);
          writeSackPermitted();
        }
        writeWindowScale();
      }
      case FREEBSD -> {
        writeWindowScale();
        if (sackPermitted) {
          writeSackPermitted();
        }
        if (timestamps) {
          writeTimestamps();
        }
      }
    }
    while ((at - start & 3) != 0) {
      slab.putByte(at++, TcpOptions.END_OF_LIST);
    }
    return at - start;
  }

  private void writeSackPermitted() {
    at = TcpOptions.writeSackPermitted(slab, at);
  }

  /** Its values are to lie on multiples of four bytes. */
  private void writeTimestamps() {
    pad(2);
    at = TcpOptions.writeTimestamps(slab, at, tsVal, tsEcr);
  }

  private void writeWindowScale() {
    if (windowShift != TcpOptions.ABSENT) {
      pad(1);
      at = TcpOptions.writeWindowScale(slab, at, windowShift);
    }
  }

  /** No-operations until the length is {@code remainder} modulo 4. */
  private void pad(int remainder) {
    while ((at - start & 3) != remainder) {
      slab.putByte(at++, TcpOptions.NO_OPERATION);
    }
  }
}
