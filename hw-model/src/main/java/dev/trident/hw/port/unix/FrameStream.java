package dev.trident.hw.port.unix;

/** How frames are told apart in a stream of bytes. */
final class FrameStream {
  /** The length before each frame, in network order. */
  static final int LENGTH_BYTES = 4;

  /** Shortest frame: an Ethernet header. */
  static final int MIN_FRAME_BYTES = 14;

  /**
   * Longest frame that is waited for: an Ethernet header with a VLAN tag, and the largest IPv4
   * datagram, as peers may believe that a stream carries any. A greater length is not one: the two
   * sides no longer agree where frames begin.
   */
  static final int MAX_FRAME_BYTES = 18 + 65_535;

  private FrameStream() {}
}
