package dev.trident.link;

import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.EthernetHeader;
import dev.trident.wire.MacAddress;
import org.jspecify.annotations.Nullable;

/**
 * Ethernet input: checks each frame once and hands it on without its header (RFC 894, IEEE 802.1Q).
 * What is not for this stack ends here, counted under its reason.
 */
public final class EthernetLayer {
  /** No frame of ours is longer than this without its header, whatever the interface's MTU. */
  private static final int MAX_DATA_BYTES = 1_500;

  /** A tag that says nothing but a priority: the frame counts as untagged. */
  private static final int PRIORITY_VLAN_ID = 0;

  private final Counters counters;
  private final @Nullable ArpLayer arp;
  private final DatagramInput datagrams;
  private final EthernetHeader header;

  /**
   * @param arp where ARP goes; null for a stack that leaves ARP to its host
   */
  public EthernetLayer(
      Slab slab, Counters counters, @Nullable ArpLayer arp, DatagramInput datagrams) {
    this.counters = counters;
    this.arp = arp;
    this.datagrams = datagrams;
    header = new EthernetHeader(slab);
  }

  /**
   * A frame has arrived by the adapter of {@code arrival}, or of one of the tagged interfaces that
   * belong to it; takes over the reference.
   */
  public void receive(Packet frame, NetInterface arrival, int flowHint, long nowNanos) {
    counters.increment(Counter.FRAMES_RECEIVED);
    EthernetHeader view = header.wrap(frame.slab(), frame.offset());
    DropReason reason = check(view, frame.length(), arrival);
    NetInterface in = reason == DropReason.NONE ? interfaceFor(view, arrival) : null;
    if (in == null) {
      counters.drop(reason == DropReason.NONE ? DropReason.ETHERNET_VLAN_MISMATCH : reason);
      frame.release();
      return;
    }
    int type = view.type();
    reason = checkType(type);
    if (reason != DropReason.NONE) {
      counters.drop(reason);
      frame.release();
      return;
    }
    boolean toGroup = MacAddress.isGroup(view.destination());
    frame.trimFront(view.headerBytes());
    frame.interfaceIndex = in.index();
    if (type == EthernetHeader.TYPE_IPV4) {
      datagrams.onDatagram(frame, in, toGroup, flowHint, nowNanos);
    } else {
      receiveArp(frame, in, nowNanos);
    }
  }

  private void receiveArp(Packet packet, NetInterface in, long nowNanos) {
    DropReason reason = arp == null ? DropReason.ARP_NOT_FOR_US : arp.receive(packet, in, nowNanos);
    if (reason != DropReason.NONE) {
      counters.drop(reason);
    }
    packet.release();
  }

  private static DropReason check(EthernetHeader view, int lengthBytes, NetInterface arrival) {
    DropReason reason = view.check(lengthBytes);
    if (reason != DropReason.NONE) {
      return reason;
    }
    if (lengthBytes > view.headerBytes() + MAX_DATA_BYTES) {
      return DropReason.ETHERNET_TOO_LONG;
    }
    long destination = view.destination();
    if (destination != arrival.mac()
        && destination != MacAddress.BROADCAST
        && !isToGroup(view, destination, arrival)) {
      return DropReason.ETHERNET_NOT_FOR_US;
    }
    return MacAddress.isGroup(view.source())
        ? DropReason.ETHERNET_SOURCE_MULTICAST
        : DropReason.NONE;
  }

  /** Whether the interface that the frame is for listens to its group. */
  private static boolean isToGroup(EthernetHeader view, long destination, NetInterface arrival) {
    NetInterface in = MacAddress.isGroup(destination) ? interfaceFor(view, arrival) : null;
    return in != null && in.groups().accepts(destination);
  }

  /** The interface of the frame's VLAN, or null if none has it: so for the reserved one, too. */
  private static @Nullable NetInterface interfaceFor(EthernetHeader view, NetInterface arrival) {
    int vlan =
        view.isTagged() && view.vlan() != PRIORITY_VLAN_ID ? view.vlan() : NetInterface.NO_VLAN;
    return vlan == arrival.vlan() ? arrival : arrival.withTag(vlan);
  }

  private static DropReason checkType(int type) {
    return switch (type) {
      case EthernetHeader.TYPE_IPV4, EthernetHeader.TYPE_ARP -> DropReason.NONE;
      case EthernetHeader.TYPE_IPV6 -> DropReason.ETHERNET_IPV6;
      case EthernetHeader.TYPE_RARP -> DropReason.ETHERNET_RARP;
      case EthernetHeader.TYPE_VLAN, EthernetHeader.TYPE_PROVIDER_VLAN ->
          DropReason.ETHERNET_DOUBLE_TAG;
      default ->
          type <= EthernetHeader.MAX_LENGTH_FIELD
              ? DropReason.ETHERNET_LENGTH_FORMAT
              : DropReason.ETHERNET_UNKNOWN_TYPE;
    };
  }
}
