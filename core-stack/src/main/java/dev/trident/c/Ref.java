package dev.trident.c;

import org.jspecify.annotations.Nullable;

/** A C pointer to a pointer: an out parameter. */
public final class Ref<T> {
  /** What the callee stored; null until then. */
  public @Nullable T value;

  public Ref() {}

  public Ref(@Nullable T value) {
    this.value = value;
  }

  /** The stored value, for use after a call that succeeded. Throws if nothing was stored. */
  public T get() {
    T stored = value;
    if (stored == null) {
      throw new IllegalStateException("nothing has been stored in this reference");
    }
    return stored;
  }
}
