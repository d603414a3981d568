package dev.trident.tcp;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/**
 * State that a connection needs now and then: taken when the need arises, given back when it ends,
 * so that an idle connection does not pay for it and a busy one makes no garbage. Each connection
 * has at most one of a kind, which bounds how many there are; of those given back, so many are
 * kept.
 */
final class Spares<T> {
  private final Supplier<T> maker;
  private final int limit;
  private final ArrayDeque<T> free;

  /** At most {@code limit} objects lie in reserve. */
  Spares(Supplier<T> maker, int limit) {
    this.maker = maker;
    this.limit = limit;
    free = new ArrayDeque<>(Math.min(limit, 64));
  }

  /** An object in the state in which it was given back, or a new one. */
  T take() {
    T spare = free.pollFirst();
    return spare == null ? maker.get() : spare;
  }

  /** Nobody uses {@code object} any more; it is clear. */
  void give(T object) {
    if (free.size() < limit) {
      free.addFirst(object);
    }
  }
}
