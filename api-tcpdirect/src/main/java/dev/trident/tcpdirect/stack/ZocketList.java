package dev.trident.tcpdirect.stack;

import org.jspecify.annotations.Nullable;

/** The zockets of one kind that a stack has, linked through themselves. */
public final class ZocketList {
  private @Nullable Zocket first;
  private int size;
  private int numbered;

  /** Links a zocket and returns its number, which is not given again. */
  int add(Zocket zocket) {
    Zocket behind = first;
    zocket.next = behind;
    if (behind != null) {
      behind.previous = zocket;
    }
    first = zocket;
    size++;
    return numbered++;
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
