package dev.trident.hw.port.shm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.VarHandle;

/**
 * The file that two processes map: words in the machine's byte order.
 *
 * <pre>
 *   0     magic, version, slots of a ring, bytes of a slot, joins so far
 *   128   end 0: which join it is (0: nobody), process number       256   end 1: the same
 *   384   end 0 sleeps (1) or not (0)                               512   end 1: the same
 *   640   ring 0: tail   768  ring 0: head                          896   ring 1   1024  ring 1
 *   4096  slots of ring 0, then those of ring 1;     a slot: 0 mark, 8 frame
 * </pre>
 *
 * <p>End {@code i} sends by ring {@code i} and receives by the other. What different processes
 * write lies 128 bytes apart, as processors fetch lines of 64 bytes in pairs.
 *
 * <p>A mark is written when its frame is there, and says which frame that is and how long. A reader
 * waits for the mark of the next frame, so that a short frame comes with the very cache lines that
 * tell of it; a tail to look at would have to come from the other processor before. Both rings fit
 * into a processor's cache. The tail is for those who come later.
 */
final class Layout {
  static final VarHandle INT = JAVA_INT.varHandle();
  static final VarHandle LONG = JAVA_LONG.varHandle();

  static final int MAGIC = 0x5472_6964;
  static final int VERSION = 2;
  static final int SLOTS = 256;
  static final int SLOT_BYTES = 2048;

  static final int MAGIC_AT = 0;
  static final int VERSION_AT = 4;
  static final int SLOTS_AT = 8;
  static final int SLOT_BYTES_AT = 12;
  static final int JOINS_AT = 16;

  /** No join: nobody is at that end. */
  static final int NOBODY = 0;

  /** From the join of an end to its process number. */
  static final int PROCESS = 4;

  /** Of a frame within its slot. */
  static final int FRAME = 8;

  /** Longest frame that fits. */
  static final int MAX_FRAME_BYTES = SLOT_BYTES - FRAME;

  /** Shortest frame: an Ethernet header. */
  static final int MIN_FRAME_BYTES = 14;

  private static final int APART = 128;
  private static final int FIRST_END = APART;
  private static final int FIRST_SLEEPER = 3 * APART;
  private static final int FIRST_RING = 5 * APART;
  private static final int FIRST_SLOT = 4096;

  /** Length of the file. */
  static final int BYTES = FIRST_SLOT + 2 * SLOTS * SLOT_BYTES;

  private Layout() {}

  /** Where it says who is at {@code end}. */
  static int end(int end) {
    return FIRST_END + end * APART;
  }

  /** Where it says whether {@code end} sleeps. */
  static int sleeper(int end) {
    return FIRST_SLEEPER + end * APART;
  }

  /** The count of frames ever put into {@code ring}. */
  static int tail(int ring) {
    return FIRST_RING + 2 * ring * APART;
  }

  /** The count of frames ever taken from {@code ring}. */
  static int head(int ring) {
    return FIRST_RING + (2 * ring + 1) * APART;
  }

  /** The slot of the frame with that count, which is within the file whatever the count. */
  static int slot(int ring, int count) {
    return FIRST_SLOT + (ring * SLOTS + (count & (SLOTS - 1))) * SLOT_BYTES;
  }

  /** The mark of the frame that {@code count} frames came before. */
  static long mark(int count, int lengthBytes) {
    return (long) (count + 1) << 32 | lengthBytes;
  }

  /** Whether {@code mark} is that of the frame that {@code count} frames came before. */
  static boolean isOf(long mark, int count) {
    return (int) (mark >>> 32) == count + 1;
  }

  /** What a mark says of its frame's length. */
  static int length(long mark) {
    return (int) mark;
  }
}
