package dev.trident.hw.link;

import dev.trident.hw.nic.Frame;
import dev.trident.hw.nic.Wire;
import dev.trident.hw.nic.WireEnd;
import dev.trident.wire.EthernetHeader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A learning switch (IEEE 802.1Q without spanning tree): a frame goes to the socket where its
 * destination was last seen in its VLAN, otherwise to all others of that VLAN. It adds no delay;
 * the links do.
 *
 * <p>A socket is a trunk, where frames of all VLANs come and go with their tags, and those without
 * one belong to none; or, after {@link #access}, it is part of one VLAN, and no tag is seen there.
 */
public final class Switch {
  /** Bound of the address table; addresses beyond it are never learnt, their frames flooded. */
  private static final int TABLE_SIZE = 4_096;

  private static final int SOURCE = 6;

  /** The group bit of an address: multicast and broadcast. */
  private static final long GROUP = 1L << 40;

  private static final long EMPTY = -1;

  /** A socket of all VLANs. */
  private static final int TRUNK = -1;

  private static final int MAX_VLAN = 4_094;
  private static final int ADDRESS_BITS = 48;

  private final String name;
  private final Socket[] sockets;
  private final long[] addresses = new long[2 * TABLE_SIZE];
  private final int[] places = new int[2 * TABLE_SIZE];
  private int learnt;

  /** Partitions made so far. */
  private int parts;

  private final VlanTags tags = new VlanTags();
  private long partitioned;

  /** A switch with {@code sockets} sockets and nothing plugged in. */
  public Switch(String name, int sockets) {
    this.name = name;
    this.sockets = new Socket[sockets];
    for (int i = 0; i < sockets; i++) {
      this.sockets[i] = new Socket(i);
    }
    Arrays.fill(addresses, EMPTY);
  }

  /** How many sockets it has. */
  public int sockets() {
    return sockets.length;
  }

  /** Where a wire or link is plugged in, 0 to one less than the number of sockets. */
  public WireEnd socket(int number) {
    return sockets[number];
  }

  /**
   * Makes a socket part of one VLAN: what comes in there gets its tag, and what goes out has none.
   * Frames that come in with a tag of another VLAN than 0 are dropped.
   *
   * @param vlan 1..4094
   */
  public void access(int number, int vlan) {
    if (vlan < 1 || vlan > MAX_VLAN) {
      throw new IllegalArgumentException("VLAN " + vlan + ": must be 1.." + MAX_VLAN);
    }
    sockets[number].vlan = vlan;
  }

  /**
   * Sets sockets apart: until {@link #mend} they exchange frames with one another only, and so do
   * the others. A later call sets a further part apart.
   */
  public void partition(int... numbers) {
    parts++;
    for (int number : numbers) {
      sockets[number].part = parts;
    }
  }

  /** Ends all partitions. */
  public void mend() {
    for (Socket socket : sockets) {
      socket.part = 0;
    }
  }

  /** Frames that did not come out of a socket because it belongs to another part. */
  public long partitioned() {
    return partitioned;
  }

  private void onFrame(Socket from, Frame frame) {
    if (frame.headBytes() < EthernetHeader.BYTES) {
      return;
    }
    int vlan = VlanTags.vlanOf(frame);
    if (from.vlan != TRUNK) {
      if (vlan != 0) {
        return;
      }
      vlan = from.vlan;
    }
    long destination = frame.slab().getLong(frame.offset()) >>> 16;
    long source = frame.slab().getLong(frame.offset() + SOURCE) >>> 16;
    if ((source & GROUP) == 0) {
      learn(key(source, vlan), from.number);
    }
    long wanted = key(destination, vlan);
    int slot = slot(wanted);
    if ((destination & GROUP) == 0 && addresses[slot] == wanted) {
      if (places[slot] != from.number) {
        pass(from, sockets[places[slot]], frame);
      }
      return;
    }
    for (Socket socket : sockets) {
      if (socket != from && (socket.vlan == TRUNK || socket.vlan == vlan)) {
        pass(from, socket, frame);
      }
    }
  }

  private void pass(Socket from, Socket to, Frame frame) {
    if (from.part != to.part) {
      partitioned++;
      return;
    }
    if (to.vlan != TRUNK) {
      to.send(tags.without(frame));
    } else {
      to.send(from.vlan == TRUNK ? frame : tags.with(frame, from.vlan));
    }
  }

  private static long key(long address, int vlan) {
    return address | (long) vlan << ADDRESS_BITS;
  }

  private void learn(long key, int place) {
    int slot = slot(key);
    if (addresses[slot] == EMPTY) {
      if (learnt == TABLE_SIZE) {
        return;
      }
      learnt++;
      addresses[slot] = key;
    }
    places[slot] = place;
  }

  /** Where an address in its VLAN stands, or would stand. */
  private int slot(long key) {
    int mask = addresses.length - 1;
    int slot = (int) ((key * 0x9e3779b97f4a7c15L) >>> 32) & mask;
    while (addresses[slot] != EMPTY && addresses[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private final class Socket implements WireEnd {
    final int number;
    private int vlan = TRUNK;

    /** Frames stay within a part. */
    private int part;

    private @Nullable Wire wire;

    Socket(int number) {
      this.number = number;
    }

    @Override
    public void deliver(Frame frame) {
      onFrame(this, frame);
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
