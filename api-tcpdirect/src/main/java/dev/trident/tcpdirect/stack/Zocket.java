package dev.trident.tcpdirect.stack;

import dev.trident.hw.host.HostStack;
import dev.trident.hw.nic.SentFrame;
import dev.trident.tcpdirect.mux.Waitable;
import org.jspecify.annotations.Nullable;

/**
 * What all zockets share: their stack, the bracket around each call, the waitable, and being freed
 * once. The calls of subclasses have the shape
 *
 * <pre>
 *   HostStack host = enter();
 *   try { ... } finally { host.exit(); }
 * </pre>
 */
public abstract class Zocket {
  private final DirectStack stack;
  private final int number;
  private boolean freed;
  private @Nullable Waitable waitable;

  // The stack's list of zockets of this kind; owned by it.
  @Nullable Zocket previous;
  @Nullable Zocket next;

  /** {@link #join} must follow. */
  protected Zocket(DirectStack stack, ZocketList list) {
    this.stack = stack;
    this.number = list.nextNumber();
  }

  /** Last act of a constructor: the stack knows this zocket until it is freed. */
  protected final void join() {
    list().add(this);
  }

  /** What a message calls this kind of zocket. */
  protected abstract String kind();

  /** The list of the stack this stands in. */
  protected abstract ZocketList list();

  protected abstract Waitable newWaitable();

  /** Gives the endpoint up in the way of the zocket's free call. */
  protected abstract void close();

  /** Gives the endpoint up because the stack goes away. */
  protected abstract void abort();

  /** Whether this sent {@code frame}. */
  protected boolean hasSent(SentFrame frame) {
    return false;
  }

  /** A frame that this sent has left; called only if {@link #hasSent}. */
  protected void onSent(SentFrame frame) {}

  /** The waitable, if somebody has asked for it. */
  protected final @Nullable Waitable waitableIfAny() {
    return waitable;
  }

  public final DirectStack stack() {
    return stack;
  }

  /** Different for each zocket of this kind on its stack. */
  protected final int number() {
    return number;
  }

  /**
   * Begins a call.
   *
   * @throws IllegalStateException if the zocket has been freed
   */
  protected final HostStack enter() {
    if (freed) {
      throw stale();
    }
    HostStack host = stack.host();
    host.enter();
    return host;
  }

  private IllegalStateException stale() {
    return new IllegalStateException(this + ": used after it was freed");
  }

  /** The waitable for the multiplexer; always the same object. */
  public final Waitable waitable() {
    if (freed) {
      throw stale();
    }
    Waitable present = waitable;
    if (present == null) {
      present = newWaitable();
      waitable = present;
    }
    return present;
  }

  /** Leaves the multiplexer, closes, and leaves the stack. */
  public final void free() {
    HostStack host = enter();
    try {
      leaveMuxer();
      close();
      freed = true;
      list().remove(this);
    } finally {
      host.exit();
    }
  }

  /** Called when the stack is freed. */
  final void freeWithStack() {
    leaveMuxer();
    abort();
    freed = true;
  }

  private void leaveMuxer() {
    Waitable present = waitable;
    if (present != null) {
      present.retire();
    }
  }

  /** Kind, number and stack: as error messages name it. */
  @Override
  public final String toString() {
    return kind() + "#" + number + " of stack " + stack.name();
  }
}
