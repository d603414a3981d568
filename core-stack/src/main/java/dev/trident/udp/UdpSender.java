package dev.trident.udp;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.buffer.Run;
import dev.trident.buffer.SendLoan;
import dev.trident.buffer.Slab;
import dev.trident.buffer.Storage;
import dev.trident.buffer.UserFree;
import dev.trident.endpoint.StackError;
import dev.trident.ip.Path;
import dev.trident.link.EthernetFraming;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.wire.EthernetHeader;
import dev.trident.wire.InternetChecksum;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.UdpHeader;
import io.netty.buffer.ByteBuf;
import java.util.Objects;

/**
 * Makes one UDP datagram of a user's bytes, by copying, on loan or in place, and sends it. The
 * caller has checked buffer, range and length.
 */
final class UdpSender {
  private static final int NO_BUFFERS = StackError.NO_BUFFERS.code;

  /** Frames of less payload than this are padded, so bytes behind the payload are overwritten. */
  private static final int UNPADDED_PAYLOAD_BYTES =
      EthernetHeader.MIN_FRAME_BYTES - EthernetHeader.BYTES - Ipv4Header.BYTES - UdpHeader.BYTES;

  private static final int MAX_PAYLOAD_IN_CELL_BYTES =
      Packet.CELL_BYTES - Packet.TRANSMIT_HEADROOM_BYTES;

  private final PacketPool pool;
  private final Slab slab;
  private final Counters counters;
  private final UdpOutput ip;

  private final LargePayload large;
  private int[] pieceIndexes = new int[0];
  private int[] pieceLengths = new int[0];

  /** TTL of what is sent, 1..255. */
  int ttl;

  /** TOS octet of what is sent. */
  int tos;

  /** Whether what is sent may not be fragmented on its way. */
  boolean dontFragment;

  UdpSender(PacketPool pool, Counters counters, UdpOutput ip, int ttl) {
    this.pool = pool;
    this.counters = counters;
    this.ip = ip;
    this.ttl = ttl;
    slab = pool.slab();
    large = new LargePayload(pool);
  }

  /** Largest payload that {@code path} carries in one piece. */
  int maxPayloadBytes(Path path) {
    return ip.mtuBytes(path) - Ipv4Header.BYTES - UdpHeader.BYTES;
  }

  /** Largest payload that can be sent by {@code path}, in fragments if that is allowed. */
  int maxMessageBytes(Path path) {
    return ip.maxMessageBytes(path, dontFragment) - UdpHeader.BYTES;
  }

  int copy(ByteBuf buffer, int index, int length, Path path, int localPort, int remotePort) {
    Packet packet = pool.allocate();
    if (packet == null) {
      return NO_BUFFERS;
    }
    if (length > MAX_PAYLOAD_IN_CELL_BYTES) {
      boolean isAppended = large.append(packet, buffer, index, length);
      return finishLargeCopy(packet, isAppended, length, path, localPort, remotePort);
    }
    slab.copyFrom(buffer, index, packet.offset(), length);
    return finishCopy(packet, length, path, localPort, remotePort);
  }

  int gather(
      ByteBuf[] buffers,
      int[] indexes,
      int[] lengths,
      int count,
      int total,
      Path path,
      int localPort,
      int remotePort) {
    Packet packet = pool.allocate();
    if (packet == null) {
      return NO_BUFFERS;
    }
    if (total > MAX_PAYLOAD_IN_CELL_BYTES) {
      boolean isAppended = large.append(packet, buffers, indexes, lengths, total);
      return finishLargeCopy(packet, isAppended, total, path, localPort, remotePort);
    }
    int to = packet.offset();
    for (int i = 0; i < count; i++) {
      slab.copyFrom(buffers[i], indexes[i], to, lengths[i]);
      to += lengths[i];
    }
    return finishCopy(packet, total, path, localPort, remotePort);
  }

