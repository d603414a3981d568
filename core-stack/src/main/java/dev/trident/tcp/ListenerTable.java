package dev.trident.tcp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The listeners of a layer, found by local port; an exact address goes before any address. */
final class ListenerTable {
  private final @Nullable Listener[] slots;
  private final @Nullable Listener[] buckets;
  private int count;

  ListenerTable(int maxListeners) {
    slots = new Listener[maxListeners];
    buckets = new Listener[Math.max(Integer.highestOneBit(maxListeners) * 2, 2)];
  }

  /** Gives a listener its slot; false if there is none. */
  boolean register(Listener listener) {
    for (int slot = 0; slot < slots.length; slot++) {
      if (slots[slot] == null) {
        slots[slot] = listener;
        listener.slot = slot;
        count++;
        return true;
      }
    }
    return false;
  }

  void unregister(Listener listener) {
    slots[listener.slot] = null;
    listener.slot = -1;
    count--;
  }

  boolean isEmpty() {
    return count == 0;
  }

  List<Listener> all() {
    List<Listener> all = new ArrayList<>();
    for (Listener listener : slots) {
      if (listener != null) {
        all.add(listener);
      }
    }
    return all;
  }

  private int bucket(int port) {
    return port & (buckets.length - 1);
  }

  /** Listeners in LISTEN. */
  int listening() {
    int listening = 0;
    for (Listener first : buckets) {
      for (Listener each = first; each != null; each = each.nextOfPort) {
        listening++;
      }
    }
    return listening;
  }

  void add(Listener listener) {
    int bucket = bucket(listener.localPort());
    listener.nextOfPort = buckets[bucket];
    buckets[bucket] = listener;
  }

  void remove(Listener listener) {
    int bucket = bucket(listener.localPort());
    Listener before = null;
    for (Listener each = buckets[bucket]; each != null; each = each.nextOfPort) {
      if (each == listener) {
        if (before == null) {
          buckets[bucket] = each.nextOfPort;
        } else {
          before.nextOfPort = each.nextOfPort;
        }
        each.nextOfPort = null;
        return;
      }
      before = each;
    }
  }

  @Nullable Listener findExactly(int address, int port) {
    for (Listener each = buckets[bucket(port)]; each != null; each = each.nextOfPort) {
      if (each.localPort() == port && each.localAddress() == address) {
        return each;
      }
    }
    return null;
  }

  @Nullable Listener find(int address, int port) {
    Listener any = null;
    for (Listener each = buckets[bucket(port)]; each != null; each = each.nextOfPort) {
      if (each.localPort() == port) {
        if (each.localAddress() == address) {
          return each;
        }
        if (each.localAddress() == 0) {
          any = each;
        }
      }
    }
    return any;
  }
}
