package dev.trident.simulation;

import dev.trident.c.C;
import io.netty.buffer.ByteBuf;

/**
 * What is sent: each byte follows from the program, the direction and the position, so that a
 * receiver knows what must be at a position, and a byte out of place shows.
 */
final class Pattern {
  private Pattern() {}

  static byte at(int program, int direction, int position) {
    int mixed = position * 0x9E3779B1 + program * 0x85EBCA6B + direction * 0x27D4EB2F;
    mixed ^= mixed >>> 15;
    return (byte) (mixed ^ mixed >>> 8);
  }

  /** Fresh memory with positions 0 to {@code length} exclusive. */
  static ByteBuf make(int program, int direction, int length) {
    ByteBuf buffer = C.malloc(Math.max(length, 1));
    for (int i = 0; i < length; i++) {
      buffer.setByte(i, at(program, direction, i));
    }
    return buffer;
  }

  /**
   * Compares {@code length} bytes of {@code buffer} from {@code index} with those from {@code
   * position}; returns the first position that differs, or -1.
   */
  static int firstWrong(
      ByteBuf buffer, int index, int length, int program, int direction, int position) {
    for (int i = 0; i < length; i++) {
      if (buffer.getByte(index + i) != at(program, direction, position + i)) {
        return position + i;
      }
    }
    return -1;
  }
}
