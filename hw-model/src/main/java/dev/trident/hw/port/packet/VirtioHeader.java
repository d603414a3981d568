package dev.trident.hw.port.packet;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What the kernel says of a frame in front of it: {@code struct virtio_net_hdr}
 * (linux/virtio_net.h, in the machine's byte order).
 *
 * <pre>
 *   0 flags   1 gso_type   2 hdr_len   4 gso_size   6 csum_start   8 csum_offset
 * </pre>
 */
final class VirtioHeader {
  static final int BYTES = 10;

  private static final int FLAGS = 0;
  private static final int GSO_TYPE = 1;
  private static final int GSO_SIZE = 4;
  private static final int CSUM_START = 6;
  private static final int CSUM_OFFSET = 8;

  private static final int NEEDS_CSUM = 1;

  private final MemorySegment memory = Arena.ofAuto().allocate(BYTES, JAVA_SHORT.byteAlignment());

  /** Where the kernel writes it. */
  MemorySegment memory() {
    return memory;
  }

  /** Whether the checksum holds the pseudo-header's sum only. */
  boolean needsChecksum() {
    return (memory.get(JAVA_BYTE, FLAGS) & NEEDS_CSUM) != 0;
  }

  /** Whether the frame is made of several segments. */
  boolean isSuperFrame() {
    return memory.get(JAVA_BYTE, GSO_TYPE) != 0;
  }

  /** Bytes of payload in each of the segments but the last. */
  int segmentBytes() {
    return memory.get(JAVA_SHORT, GSO_SIZE) & 0xffff;
  }

  /** Where summing begins, from the beginning of the frame. */
  int checksumStart() {
    return memory.get(JAVA_SHORT, CSUM_START) & 0xffff;
  }

  /** Where the sum goes, from the beginning of the frame. */
  int checksumField() {
    return checksumStart() + (memory.get(JAVA_SHORT, CSUM_OFFSET) & 0xffff);
  }
}
