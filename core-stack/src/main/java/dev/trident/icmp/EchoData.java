package dev.trident.icmp;

import dev.trident.buffer.Fragment;
import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.buffer.Run;
import dev.trident.buffer.Slab;
import dev.trident.wire.InternetChecksum;

/**
 * The data of our echo requests: each byte is the low octet of its place, so that a reply can be
 * compared without anything being kept.
 */
final class EchoData {
  /** A request with more data has the rest in a run. A multiple of the pattern's length. */
  private static final int HEAD_BYTES = 1_024;

  /** What fits behind the headers of an unfragmented datagram, and into a cell. */
  private static final int MAX_IN_CELL_BYTES = 1_472;

  private static final int PATTERN_BYTES = 256;

  private EchoData() {}

  /** Fills an empty packet with {@code bytes} of data; false if there is no memory for it. */
  static boolean fill(Packet packet, PacketPool pool, int bytes) {
    int inHead = bytes <= MAX_IN_CELL_BYTES ? bytes : HEAD_BYTES;
    int rest = bytes - inHead;
    if (rest > 0) {
      Run run = pool.allocateRun(rest);
      if (run == null) {
        return false;
      }
      write(pool.slab(), run.base(), rest);
      packet.append(pool.fragmentOf(run, run.base(), rest));
      run.release();
    }
    packet.setRange(packet.offset(), inHead);
    write(pool.slab(), packet.offset(), inHead);
    return true;
  }

  private static void write(Slab slab, int offset, int bytes) {
    int done = Math.min(bytes, PATTERN_BYTES);
    for (int i = 0; i < done; i++) {
      slab.putByte(offset + i, i);
    }
    while (done < bytes) {
      int more = Math.min(bytes - done, PATTERN_BYTES);
      slab.copy(offset, offset + done, more);
      done += more;
    }
  }

  /** The sum over header and data of a request; the head has an even number of bytes, or all. */
  static long sum(Packet packet) {
    long sum = InternetChecksum.sum(packet.slab(), packet.offset(), packet.length());
    for (Fragment part = packet.fragments(); part != null; part = part.next()) {
      sum += InternetChecksum.sum(packet.slab(), part.slabOffset(), part.lengthBytes());
    }
    return sum;
  }

  /** Whether the data behind the first {@code skip} bytes of a reply is what was sent. */
  static boolean isIntact(Packet reply, int skip) {
    Slab slab = reply.slab();
    int place = reply.length() - skip;
    if (!isIntact(slab, reply.offset() + skip, place, 0)) {
      return false;
    }
    for (Fragment part = reply.fragments(); part != null; part = part.next()) {
      if (!isIntact(slab, part.slabOffset(), part.lengthBytes(), place)) {
        return false;
      }
      place += part.lengthBytes();
    }
    return true;
  }

  private static boolean isIntact(Slab slab, int offset, int bytes, int place) {
    for (int i = 0; i < bytes; i++) {
      if (slab.getByte(offset + i) != (byte) (place + i)) {
        return false;
      }
    }
    return true;
  }
}
