package dev.trident.treck;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * {@code ttUserPacket}: one piece of a scattered message. The field names are our own: no public
 * page gives Treck's.
 */
public final class TtUserPacket {
  /** The bytes of this piece, from the reader index. */
  public final ByteBuf dataPtr;

  /** Bytes in this piece. */
  public final int dataLength;

  /** The piece that follows, or null. */
  public final @Nullable TtUserPacket nextPtr;

  /** Bytes in this piece and all that follow. */
  public final int chainLength;

  TtUserPacket(ByteBuf dataPtr, int dataLength, @Nullable TtUserPacket nextPtr) {
    this.dataPtr = dataPtr;
    this.dataLength = dataLength;
    this.nextPtr = nextPtr;
    chainLength = dataLength + (nextPtr == null ? 0 : nextPtr.chainLength);
  }
}