  private int finishCopy(Packet packet, int length, Path path, int localPort, int remotePort) {
    counters.add(Counter.BYTES_COPIED_IN, length);
    packet.setRange(packet.offset(), length);
    long sum = InternetChecksum.sum(slab, packet.offset(), length);
    int result = transmit(packet, length, sum, path, localPort, remotePort);
    packet.release();
    return result;
  }

  private int finishLargeCopy(
      Packet packet, boolean isAppended, int length, Path path, int localPort, int remotePort) {
    int result = NO_BUFFERS;
    if (isAppended) {
      counters.add(Counter.BYTES_COPIED_IN, length);
      result = transmit(packet, length, large.sum(), path, localPort, remotePort);
    }
    packet.release();
    return result;
  }

  /** Header in a cell, payload in the user's buffer: the device sums while it gathers. */
  int loan(
      ByteBuf buffer,
      int index,
      int length,
      Object token,
      UserFree free,
      Path path,
      int localPort,
      int remotePort) {
    SendLoan loan = pool.lend(buffer, token, free);
    if (loan == null) {
      return NO_BUFFERS;
    }
    int result =
        isOfAnotherStack(buffer)
            ? copy(buffer, index, length, path, localPort, remotePort)
            : sendLent(loan, index, length, path, localPort, remotePort);
    if (result < 0) {
      loan.cancel();
    } else {
      counters.increment(Counter.BUFFERS_TO_ENGINE);
    }
    loan.release();
    return result;
  }

  private boolean isOfAnotherStack(ByteBuf buffer) {
    Storage storage = buffer instanceof CellBuf cell ? cell.storage() : null;
    return storage != null && storage.pool() != pool;
  }

  /** The caller keeps its share, so that a refusal can still cancel the loan. */
  private int sendLent(
      SendLoan loan, int index, int length, Path path, int localPort, int remotePort) {
    Packet packet = pool.allocate();
    if (packet == null) {
      return NO_BUFFERS;
    }
    if (length > 0) {
      packet.append(pool.fragmentOf(loan, index, length));
    }
    int datagramBytes = length + UdpHeader.BYTES;
    int udp = packet.push(UdpHeader.BYTES);
    long pseudoHeader =
        InternetChecksum.pseudoHeader(
            path.source(), path.destination(), Ipv4Header.PROTOCOL_UDP, datagramBytes);
    UdpHeader.write(
        slab, udp, localPort, remotePort, datagramBytes, InternetChecksum.fold(pseudoHeader));
    packet.requestChecksum(udp, udp + UdpHeader.CHECKSUM);
    int result = ip.send(packet, path, Ipv4Header.PROTOCOL_UDP, ttl, tos, dontFragment);
    packet.release();
    return result;
  }

  /** In place, unless a handle is shared or of another stack: then all is copied. */
  int pieces(CellBuf[] pieces, int count, int length, Path path, int localPort, int remotePort) {
    int result =
        areExclusive(pieces, count)
            ? sendMemory(pieces, length, path, localPort, remotePort)
            : copy(pieces, length, path, localPort, remotePort);
    if (result == 0) {
      counters.add(Counter.BUFFERS_TO_ENGINE, count);
      for (int i = 0; i < count; i++) {
        pieces[i].release();
      }
    }
    return result;
  }

  private boolean areExclusive(CellBuf[] pieces, int count) {
    for (int i = 0; i < count; i++) {
      Storage storage = pieces[i].storage();
      if (storage == null || storage.pool() != pool || pieces[i].refCnt() != 1) {
        return false;
      }
    }
    return true;
  }

