package dev.trident.tcpdirect;

import org.jspecify.annotations.Nullable;

/** {@code struct epoll_event}: a mask of events and the user's data. */
public final class EpollEvent {
  /** {@code epoll_data_t}; a union in C, separate fields here: all of them are handed back. */
  public static final class Data {
    public @Nullable Object ptr;
    public int fd;
    public int u32;
    public long u64;
  }

  /** A sum of {@code EPOLL*} bits. */
  public int events;

  /** Handed back unchanged by {@link Zf#zf_muxer_wait}. */
  public final Data data = new Data();

  public EpollEvent() {}

  public EpollEvent(int events, @Nullable Object ptr) {
    this.events = events;
    this.data.ptr = ptr;
  }

  /** Makes this equal to {@code other}. */
  public void copyFrom(EpollEvent other) {
    events = other.events;
    data.ptr = other.data.ptr;
    data.fd = other.data.fd;
    data.u32 = other.data.u32;
    data.u64 = other.data.u64;
  }

  /** {@code n} empty events, for {@link Zf#zf_muxer_wait} to fill. */
  public static EpollEvent[] array(int n) {
    EpollEvent[] events = new EpollEvent[n];
    for (int i = 0; i < n; i++) {
      events[i] = new EpollEvent();
    }
    return events;
  }
}
