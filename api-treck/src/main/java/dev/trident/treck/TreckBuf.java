package dev.trident.treck;

import dev.trident.c.IntRef;
import dev.trident.c.SockAddr;
import dev.trident.c.SockAddrIn;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Treck's data calls in Netty's manner: sends take the readable bytes and move the reader index,
 * receives append up to the writable bytes and move the writer index. Descriptors, flags, results
 * and errors are those of {@link Treck}; on failure no index moves.
 */
public final class TreckBuf {
  private static final TtUserFreeFunc RELEASE = token -> ((ByteBuf) token).release();

  private final Treck treck;

  public TreckBuf(Treck treck) {
    this.treck = treck;
  }

  /** Sends the readable bytes as {@link Treck#send} does: bytes taken, or TM_SOCKET_ERROR. */
  public int send(int socketDescriptor, ByteBuf buffer, int flags) {
    return consume(buffer, treck.send(socketDescriptor, buffer, buffer.readableBytes(), flags));
  }

  /** Sends the readable bytes as one datagram, as {@link Treck#sendto} does. */
  public int sendTo(int socketDescriptor, ByteBuf buffer, int flags, SockAddr to) {
    int length = buffer.readableBytes();
    return consume(
        buffer, treck.sendto(socketDescriptor, buffer, length, flags, to, SockAddrIn.SIZEOF));
  }

  /**
   * Lends the readable bytes as {@link Treck#tfZeroCopyUserBufferSend} does. The reference passes
   * to the stack, which releases the buffer when it is done with it; only after TM_EWOULDBLOCK it
   * stays the caller's.
   */
  public int sendLoan(int socketDescriptor, ByteBuf buffer, int flags) {
    return treck.tfZeroCopyUserBufferSend(
        socketDescriptor, buffer, buffer, buffer.readableBytes(), RELEASE, flags);
  }

  /** Appends what {@link Treck#recv} delivers: bytes appended, 0 at the end, or TM_SOCKET_ERROR. */
  public int recv(int socketDescriptor, ByteBuf buffer, int flags) {
    return append(
        buffer,
        treck.receiveAt(
            socketDescriptor, buffer, buffer.writerIndex(), buffer.writableBytes(), flags));
  }

  /** Appends one datagram, as {@link Treck#recvfrom} delivers it. */
  public int recvFrom(
      int socketDescriptor,
      ByteBuf buffer,
      int flags,
      @Nullable SockAddr from,
      @Nullable IntRef fromLength) {
    return append(
        buffer,
        treck.receiveFromAt(
            socketDescriptor,
            buffer,
            buffer.writerIndex(),
            buffer.writableBytes(),
            flags,
            from,
            fromLength));
  }

  private static int consume(ByteBuf buffer, int result) {
    if (result > 0) {
      buffer.skipBytes(result);
    }
    return result;
  }

  private static int append(ByteBuf buffer, int result) {
    if (result > 0) {
      buffer.writerIndex(buffer.writerIndex() + result);
    }
    return result;
  }
}
