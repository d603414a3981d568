package dev.trident.link;

import dev.trident.buffer.Packet;

/**
 * What the engine sends frames to: a virtual interface of an adapter model, or a port to a real
 * wire. Received frames and completions come the other way, in the host's poll, never inside these
 * calls.
 */
public interface NetworkDevice {
  /** The ordinary transmit queue; others are transmit alternatives. */
  int DEFAULT_QUEUE = 0;

  /**
   * Posts a whole Ethernet frame without FCS: head and fragments of {@code frame}. On success the
   * device has noted the range and added its own hold ({@link Packet#holdForDevice}), which it
   * gives up in a later poll; the caller keeps its reference, may change the packet's range but not
   * its bytes. A requested checksum ({@link Packet#requestChecksum}) is computed after the gather.
   * A frame with fragments that is shorter than 60 bytes is padded with zeros by the device.
   *
   * @return false if the ring is full: nothing was taken; {@code NetworkStack.onDeviceDrained}
   *     follows
   */
  boolean transmit(Packet frame, int queue);

  /**
   * Whether {@link #transmit} will accept {@code frames} more frames of the ordinary queue in a
   * row. If not, {@code NetworkStack.onDeviceDrained} follows. A device without a ring of its own
   * cannot say, and answers yes.
   */
  default boolean hasRoomFor(int frames) {
    return true;
  }

  /** Frames of the ordinary queue that {@link #transmit} accepts in a row at the very most. */
  default int transmitSlots() {
    return Integer.MAX_VALUE;
  }

  /**
   * Sends what a transmit alternative holds.
   *
   * @throws UnsupportedOperationException if the device has none
   */
  default void releaseQueue(int queue) {
    throw new UnsupportedOperationException("this device has no transmit alternatives");
  }

  /**
   * Drops what a transmit alternative holds.
   *
   * @throws UnsupportedOperationException if the device has none
   */
  default void flushQueue(int queue) {
    throw new UnsupportedOperationException("this device has no transmit alternatives");
  }

  /**
   * Directs a flow to this device's stack. A device that receives everything answers 0, as here.
   *
   * @param protocol 6 or 17
   * @param remoteAddress 0 with port 0: any source
   * @param flowHint passed to {@code NetworkStack.receive} with each matching frame
   * @return a filter id, 0 or more; -1 if the filter table is full
   */
  default int steer(
      int protocol,
      int localAddress,
      int localPort,
      int remoteAddress,
      int remotePort,
      int flowHint) {
    return 0;
  }

  /** Removes a filter that {@link #steer} returned. */
  default void unsteer(int filter) {}

  /**
   * Says that this device's stack listens to {@code group}, or no more: it is to receive the
   * group's frames, even if filters of other stacks match them. A device with one stack needs to do
   * nothing.
   */
  default void listen(int group, boolean on) {}
}
