package dev.trident.hw.port.vxlan;

import dev.trident.buffer.Slab;

/**
 * The header between UDP and the inner frame (RFC 7348 section 5).
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   |R|R|R|R|I|R|R|R|            Reserved                           |
 *   |                VXLAN Network Identifier (VNI) |   Reserved    |
 * </pre>
 *
 * What is reserved is sent as zero and ignored on receipt.
 */
final class VxlanHeader {
  static final int BYTES = 8;

  private static final int FLAGS = 0;
  private static final int VNI = 4;
  private static final int VNI_SHIFT = 8;
  private static final int FLAG_I = 0x08;

  private VxlanHeader() {}

  static void write(Slab slab, int offset, int vni) {
    slab.putInt(offset + FLAGS, FLAG_I << 24);
    slab.putInt(offset + VNI, vni << VNI_SHIFT);
  }

  /** Whether the identifier is one: the flag I is set. */
  static boolean isValid(Slab slab, int offset) {
    return (slab.getByte(offset + FLAGS) & FLAG_I) != 0;
  }

  static int vni(Slab slab, int offset) {
    return slab.getInt(offset + VNI) >>> VNI_SHIFT;
  }
}
