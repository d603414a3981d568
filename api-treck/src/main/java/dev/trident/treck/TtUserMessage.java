package dev.trident.treck;

import dev.trident.buffer.CellBuf;
import dev.trident.hw.host.HostStack;
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

  TtUserMessage(MessagePool pool) {
    this.pool = pool;
  }

  void open(CellBuf newMemory, boolean receivedScattered) {
    memory = newMemory;
    scattered = receivedScattered;
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
   * handle to {@code ttUserPacketPtr}. This engine keeps a datagram in one piece. Makes an object.
   *
   * @return the first piece, or null if the handle is not owned or not a scattered one
   */
  public @Nullable TtUserPacket ttUserPacketPtr() {
    CellBuf data = memory;
    return data == null || !scattered ? null : new TtUserPacket(data, data.capacity(), null);
  }
}