  private int sendMemory(CellBuf[] pieces, int length, Path path, int localPort, int remotePort) {
    Packet packet = pool.allocate();
    if (packet == null) {
      return NO_BUFFERS;
    }
    long sum = 0;
    int done = 0;
    for (int i = 0; done < length; i++) {
      int here = Math.min(length - done, pieces[i].capacity());
      Storage storage = Objects.requireNonNull(pieces[i].storage());
      long part = InternetChecksum.sum(slab, pieces[i].slabOffset(), here);
      sum += (done & 1) == 0 ? part : InternetChecksum.atOddOffset(part);
      packet.append(pool.fragmentOf(storage, pieces[i].slabOffset(), here));
      done += here;
    }
    int result = transmit(packet, length, sum, path, localPort, remotePort);
    packet.release();
    return result;
  }

  private int copy(CellBuf[] pieces, int length, Path path, int localPort, int remotePort) {
    if (pieceLengths.length < pieces.length) {
      pieceIndexes = new int[pieces.length];
      pieceLengths = new int[pieces.length];
    }
    int count = 0;
    for (int left = length; left > 0; count++) {
      pieceLengths[count] = Math.min(left, pieces[count].capacity());
      left -= pieceLengths[count];
    }
    return gather(pieces, pieceIndexes, pieceLengths, count, length, path, localPort, remotePort);
  }

  /** In place if nobody else has the memory and headers fit in front; otherwise copied. */
  int message(CellBuf message, int length, Path path, int localPort, int remotePort) {
    int result = sendMemory(message, length, path, localPort, remotePort);
    if (result == 0) {
      counters.increment(Counter.BUFFERS_TO_ENGINE);
      message.release();
    }
    return result;
  }

  private int sendMemory(CellBuf message, int length, Path path, int localPort, int remotePort) {
    Storage storage = message.storage();
    if (storage == null || storage.pool() != pool || storage.references() != 1) {
      return copy(message, 0, length, path, localPort, remotePort);
    }
    if (message.refCnt() != 1) {
      return copy(message, 0, length, path, localPort, remotePort);
    }
    int payload = message.slabOffset();
    if (storage instanceof Packet packet && isRoomFor(packet, message, length, path)) {
      packet.setRange(payload, length);
      packet.requestChecksum(0, 0);
      long sum = InternetChecksum.sum(slab, payload, length);
      return transmit(packet, length, sum, path, localPort, remotePort);
    }
    if (storage instanceof Run && length > 0) {
      Packet head = pool.allocate();
      if (head == null) {
        return NO_BUFFERS;
      }
      head.append(pool.fragmentOf(storage, payload, length));
      long sum = InternetChecksum.sum(slab, payload, length);
      int result = transmit(head, length, sum, path, localPort, remotePort);
      head.release();
      return result;
    }
    return copy(message, 0, length, path, localPort, remotePort);
  }

  /** Headers must fit in front, and padding must not touch what a refused caller gets back. */
  private static boolean isRoomFor(Packet packet, CellBuf message, int length, Path path) {
    int headers = EthernetFraming.headerBytes(path.out()) + Ipv4Header.BYTES + UdpHeader.BYTES;
    boolean harmless = length >= UNPADDED_PAYLOAD_BYTES || length == message.capacity();
    int paddedEnd = message.slabOffset() + Math.max(length, UNPADDED_PAYLOAD_BYTES);
    return harmless
        && message.slabOffset() - packet.base() >= headers
        && paddedEnd <= packet.base() + Packet.CELL_BYTES;
  }

  private int transmit(
      Packet packet, int length, long payloadSum, Path path, int localPort, int remotePort) {
    int datagramBytes = length + UdpHeader.BYTES;
    long sum =
        InternetChecksum.pseudoHeader(
                path.source(), path.destination(), Ipv4Header.PROTOCOL_UDP, datagramBytes)
            + localPort
            + remotePort
            + datagramBytes
            + payloadSum;
    UdpHeader.write(
        slab,
        packet.push(UdpHeader.BYTES),
        localPort,
        remotePort,
        datagramBytes,
        InternetChecksum.complementForUdp(sum));
    return ip.send(packet, path, Ipv4Header.PROTOCOL_UDP, ttl, tos, dontFragment);
  }
}
