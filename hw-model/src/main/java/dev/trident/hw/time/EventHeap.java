package dev.trident.hw.time;

import dev.trident.time.Deadline;
import java.util.Arrays;

/**
 * What is to happen when: a binary heap over parallel arrays, ordered by time and then by the order
 * of adding, so that one seed gives one history. Adding allocates only when the heap grows.
 */
public final class EventHeap {
  /** Something that happens at a point of time. */
  @FunctionalInterface
  public interface Event {
    /**
     * The time has come.
     *
     * @param argument what was given to {@link EventHeap#add}
     */
    void happen(int argument, long nowNanos);
  }

  private long[] times = new long[64];
  private long[] orders = new long[64];
  private Event[] events = new Event[64];
  private int[] arguments = new int[64];
  private int size;
  private long added;

  /** Lets {@code event} happen at {@code timeNanos}; there is no way to take it back. */
  public void add(long timeNanos, Event event, int argument) {
    if (size == times.length) {
      grow();
    }
    int at = size++;
    long order = added++;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (!isBefore(timeNanos, order, times[parent], orders[parent])) {
        break;
      }
      move(parent, at);
      at = parent;
    }
    put(at, timeNanos, order, event, argument);
  }

  /** Time of the next event, or {@link Deadline#NEVER}. */
  public long nextNanos() {
    return size == 0 ? Deadline.NEVER : times[0];
  }

  /** Events that have not happened. */
  public int size() {
    return size;
  }

  /** Lets the next event happen, at its own time; only if there is one. */
  public void happenNext() {
    long time = times[0];
    Event event = events[0];
    int argument = arguments[0];
    removeFirst();
    event.happen(argument, time);
  }

  /** Lets everything happen that is due at {@code nowNanos}; returns how many events. */
  public int happenUntil(long nowNanos) {
    int count = 0;
    while (size != 0 && times[0] - nowNanos <= 0) {
      happenNext();
      count++;
    }
    return count;
  }

  private void removeFirst() {
    int last = --size;
    long time = times[last];
    long order = orders[last];
    Event event = events[last];
    int argument = arguments[last];
    int at = 0;
    for (int child = 1; child < last; child = 2 * at + 1) {
      if (child + 1 < last
          && isBefore(times[child + 1], orders[child + 1], times[child], orders[child])) {
        child++;
      }
      if (!isBefore(times[child], orders[child], time, order)) {
        break;
      }
      move(child, at);
      at = child;
    }
    put(at, time, order, event, argument);
  }

  private static boolean isBefore(long time, long order, long otherTime, long otherOrder) {
    return time != otherTime ? time - otherTime < 0 : order < otherOrder;
  }

  private void move(int from, int to) {
    put(to, times[from], orders[from], events[from], arguments[from]);
  }

  private void put(int at, long time, long order, Event event, int argument) {
    times[at] = time;
    orders[at] = order;
    events[at] = event;
    arguments[at] = argument;
  }

  private void grow() {
    int length = size * 2;
    times = Arrays.copyOf(times, length);
    orders = Arrays.copyOf(orders, length);
    events = Arrays.copyOf(events, length);
    arguments = Arrays.copyOf(arguments, length);
  }
}
