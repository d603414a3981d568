package dev.trident.tcp;

import dev.trident.endpoint.StackError;
import dev.trident.wire.SequenceNumber;

/**
 * RCV.UP (RFC 9293 section 3.3.1) and where the user stands to it. Made with the first urgent
 * pointer that arrives.
 *
 * <pre>
 *      read | queue                            to come
 *    -------|------------------ U -----------|-----------
 *           |&lt;---- offset ----&gt;|  rcvUp     rcvNxt
 * </pre>
 *
 * <p>The mark is the last urgent octet, U. In line it is an octet as any other (RFC 6093 section
 * 6); otherwise it is taken out of the queue when it arrives, and the mark is the place where it
 * was. There is one mark and one octet at a time: a later one replaces them.
 */
final class ReceiveUrgent {
  static final int NONE = -1;

  private int rcvUp;

  /** Octets of the stream to be read before the mark; {@link #NONE} without a mark. */
  private int offset = NONE;

  /** The octet that was taken out, 0..255; {@link #NONE} if there is none or the user has it. */
  private int octet = NONE;

  private boolean takenOut;

  /**
   * SEG.UP has arrived. RCV.UP never moves back, and data that is here already is no news.
   *
   * @param unreadBytes in the queue, all of them before {@code rcvNxt}
   * @return whether there is a mark that was not there before
   */
  boolean onPointer(int segUp, int rcvNxt, int unreadBytes) {
    int known = offset == NONE ? rcvNxt : SequenceNumber.later(rcvUp, rcvNxt);
    if (SequenceNumber.lessOrEqual(segUp, known)) {
      return false;
    }
    rcvUp = segUp;
    offset = segUp - 1 - rcvNxt + unreadBytes;
    octet = NONE;
    takenOut = false;
    return true;
  }

  /** Data has been queued: takes the last urgent octet out of it, if it is there. */
  void takeOutOf(ReceiveQueue queue) {
    if (!takenOut && offset != NONE && offset < queue.bytes()) {
      octet = queue.pull(offset);
      takenOut = true;
    }
  }

  /**
   * The user has read {@code count} octets of the stream.
   *
   * @return whether the mark has been passed
   */
  boolean onConsumed(int count) {
    if (offset == NONE) {
      return false;
    }
    boolean passed = count > offset;
    offset = passed ? NONE : offset - count;
    return passed;
  }

  /** The stream ends with what is queued: a mark behind that never comes. True if there was one. */
  boolean onEnd(int unreadBytes) {
    if (takenOut || offset < unreadBytes) {
      return false;
    }
    offset = NONE;
    return true;
  }

  int offset() {
    return offset;
  }

  /** The octet that was taken out, or an error as {@code StreamEndpoint.receiveUrgent} says it. */
  int octet() {
    if (octet != NONE) {
      return octet;
    }
    boolean toCome = offset != NONE && !takenOut;
    return (toCome ? StackError.WOULD_BLOCK : StackError.INVALID_ARGUMENT).code;
  }

  /** The user has the octet. */
  void forgetOctet() {
    octet = NONE;
  }
}
