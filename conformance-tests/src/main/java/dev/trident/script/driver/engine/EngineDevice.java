package dev.trident.script.driver.engine;

import dev.trident.buffer.Packet;
import dev.trident.link.NetworkDevice;
import dev.trident.script.driver.ApiDriver.Sent;
import dev.trident.wire.EthernetHeader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A device whose wire ends in the script: it keeps the datagrams of frames until they are taken,
 * and completes frames only when told to, as hardware does after the call.
 */
final class EngineDevice implements NetworkDevice {
  private static final int TOTAL_LENGTH = 2;

  private final Deque<Sent> sent = new ArrayDeque<>();
  private final Deque<Packet> held = new ArrayDeque<>();
  private long nowNanos;

  /** When frames leave that are posted from now on. */
  void now(long nanos) {
    nowNanos = nanos;
  }

  boolean hasSent() {
    return !sent.isEmpty();
  }

  @Nullable Sent takeSent() {
    return sent.poll();
  }

  /** The wire has read everything that was posted. */
  void complete() {
    for (Packet packet = held.poll(); packet != null; packet = held.poll()) {
      packet.completeByDevice();
    }
  }

  @Override
  public boolean transmit(Packet frame, int queue) {
    if (frame.fragments() != null || frame.needsChecksum()) {
      throw new IllegalStateException("fragments in " + frame + ": sockets here only copy");
    }
    frame.holdForDevice();
    held.add(frame);
    EthernetHeader ethernet = new EthernetHeader(frame.slab()).wrap(frame.slab(), frame.offset());
    ethernet.check(frame.length());
    if (ethernet.type() == EthernetHeader.TYPE_IPV4) {
      int at = frame.offset() + ethernet.headerBytes();
      byte[] datagram = new byte[frame.slab().getUnsignedShort(at + TOTAL_LENGTH)];
      frame.slab().copyTo(at, datagram, 0, datagram.length);
      sent.add(new Sent(nowNanos, ByteBuffer.wrap(datagram)));
    }
    return true;
  }
}
