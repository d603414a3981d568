package dev.trident.tcpdirect.stack;

import org.jspecify.annotations.Nullable;

/** The zockets of one kind that a stack has, linked through themselves. */
public final class ZocketList {
  private @Nullable Zocket first;
  private int size;
  private int numbered;

  /** A number for a zocket, not given again. */
  int nextNumber() {
    return numbered++;
  }

  @Nullable Zocket first() {
    return first;
  }

  void add(Zocket zocket) {
    Zocket behind = first;
    zocket.next = behind;
    if (behind != null) {
      behind.previous = zocket;
    }
    first = zocket;
    size++;
  }

  void remove(Zocket zocket) {
    Zocket ahead = zocket.previous;
    Zocket behind = zocket.next;
    zocket.previous = null;
    zocket.next = null;
    if (ahead == null) {
      first = behind;
    } else {
      ahead.next = behind;
    }
    if (behind != null) {
      behind.previous = ahead;
    }
    size--;
  }

  public int size() {
    return size;
  }

  /** Ends every zocket because the stack goes away. */
  void freeAll() {
    for (Zocket zocket = first; zocket != null; zocket = zocket.next) {
      zocket.freeWithStack();
    }
    first = null;
    size = 0;
  }
}
