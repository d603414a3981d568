package dev.trident.tcp;

import org.jspecify.annotations.Nullable;

/**
 * Connections by 4-tuple: open addressing with linear probing over keys of 64 bits (remote address
 * and both ports), at most half full. The local address, which rarely differs, is compared in the
 * connection. Where a tuple lands depends on a secret, so that a peer cannot choose tuples that
 * collide.
 */
final class ConnectionTable {
  private static final int INITIAL_CAPACITY = 64;

  private final long secret;
  private long[] keys = new long[INITIAL_CAPACITY];
  private @Nullable Connection[] values = new Connection[INITIAL_CAPACITY];
  private int size;

  ConnectionTable(long secret) {
    this.secret = secret;
  }

  int size() {
    return size;
  }

  private static long key(int localPort, int remoteAddress, int remotePort) {
    return (long) remoteAddress << 32 | (long) remotePort << 16 | localPort;
  }

  /** Two rounds of multiply and fold: every bit of the key moves the upper bits of the result. */
  private int home(long key, int mask) {
    long mixed = (key ^ secret) * 0x9e37_79b9_7f4a_7c15L;
    mixed = (mixed ^ mixed >>> 32) * 0xd6e8_feb8_6659_fd93L;
    return (int) (mixed >>> 32) & mask;
  }

  @Nullable Connection find(int localAddress, int localPort, int remoteAddress, int remotePort) {
    long key = key(localPort, remoteAddress, remotePort);
    int mask = keys.length - 1;
    int index = home(key, mask);
    for (Connection found = values[index]; found != null; found = values[index]) {
      if (keys[index] == key && found.localAddress() == localAddress) {
        return found;
      }
      index = index + 1 & mask;
    }
    return null;
  }

  /** Adds a connection whose tuple is not in the table. */
  void add(Connection connection) {
    if (size * 2 >= keys.length) {
      grow();
    }
    insert(
        key(connection.localPort(), connection.remoteAddress(), connection.remotePort()),
        connection);
    size++;
  }

  private void insert(long key, Connection connection) {
    int mask = keys.length - 1;
    int index = home(key, mask);
    while (values[index] != null) {
      index = index + 1 & mask;
    }
    keys[index] = key;
    values[index] = connection;
  }

  private void grow() {
    long[] oldKeys = keys;
    @Nullable Connection[] oldValues = values;
    keys = new long[oldKeys.length * 2];
    values = new Connection[oldKeys.length * 2];
    for (int i = 0; i < oldKeys.length; i++) {
      Connection connection = oldValues[i];
      if (connection != null) {
        insert(oldKeys[i], connection);
      }
    }
  }

  /** Removes a connection; false if it was not there. */
  boolean remove(Connection connection) {
    int mask = keys.length - 1;
    long key = key(connection.localPort(), connection.remoteAddress(), connection.remotePort());
    int index = home(key, mask);
    while (values[index] != connection) {
      if (values[index] == null) {
        return false;
      }
      index = index + 1 & mask;
    }
    closeGap(index, mask);
    size--;
    return true;
  }

  /** Moves later entries of the probe sequence up, so that no search ends at the gap. */
  private void closeGap(int removed, int mask) {
    int gap = removed;
    int index = removed;
    while (true) {
      index = index + 1 & mask;
      Connection moved = values[index];
      if (moved == null) {
        break;
      }
      int distance = index - home(keys[index], mask) & mask;
      if (distance >= (index - gap & mask)) {
        keys[gap] = keys[index];
        values[gap] = moved;
        gap = index;
      }
    }
    values[gap] = null;
  }

  /** Places in the table, for {@link #at}. */
  int capacity() {
    return values.length;
  }

  /** The connection in a place, or null. Changing the table moves connections. */
  @Nullable Connection at(int place) {
    return values[place];
  }
}
