package dev.trident.tcp;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.buffer.SendLoan;
import dev.trident.buffer.Slab;
import dev.trident.buffer.Storage;
import dev.trident.buffer.UserFree;
import dev.trident.endpoint.StackError;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what a user sends into packets of at most one segment: copied, cut from a loan, or made of a
 * message's own memory. Has no state of its own.
 */
final class Packetizer {
  /** Room for the largest headers in front of a payload: Ethernet with tag, IPv4, TCP options. */
  private static final int MIN_HEADROOM_BYTES = 18 + 20 + 60;

  private final PacketPool pool;
  private final Slab slab;
  private final Counters counters;

  Packetizer(PacketPool pool, Counters counters) {
    this.pool = pool;
    this.counters = counters;
    slab = pool.slab();
  }

  /** Whether {@code length} bytes at {@code index} are there and the buffer is alive. */
  static boolean isUsable(ByteBuf buffer, int index, int length) {
    return index >= 0 && length >= 0 && index <= buffer.capacity() - length && buffer.refCnt() > 0;
  }

  /** As many bytes as there is room for: a count, or an error. */
  int copy(Sender sender, ByteBuf buffer, int index, int length) {
    if (!isUsable(buffer, index, length)) {
      return StackError.BAD_BUFFER.code;
    }
    int wanted = Math.min(length, sender.spaceBytes());
    if (wanted <= 0) {
      return length == 0 ? 0 : StackError.WOULD_BLOCK.code;
    }
    int done = copyAll(sender, buffer, index, wanted);
    return done == 0 ? StackError.NO_BUFFERS.code : done;
  }

  /** Copies {@code wanted} bytes, whatever the limit, or as many as there are cells for. */
  private int copyAll(Sender sender, ByteBuf buffer, int index, int wanted) {
    int done = appendToTail(sender, buffer, index, wanted);
    while (done < wanted) {
      Packet packet = pool.allocate();
      if (packet == null) {
        break;
      }
      int count = Math.min(wanted - done, sender.smss());
      slab.copyFrom(buffer, index + done, packet.offset(), count);
      packet.payloadOffset = packet.offset();
      packet.payloadBytes = count;
      sender.enqueue(packet);
      done += count;
    }
    counters.add(Counter.BYTES_COPIED_IN, done);
    return done;
  }

  /** Fills up a last segment that was not transmitted and whose memory nobody else sees. */
  private int appendToTail(Sender sender, ByteBuf buffer, int index, int wanted) {
    Packet tail = sender.buffer().unsentTail();
    if (tail == null || tail.fragments() != null || tail.references() != 1) {
      return 0;
    }
    int end = tail.payloadOffset + tail.payloadBytes;
    int room =
        Math.min(sender.smss() - tail.payloadBytes, tail.base() + tail.capacityBytes() - end);
    int count = Math.min(wanted, room);
    if (count <= 0) {
      return 0;
    }
    slab.copyFrom(buffer, index, end, count);
    tail.payloadBytes += count;
    sender.onAppended(count);
    return count;
  }

  /** All bytes as shares of a loan: {@code length}, or an error and nothing was retained. */
  int lend(Sender sender, ByteBuf buffer, int index, int length, Object token, UserFree free) {
    if (!isUsable(buffer, index, length)) {
      return StackError.BAD_BUFFER.code;
    }
    int shortage = shortage(sender, length);
    if (shortage != 0) {
      return shortage;
    }
    SendLoan loan = pool.lend(buffer, token, free);
    if (loan == null) {
      return StackError.NO_BUFFERS.code;
    }
    if (buffer instanceof CellBuf cell && !isOurs(cell)) {
      copyAll(sender, buffer, index, length);
    } else {
      for (int done = 0; done < length; done += sender.smss()) {
        int count = Math.min(length - done, sender.smss());
        Packet packet = Objects.requireNonNull(pool.allocate());
        packet.append(pool.fragmentOf(loan, index + done, count));
        enqueueHeader(sender, packet, count);
      }
    }
    loan.release();
    counters.increment(Counter.BUFFERS_TO_ENGINE);
    return length;
  }

  /** All bytes of a message, whose reference becomes the engine's; or an error, and it does not. */
  int adopt(Sender sender, CellBuf message, int length) {
    if (!isUsable(message, 0, length)) {
      return StackError.BAD_BUFFER.code;
    }
    int shortage = shortage(sender, length);
    if (shortage != 0) {
      return shortage;
    }
    int from = message.slabOffset();
    Storage storage = isOurs(message) ? message.detach() : null;
    if (storage == null) {
      copyAll(sender, message, 0, length);
      message.release();
    } else if (storage instanceof Packet packet
        && length <= sender.smss()
        && from - packet.base() >= MIN_HEADROOM_BYTES) {
      packet.payloadOffset = from;
      packet.payloadBytes = length;
      packet.transmissions = 0;
      sender.enqueue(packet);
    } else {
      for (int done = 0; done < length; done += sender.smss()) {
        int count = Math.min(length - done, sender.smss());
        Packet packet = Objects.requireNonNull(pool.allocate());
        packet.append(pool.fragmentOf(storage, from + done, count));
        enqueueHeader(sender, packet, count);
      }
      storage.release();
    }
    counters.increment(Counter.BUFFERS_TO_ENGINE);
    return length;
  }

  private static void enqueueHeader(Sender sender, Packet packet, int payloadBytes) {
    packet.payloadOffset = packet.offset();
    packet.payloadBytes = payloadBytes;
    sender.enqueue(packet);
  }

  private boolean isOurs(CellBuf handle) {
    @Nullable Storage storage = handle.storage();
    return storage != null && storage.pool() == pool;
  }

  /** Why what needs a cell for each segment cannot be had now, or never: 0, or an error. */
  private int shortage(Sender sender, int length) {
    int needed = (length + sender.smss() - 1) / sender.smss();
    if (needed + PacketPool.RESERVED_CELLS > pool.cells()) {
      return StackError.MESSAGE_TOO_LONG.code;
    }
    return pool.hasCellsToSend(needed) ? 0 : StackError.NO_BUFFERS.code;
  }

  /** Copies the first {@code length} bytes of a queue to a user's buffer. */
  void copyOut(ReceiveQueue queue, ByteBuf buffer, int index, int length) {
    int done = 0;
    for (Packet packet = queue.head(); done < length; packet = packet.next) {
      int count = Math.min(Objects.requireNonNull(packet).payloadBytes, length - done);
      slab.copyTo(packet.payloadOffset, buffer, index + done, count);
      done += count;
    }
    counters.add(Counter.BYTES_COPIED_OUT, length);
  }
}
