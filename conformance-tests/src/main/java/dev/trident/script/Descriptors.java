package dev.trident.script;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The script's descriptors and what they stand for. A number may be used again after close; a
 * number never opened is passed on, for a script may want EBADF.
 */
final class Descriptors {
  /** A socket, or an epoll set, of which drivers know nothing. */
  static final class Descriptor {
    /** The driver's number; of an epoll set -1. */
    final int live;

    final boolean stream;
    boolean nonBlocking;
    int boundAddress;
    int boundPort = Flow.UNKNOWN;
    @Nullable Flow flow;

    /** Of an epoll set: what is watched, by the script's descriptor. */
    final @Nullable Map<Integer, Watch> watched;

    private Descriptor(int live, boolean stream, @Nullable Map<Integer, Watch> watched) {
      this.live = live;
      this.stream = stream;
      this.watched = watched;
    }
  }

  /**
   * An entry of an epoll set.
   *
   * @param data what epoll_wait gives back
   */
  record Watch(int events, long data) {}

  /** No driver gives this number. */
  private static final int NEVER_OPEN = 1 << 20;

  private final Map<Integer, Descriptor> open = new LinkedHashMap<>();

  Descriptor opened(int script, int live, boolean stream) {
    Descriptor descriptor = new Descriptor(live, stream, null);
    open.put(script, descriptor);
    return descriptor;
  }

  void openedEpoll(int script) {
    open.put(script, new Descriptor(-1, false, new LinkedHashMap<>()));
  }

  @Nullable Descriptor find(int script) {
    return open.get(script);
  }

  /** The driver's number for the script's; one that is not open if that is not. */
  int live(int script) {
    Descriptor descriptor = open.get(script);
    return descriptor == null ? NEVER_OPEN + script : descriptor.live;
  }

  void closed(int script) {
    open.remove(script);
    for (Descriptor each : open.values()) {
      if (each.watched != null) {
        each.watched.remove(script);
      }
    }
  }

  /** All open ones by the script's number; a copy. */
  Map<Integer, Descriptor> all() {
    return new HashMap<>(open);
  }
}
