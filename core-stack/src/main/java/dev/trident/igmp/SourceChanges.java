package dev.trident.igmp;

import java.util.Arrays;

/**
 * Sources whose reception has changed, and how often that is still to be told (RFC 3376 section
 * 5.1).
 */
final class SourceChanges {
  private static final int MAX_SIZE = 2 * SourceFilter.MAX_MERGED_SOURCES;
  private static final int FIRST_SIZE = 8;

  private int[] addresses = {};
  private int[] timesLeft = {};
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  /** Notes a change that is to be told {@code times} times; false if there is no room for it. */
  boolean put(int address, int times) {
    for (int i = 0; i < size; i++) {
      if (addresses[i] == address) {
        timesLeft[i] = times;
        return true;
      }
    }
    if (size == MAX_SIZE) {
      return false;
    }
    if (size == addresses.length) {
      int more = Math.min(MAX_SIZE, Math.max(FIRST_SIZE, 2 * size));
      addresses = Arrays.copyOf(addresses, more);
      timesLeft = Arrays.copyOf(timesLeft, more);
    }
    addresses[size] = address;
    timesLeft[size++] = times;
    return true;
  }

  void clear() {
    size = 0;
  }

  /** Writes the sources that {@code state} admits, or those that it does not, as one record. */
  void write(ReportWriter writer, int type, int group, SourceFilter state, boolean admitted) {
    int count = 0;
    for (int i = 0; i < size; i++) {
      count += state.admits(addresses[i]) == admitted ? 1 : 0;
    }
    if (count == 0) {
      return;
    }
    writer.begin(type, group, count);
    for (int i = 0; i < size; i++) {
      if (state.admits(addresses[i]) == admitted) {
        writer.source(addresses[i]);
      }
    }
  }

  /** All have been told once more. */
  void onTold() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (--timesLeft[i] > 0) {
        addresses[kept] = addresses[i];
        timesLeft[kept++] = timesLeft[i];
      }
    }
    size = kept;
  }
}
