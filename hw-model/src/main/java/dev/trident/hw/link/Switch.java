package dev.trident.hw.link;

import dev.trident.hw.nic.Frame;
import dev.trident.hw.nic.Wire;
import dev.trident.hw.nic.WireEnd;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A learning switch (IEEE 802.1D without spanning tree): a frame goes to the socket where its
 * destination was last seen, otherwise to all others. It adds no delay; the links do.
 */
public final class Switch {
  /** Bound of the address table; addresses beyond it are never learnt, their frames flooded. */
  private static final int TABLE_SIZE = 4_096;

  private static final int SOURCE = 6;

  /** The group bit of an address: multicast and broadcast. */
  private static final long GROUP = 1L << 40;

  private static final long EMPTY = -1;

  private final String name;
  private final Socket[] sockets;
  private final long[] addresses = new long[2 * TABLE_SIZE];
  private final int[] places = new int[2 * TABLE_SIZE];
  private int learnt;

  /** A switch with {@code sockets} sockets and nothing plugged in. */
  public Switch(String name, int sockets) {
    this.name = name;
    this.sockets = new Socket[sockets];
    for (int i = 0; i < sockets; i++) {
      this.sockets[i] = new Socket(i);
    }
    Arrays.fill(addresses, EMPTY);
  }

  /** Where a wire or link is plugged in, 0 to one less than the number of sockets. */
  public WireEnd socket(int number) {
    return sockets[number];
  }

  private void onFrame(int from, Frame frame) {
    if (frame.headBytes() < 2 * SOURCE) {
      return;
    }
    long destination = frame.slab().getLong(frame.offset()) >>> 16;
    long source = frame.slab().getLong(frame.offset() + SOURCE) >>> 16;
    if ((source & GROUP) == 0) {
      learn(source, from);
    }
    int slot = slot(destination);
    if ((destination & GROUP) == 0 && addresses[slot] == destination) {
      if (places[slot] != from) {
        sockets[places[slot]].send(frame);
      }
      return;
    }
    for (Socket socket : sockets) {
      if (socket.number != from) {
        socket.send(frame);
      }
    }
  }

  private void learn(long address, int from) {
    int slot = slot(address);
    if (addresses[slot] == EMPTY) {
      if (learnt == TABLE_SIZE) {
        return;
      }
      learnt++;
      addresses[slot] = address;
    }
    places[slot] = from;
  }

  /** Where {@code address} stands, or would stand. */
  private int slot(long address) {
    int mask = addresses.length - 1;
    int slot = (int) ((address * 0x9e3779b97f4a7c15L) >>> 32) & mask;
    while (addresses[slot] != EMPTY && addresses[slot] != address) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private final class Socket implements WireEnd {
    final int number;
    private @Nullable Wire wire;

    Socket(int number) {
      this.number = number;
    }

    @Override
    public void deliver(Frame frame) {
      onFrame(number, frame);
    }

    @Override
    public void plug(Wire newWire) {
      if (wire != null) {
        throw new IllegalStateException("socket " + this + " has a wire already");
      }
      wire = newWire;
    }

    /** A frame that the wire does not take is lost: the switch keeps nothing. */
    void send(Frame frame) {
      Wire plugged = wire;
      if (plugged != null) {
        plugged.carry(this, frame);
      }
    }

    @Override
    public String toString() {
      return name + "/" + number;
    }
  }
}
