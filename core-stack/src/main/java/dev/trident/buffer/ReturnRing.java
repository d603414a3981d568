package dev.trident.buffer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Handles released by application threads of a driven host, on their way to the thread that owns
 * the pool: an intrusive stack that many push to and one takes as a whole. Lossless and without
 * bound of its own, as its entries are the handles.
 */
public final class ReturnRing {
  private static final VarHandle TOP;

  static {
    try {
      TOP = MethodHandles.lookup().findVarHandle(ReturnRing.class, "top", SharedCellBuf.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("unused") // accessed through TOP
  private volatile @Nullable SharedCellBuf top;

  /** Called by any thread, once per released handle. */
  void push(SharedCellBuf handle) {
    SharedCellBuf seen;
    do {
      seen = top;
      handle.nextReturned = seen;
    } while (!TOP.compareAndSet(this, seen, handle));
  }

  public boolean isEmpty() {
    return top == null;
  }

  /** Called by the owner, with the stack to itself: gives back what was released since. */
  public void drain() {
    if (top == null) {
      return;
    }
    SharedCellBuf handle = (SharedCellBuf) TOP.getAndSet(this, (SharedCellBuf) null);
    while (handle != null) {
      SharedCellBuf following = handle.nextReturned;
      handle.nextReturned = null;
      handle.giveBack();
      handle = following;
    }
  }
}
