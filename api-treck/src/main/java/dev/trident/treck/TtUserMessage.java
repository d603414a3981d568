package dev.trident.treck;

import dev.trident.buffer.CellBuf;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.hw.host.HostStack;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code ttUserMessage}: the opaque handle of a zero-copy buffer, from tfGetZeroCopyBuffer or a
 * zero-copy receive. The program owns it until it frees it, or a send takes it.
 *
 * <p>A handle that is not owned is recognised: tfFreeZeroCopyBuffer answers TM_EINVAL, a send
 * TM_EFAULT. In production the objects are used again after 4,096 further ones, so this lasts until
 * then; with {@code -Dtrident.handles=strict} it lasts for ever.
 */
public final class TtUserMessage {
  private final MessagePool pool;

  /** Null while the program does not own this handle. */
  private @Nullable CellBuf memory;

  private boolean scattered;

  /** All pieces, the first of them {@link #memory}; null until this handle first has several. */
  private CellBuf @Nullable [] pieces;

  /** 1 for a message in one piece. */
  private int pieceCount;

  TtUserMessage(MessagePool pool) {
    this.pool = pool;
  }

  void open(CellBuf newMemory, boolean receivedScattered) {
    memory = newMemory;
    scattered = receivedScattered;
    pieceCount = 1;
  }

  void open(CellBuf[] newPieces, int count) {
    open(newPieces[0], /* receivedScattered= */ true);
    if (count > 1) {
      if (pieces == null) {
        pieces = new CellBuf[DatagramEndpoint.MAX_PIECES];
      }
      System.arraycopy(newPieces, 0, pieces, 0, count);
      pieceCount = count;
    }
  }

  int pieceCount() {
    return pieceCount;
  }

  /** The pieces of a message that has several. */
  CellBuf[] pieces() {
    return Objects.requireNonNull(pieces);
  }

  /** Bytes in all pieces, {@code first} the first of them. */
  int capacity(CellBuf first) {
    int bytes = first.capacity();
    for (int i = 1; i < pieceCount; i++) {
      bytes += pieces()[i].capacity();
    }
    return bytes;
  }

  /** Releases memory that was taken out: all pieces. */
  void release(CellBuf taken) {
    taken.release();
    for (int i = 1; i < pieceCount; i++) {
      pieces()[i].release();
    }
  }

  MessagePool pool() {
    return pool;
  }

  /** Whether a zero-copy receive with MSG_SCATTERED has made it. */
  boolean isScattered() {
    return scattered;
  }

  /** Whether the program owns this handle, and it belongs to {@code stack}. */
  boolean isOwned(HostStack stack) {
    return memory != null && memory.refCnt() > 0 && pool.stack() == stack;
  }

  /** Takes the memory out, so that the handle is dead; it must be owned. */
  CellBuf take() {
    CellBuf taken = memory;
    if (taken == null) {
      throw new IllegalStateException("zero-copy message is not owned by the program");
    }
    memory = null;
    return taken;
  }

  /** Undoes {@link #take}. */
  void restore(CellBuf taken) {
    memory = taken;
  }

  /**
   * The pieces of a message received with MSG_SCATTERED, which C code reaches by a cast of the
   * handle to {@code ttUserPacketPtr}. Only what came in IP fragments lies in several. Makes an
   * object for each.
   *
   * @return the first piece, or null if the handle is not owned or not a scattered one
   */
  public @Nullable TtUserPacket ttUserPacketPtr() {
    CellBuf first = memory;
    if (first == null || !scattered) {
      return null;
    }
    TtUserPacket following = null;
    for (int i = pieceCount - 1; i > 0; i--) {
      CellBuf data = pieces()[i];
      following = new TtUserPacket(data, data.capacity(), following);
    }
    return new TtUserPacket(first, first.capacity(), following);
  }
}
