package dev.trident.buffer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** A handle with an atomic count, which any thread may release: for hosts with a driver thread. */
final class SharedCellBuf extends CellBuf {
  private static final VarHandle COUNT;

  static {
    try {
      COUNT = MethodHandles.lookup().findVarHandle(SharedCellBuf.class, "count", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ReturnRing returns;

  @SuppressWarnings("unused") // accessed through COUNT
  private volatile int count;

  @Nullable SharedCellBuf nextReturned;

  SharedCellBuf(HandlePool pool, ReturnRing returns) {
    super(pool);
    this.returns = returns;
  }

  @Override
  int references() {
    return count;
  }

  @Override
  void references(int value) {
    count = value;
  }

  @Override
  int add(int difference) {
    int seen;
    do {
      seen = count;
      if (seen <= 0 || seen + difference < 0) {
        return -1;
      }
    } while (!COUNT.compareAndSet(this, seen, seen + difference));
    return seen + difference;
  }

  @Override
  void onLastReference() {
    returns.push(this);
  }
}
