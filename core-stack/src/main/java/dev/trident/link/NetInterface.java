package dev.trident.link;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An interface of a stack: a device with a hardware address, an MTU and IPv4 addresses. */
public final class NetInterface {
  /** An address with its prefix length, 0..32. */
  public record Address(int address, int prefixBits) {
    /** The network mask. */
    public int mask() {
      return prefixBits == 0 ? 0 : -1 << (32 - prefixBits);
    }

    /** The directed broadcast address of this prefix; none below 2 host bits. */
    public boolean isBroadcast(int candidate) {
      return prefixBits < 31 && candidate == (address | ~mask());
    }

    public boolean contains(int candidate) {
      return ((candidate ^ address) & mask()) == 0;
    }
  }

  public static final int MAX_MTU_BYTES = 1_500;

  /** Without a VLAN. */
  public static final int NO_VLAN = -1;

  /** Largest VLAN identifier; 0 says that a tag has a priority only, and 4095 is reserved. */
  public static final int MAX_VLAN = 4_094;

  private final String name;
  private final NetworkDevice device;
  private final long mac;
  private final int mtuBytes;
  private final int vlan;
  private final List<Address> addresses = new ArrayList<>();
  private final MulticastGroups groups = new MulticastGroups();
  private boolean loopback;
  private int index;

  /** Interfaces of the same adapter whose frames carry a tag. */
  private final List<NetInterface> tagged = new ArrayList<>();

  /**
   * @param mac hardware address in the low 48 bits
   * @param mtuBytes largest IPv4 datagram, Ethernet header not counted, 68..1500
   * @param vlan tag of all frames, 1..4094, or {@link #NO_VLAN}
   */
  public NetInterface(String name, NetworkDevice device, long mac, int mtuBytes, int vlan) {
    if (mtuBytes < 68 || mtuBytes > MAX_MTU_BYTES) {
      throw new IllegalArgumentException("MTU " + mtuBytes + ": must be 68..1500");
    }
    if (vlan != NO_VLAN && (vlan < 1 || vlan > MAX_VLAN)) {
      throw new IllegalArgumentException("VLAN " + vlan + ": must be 1..4094");
    }
    this.name = name;
    this.device = device;
    this.mac = mac;
    this.mtuBytes = mtuBytes;
    this.vlan = vlan;
  }

  public String name() {
    return name;
  }

  public NetworkDevice device() {
    return device;
  }

  /** Hardware address in the low 48 bits. */
  public long mac() {
    return mac;
  }

  public int mtuBytes() {
    return mtuBytes;
  }

  public int vlan() {
    return vlan;
  }

  /**
   * Makes an interface of the same adapter whose frames carry a tag; set-up only.
   *
   * @param vlan 1..4094, another than that of this interface and those added already
   */
  public NetInterface addTagged(String taggedName, int vlan) {
    if (vlan == this.vlan || withTag(vlan) != null) {
      throw new IllegalArgumentException("VLAN " + vlan + " is taken on " + name);
    }
    NetInterface added = new NetInterface(taggedName, device, mac, mtuBytes, vlan);
    tagged.add(added);
    return added;
  }

  /** The interface that frames with that tag, which arrived here, are for; null if none. */
  @Nullable NetInterface withTag(int vlan) {
    for (int i = 0; i < tagged.size(); i++) {
      if (tagged.get(i).vlan == vlan) {
        return tagged.get(i);
      }
    }
    return null;
  }

  /** Adds a local address; while there is traffic only by the stack's own thread. */
  public void addAddress(int address, int prefixBits) {
    addresses.add(new Address(address, prefixBits));
    loopback |= address >>> 24 == 127;
  }

  public List<Address> addresses() {
    return addresses;
  }

  /** Whether {@code address} is configured here. */
  public boolean hasAddress(int address) {
    for (int i = 0; i < addresses.size(); i++) {
      if (addresses.get(i).address() == address) {
        return true;
      }
    }
    return false;
  }

  /** Whether {@code address} is the directed broadcast of one of our prefixes here. */
  public boolean isBroadcast(int address) {
    for (int i = 0; i < addresses.size(); i++) {
      if (addresses.get(i).isBroadcast(address)) {
        return true;
      }
    }
    return false;
  }

  /** The groups that are listened to here. */
  public MulticastGroups groups() {
    return groups;
  }

  /** Place among the interfaces of its stack; received packets carry it. */
  public int index() {
    return index;
  }

  /** Set-up: called by the stack that this interface is added to. */
  public void index(int place) {
    index = place;
  }

  /** Our address towards {@code target} on this link: of its network, or the first; 0 if none. */
  public int sourceFor(int target) {
    for (int i = 0; i < addresses.size(); i++) {
      if (addresses.get(i).contains(target)) {
        return addresses.get(i).address();
      }
    }
    return addresses.isEmpty() ? 0 : addresses.getFirst().address();
  }

  /** Whether this interface leads back to this host: its addresses are in 127/8. */
  public boolean isLoopback() {
    return loopback;
  }

  @Override
  public String toString() {
    return name;
  }
}
