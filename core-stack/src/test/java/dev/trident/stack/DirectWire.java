package dev.trident.stack;

import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import dev.trident.link.NetInterface;
import dev.trident.link.NetworkDevice;
import dev.trident.wire.EthernetHeader;
import dev.trident.wire.Ipv4Header;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A wire without delay that makes no garbage: a frame is copied into a cell of the other stack when
 * that stack is polled, and completed then. Foreign fragments are not carried.
 */
final class DirectWire implements NetworkDevice {
  private static final int RING = 1_024;
  private static final int IP_CHECKSUM = 10;

  private final @Nullable Packet[] ring = new Packet[RING];
  private final int[] offsets = new int[RING];
  private final int[] lengths = new int[RING];
  private int head;
  private int tail;

  /** Loses every so many frames; 0 for none. */
  int loseEvery;

  /** Lets every so many frames pass the next one; 0 for none. */
  int swapEvery;

  /** Delivers every so many frames twice; 0 for none. */
  int duplicateEvery;

  /** Marks every so many of the frames that can be marked as a congested router does. */
  int markEvery;

  private int frames;
  private int markable;
  private int nextFlowHint;

  @Override
  public boolean transmit(Packet frame, int queue) {
    if (tail - head == RING) {
      return false;
    }
    frame.holdForDevice();
    int place = tail++ & (RING - 1);
    ring[place] = frame;
    offsets[place] = frame.offset();
    lengths[place] = frame.length();
    return true;
  }

  @Override
  public boolean hasRoomFor(int count) {
    return tail - head + count <= RING;
  }

  /** Delivers all frames to the other stack; returns how many. */
  int deliver(NetworkStack to, NetInterface in, int flowHint, long nowNanos) {
    int count = 0;
    while (head != tail) {
      frames++;
      if (isEvery(swapEvery) && tail - head > 1) {
        swap(head & (RING - 1), head + 1 & (RING - 1));
      }
      int place = head++ & (RING - 1);
      Packet frame = Objects.requireNonNull(ring[place]);
      ring[place] = null;
      if (!isEvery(loseEvery)) {
        copy(frame, place, to, in, flowHint, nowNanos);
        if (isEvery(duplicateEvery)) {
          copy(frame, place, to, in, flowHint, nowNanos);
        }
      }
      frame.completeByDevice();
      count++;
    }
    return count;
  }

  private boolean isEvery(int period) {
    return period != 0 && frames % period == 0;
  }

  private void swap(int one, int other) {
    Packet frame = ring[one];
    int offset = offsets[one];
    int length = lengths[one];
    ring[one] = ring[other];
    offsets[one] = offsets[other];
    lengths[one] = lengths[other];
    ring[other] = frame;
    offsets[other] = offset;
    lengths[other] = length;
  }

  private void copy(
      Packet frame, int place, NetworkStack to, NetInterface in, int flowHint, long nowNanos) {
    Packet copy = Objects.requireNonNull(to.pool().allocateForReceive());
    frame.slab().copyTo(offsets[place], to.pool().slab(), copy.offset(), lengths[place]);
    copy.setRange(copy.offset(), lengths[place]);
    mark(to.pool().slab(), copy.offset() + EthernetHeader.BYTES);
    to.receive(copy, in, flowHint, nowNanos);
  }

  /** ECT(0) becomes CE, which is one more, so that the checksum is one less. */
  private void mark(Slab slab, int header) {
    boolean capable = markEvery != 0 && Ipv4Header.ecn(slab, header) == Ipv4Header.ECT_0;
    if (capable && ++markable % markEvery == 0) {
      slab.putByte(header + 1, slab.getUnsignedByte(header + 1) | Ipv4Header.CE);
      int checksum = slab.getUnsignedShort(header + IP_CHECKSUM);
      slab.putShort(header + IP_CHECKSUM, checksum == 0 ? 0xfffe : checksum - 1);
    }
  }

  /** The hint that the last filter asked for. */
  int lastFlowHint() {
    return nextFlowHint;
  }

  @Override
  public int steer(
      int protocol,
      int localAddress,
      int localPort,
      int remoteAddress,
      int remotePort,
      int flowHint) {
    nextFlowHint = flowHint;
    return 0;
  }
}
