package dev.trident.tcp;

import dev.trident.buffer.Slab;
import dev.trident.endpoint.TcpProfile.OptionOrder;
import dev.trident.wire.FastOpenCookie;
import dev.trident.wire.TcpOptions;

/**
 * The options of one SYN or SYN,ACK, laid out as the stack that a profile follows does it. Peers
 * and middleboxes tell stacks apart by this, and scripts demand it byte by byte.
 *
 * <pre>
 *   LINUX     mss, nop, nop, sackOK, nop, wscale     mss, sackOK, TS, nop, wscale
 *   FREEBSD   mss, nop, wscale, sackOK, TS           mss, sackOK, eol, eol
 * </pre>
 *
 * <p>Fast open comes last in both, filled up with no-operations or ends of the list.
 */
final class SynOptions {
  private int mss;
  private int windowShift;
  private boolean sackPermitted;
  private boolean timestamps;
  private int tsVal;
  private int tsEcr;
  private final FastOpenCookie fastOpen = new FastOpenCookie();

  /** The largest segment we receive; all other options are absent. */
  SynOptions begin(int maxSegmentBytes) {
    mss = maxSegmentBytes;
    windowShift = TcpOptions.ABSENT;
    sackPermitted = false;
    timestamps = false;
    fastOpen.clear();
    return this;
  }

  /** The scale of our windows, or {@link TcpOptions#ABSENT}. */
  SynOptions windowShift(int shift) {
    windowShift = shift;
    return this;
  }

  SynOptions sackPermitted() {
    sackPermitted = true;
    return this;
  }

  SynOptions timestamps(int value, int echo) {
    timestamps = true;
    tsVal = value;
    tsEcr = echo;
    return this;
  }

  SynOptions fastOpen(FastOpenCookie cookie) {
    fastOpen.copy(cookie);
    return this;
  }

  /** Writes them at {@code offset} and returns how many bytes they take, a multiple of 4. */
  int write(Slab slab, int offset, OptionOrder order) {
    int behindMss = TcpOptions.writeMss(slab, offset, mss);
    int end =
        switch (order) {
          case LINUX -> writeLinux(slab, behindMss);
          case FREEBSD -> writeFreeBsd(slab, offset, behindMss);
        };
    return end - offset;
  }

  private int writeLinux(Slab slab, int offset) {
    int at = offset;
    if (sackPermitted || timestamps) {
      at = sackPermitted ? at : TcpOptions.writeNoOperations(slab, at, 2);
      at = timestamps || !sackPermitted ? at : TcpOptions.writeNoOperations(slab, at, 2);
      at = sackPermitted ? TcpOptions.writeSackPermitted(slab, at) : at;
      at = timestamps ? TcpOptions.writeTimestamps(slab, at, tsVal, tsEcr) : at;
    }
    if (windowShift != TcpOptions.ABSENT) {
      at = TcpOptions.writeWindowScale(slab, at, windowShift);
    }
    if (fastOpen.bytes() != FastOpenCookie.ABSENT) {
      int end = fastOpen.write(slab, at);
      at = TcpOptions.writeNoOperations(slab, end, -(end - at) & 3);
    }
    return at;
  }

  /** Timestamps begin two bytes behind a boundary of four, so that their values lie on one. */
  private int writeFreeBsd(Slab slab, int start, int offset) {
    int at = offset;
    if (windowShift != TcpOptions.ABSENT) {
      at = TcpOptions.writeWindowScale(slab, at, windowShift);
    }
    if (sackPermitted) {
      at = TcpOptions.writeSackPermitted(slab, at);
    }
    if (timestamps) {
      at = TcpOptions.writeNoOperations(slab, at, 2 - (at - start & 3));
      at = TcpOptions.writeTimestamps(slab, at, tsVal, tsEcr);
    }
    if (fastOpen.bytes() != FastOpenCookie.ABSENT) {
      at = fastOpen.write(slab, at);
    }
    return TcpOptions.writeEnds(slab, at, -(at - start) & 3);
  }
}
