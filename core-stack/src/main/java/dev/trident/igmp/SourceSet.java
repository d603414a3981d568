package dev.trident.igmp;

import java.util.Arrays;

/** A set of source addresses; small, bounded, and without an order that means anything. */
public final class SourceSet {
  private static final int FIRST_SIZE = 8;

  private final int maxSize;
  private int[] addresses = {};
  private int size;

  /** An empty set of {@code maxSize} addresses at most. */
  SourceSet(int maxSize) {
    this.maxSize = maxSize;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The address at {@code place}, 0 to one less than the size; valid until a change. */
  int get(int place) {
    return addresses[place];
  }

  boolean contains(int address) {
    return find(address) >= 0;
  }

  private int find(int address) {
    for (int i = 0; i < size; i++) {
      if (addresses[i] == address) {
        return i;
      }
    }
    return -1;
  }

  /** Adds an address, which may be there already; false if there is no room. */
  boolean add(int address) {
    if (contains(address)) {
      return true;
    }
    if (size == maxSize) {
      return false;
    }
    if (size == addresses.length) {
      addresses = Arrays.copyOf(addresses, Math.min(maxSize, Math.max(FIRST_SIZE, 2 * size)));
    }
    addresses[size++] = address;
    return true;
  }

  /** Takes an address out; whether it was there. */
  boolean remove(int address) {
    int place = find(address);
    if (place < 0) {
      return false;
    }
    addresses[place] = addresses[--size];
    return true;
  }

  void clear() {
    size = 0;
  }

  /** Adds all of {@code other}; false if there is no room for some. */
  boolean addAll(SourceSet other) {
    boolean fits = true;
    for (int i = 0; i < other.size; i++) {
      fits &= add(other.addresses[i]);
    }
    return fits;
  }

  void removeAll(SourceSet other) {
    for (int i = 0; i < other.size; i++) {
      remove(other.addresses[i]);
    }
  }

  void retainAll(SourceSet other) {
    for (int i = size - 1; i >= 0; i--) {
      if (!other.contains(addresses[i])) {
        addresses[i] = addresses[--size];
      }
    }
  }

  boolean hasSameAs(SourceSet other) {
    if (size != other.size) {
      return false;
    }
    for (int i = 0; i < size; i++) {
      if (!other.contains(addresses[i])) {
        return false;
      }
    }
    return true;
  }
}
