package dev.trident.link;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.buffer.Slab;
import dev.trident.link.NeighborEntry.State;
import dev.trident.time.Deadline;
import dev.trident.time.Now;
import dev.trident.time.TimerWheel;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.ArpPacket;
import dev.trident.wire.EthernetHeader;
import dev.trident.wire.Ipv4Address;
import dev.trident.wire.MacAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The neighbours of a host and how their hardware addresses are found: ARP (RFC 826, RFC 1122
 * section 2.3.2).
 *
 * <p>The table is bounded; when it is full, the entry confirmed longest ago that nobody uses makes
 * room, and never one with traffic. A {@link Neighbor} that had to leave stays valid for whoever
 * holds it: the next frame sent that way brings it back.
 *
 * <pre>
 *   IDLE --send--> INCOMPLETE --reply--> REACHABLE --30 s, in use--> PROBE --reply--> REACHABLE
 *                      |                     |                         |
 *               3 requests, 3 s       120 s, not used              3 requests
 *                      v                     v                         v
 *          IDLE: queue dropped,            IDLE                      IDLE
 *          senders told
 * </pre>
 */
public final class NeighborCache implements NeighborResolver {
  /** Told of frames that are dropped because their neighbour did not answer. */
  @FunctionalInterface
  public interface FailureListener {
    /** An IPv4 datagram at {@code slabOffset} is dropped; the reference stays the cache's. */
    void onUndeliverable(Packet frame, int slabOffset, long nowNanos);
  }

  private static final long SECOND = 1_000_000_000L;
  private static final long RETRY_NANOS = SECOND;
  private static final int MAX_REQUESTS = 3;
  private static final long REACHABLE_NANOS = 30 * SECOND;

  /**
   * Periods of {@link #REACHABLE_NANOS} without traffic after which an address is forgotten. Two
   * minutes are longer than any retransmission timeout: a stack without a queue for unresolved
   * neighbours loses the segment that finds none, and must not find none the next time too.
   */
  private static final int UNUSED_PERIODS = 4;

  private static final long DEFEND_INTERVAL_NANOS = 10 * SECOND;

  private final PacketPool pool;
  private final Slab slab;
  private final TimerWheel wheel;
  private final Now now;
  private final Counters counters;
  private final ArpPacket view;
  private final List<NetInterface> interfaces = new ArrayList<>();
  private final @Nullable NeighborEntry[] entries;
  private int count;
  private @Nullable FailureListener listener;
  private @Nullable OversizeOutput oversizeOutput;

  /** Frames that wait in all entries: a flood from made-up addresses must not take all memory. */
  private int waitingFrames;

  private final int maxWaitingFrames;

  private boolean defended;
  private long defendedNanos;

  /**
   * @param maxEntries bound of the table, at least 1
   */
  public NeighborCache(
      PacketPool pool, TimerWheel wheel, Now now, Counters counters, int maxEntries) {
    this.pool = pool;
    this.wheel = wheel;
    this.now = now;
    this.counters = counters;
    slab = pool.slab();
    view = new ArpPacket(slab);
    entries = new NeighborEntry[maxEntries];
    maxWaitingFrames = Math.max(NeighborEntry.MAX_WAITING, pool.cells() / 8);
  }

  /** Set-up: who is told of datagrams that cannot be delivered. */
  public void listener(FailureListener failureListener) {
    listener = failureListener;
  }

  /** Set-up: who sends frames that waited and are longer than their link carries. */
  public void oversizeOutput(OversizeOutput output) {
    oversizeOutput = output;
  }

  /** Set-up: an interface whose addresses are answered for. */
  public void addInterface(NetInterface netInterface) {
    interfaces.add(netInterface);
  }

  /** Neighbours in the table. */
  public int size() {
    return count;
  }

  // ---- finding ------------------------------------------------------------------------------

  @Override
  public Neighbor neighbor(String interfaceName, int address) {
    for (int i = 0; i < interfaces.size(); i++) {
      NetInterface out = interfaces.get(i);
      if (out.name().equals(interfaceName)) {
        Neighbor neighbor = neighbor(out, address);
        if (neighbor.mac() == Neighbor.UNRESOLVED) {
          resolve(neighbor, out);
        }
        return neighbor;
      }
    }
    throw new IllegalArgumentException("no interface " + interfaceName);
  }

  /** The neighbour with that address; nothing is sent yet. It is in the table if there was room. */
  public Neighbor neighbor(NetInterface out, int address) {
    NeighborEntry entry = find(out, address);
    if (entry != null) {
      return entry.neighbor;
    }
    Neighbor neighbor = new Neighbor(address);
    insert(neighbor, out);
    return neighbor;
  }

  /**
   * Keeps {@code frame}, whose Ethernet destination is not written yet, until the neighbour is
   * resolved, and asks for it unless that is under way. The caller keeps its reference.
   *
   * @return whether the frame was kept or sent; if not, the table is full of neighbours in use, or
   *     too many frames wait for all neighbours together
   */
  public boolean sendWhenResolved(Packet frame, Neighbor neighbor, NetInterface out) {
    NeighborEntry entry = resolve(neighbor, out);
    if (entry == null) {
      counters.drop(DropReason.ARP_TABLE_FULL);
      return false;
    }
    if (waitingFrames >= maxWaitingFrames) {
      counters.drop(DropReason.ARP_QUEUE_FULL);
      return false;
    }
    waitingFrames -= entry.waitingCount();
    DropReason reason = entry.enqueue(frame);
    waitingFrames += entry.waitingCount();
    if (reason != DropReason.NONE) {
      counters.drop(reason);
    }
    if (entry.neighbor.mac() != Neighbor.UNRESOLVED) {
      flush(entry);
    }
    return true;
  }

  /** The entry of {@code neighbor}, being resolved or resolved; null if there is no room. */
  private @Nullable NeighborEntry resolve(Neighbor neighbor, NetInterface out) {
    NeighborEntry entry = neighbor.entry;
    if (entry == null) {
      entry = find(out, neighbor.address());
    }
    if (entry == null) {
      entry = insert(neighbor, out);
    }
    if (entry != null) {
      entry.neighbor.touch();
      if (entry.state == State.IDLE) {
        entry.state = State.INCOMPLETE;
        entry.requests = 0;
        request(entry, now.nanos());
      }
    }
    return entry;
  }

  private @Nullable NeighborEntry find(NetInterface out, int address) {
    for (int i = 0; i < count; i++) {
      NeighborEntry entry = entry(i);
      if (entry.neighbor.address() == address && entry.out == out) {
        return entry;
      }
    }
    return null;
  }

  private NeighborEntry entry(int index) {
    return Objects.requireNonNull(entries[index]);
  }

  private @Nullable NeighborEntry insert(Neighbor neighbor, NetInterface out) {
    NeighborEntry leaving = null;
    if (count == entries.length) {
      leaving = leastRecentlyConfirmed(/* unresolved= */ false);
      if (leaving == null) {
        leaving = leastRecentlyConfirmed(/* unresolved= */ true);
      }
      if (leaving == null) {
        return null;
      }
      remove(leaving);
    }
    NeighborEntry entry = new NeighborEntry(this, neighbor, out);
    entry.index = count;
    entry.confirmedNanos = now.nanos();
    entries[count++] = entry;
    neighbor.entry = entry;
    if (leaving != null) {
      giveUpWaiting(leaving, now.nanos());
    }
    return entry;
  }

  /** The oldest entry without traffic or, as the second choice, that nobody has answered for. */
  private @Nullable NeighborEntry leastRecentlyConfirmed(boolean unresolved) {
    NeighborEntry oldest = null;
    for (int i = 0; i < count; i++) {
      NeighborEntry entry = entry(i);
      boolean idle =
          entry.state == State.IDLE || (entry.state == State.REACHABLE && !entry.neighbor.isUsed());
      boolean fits = unresolved ? entry.state == State.INCOMPLETE : idle;
      if (fits && (oldest == null || entry.confirmedNanos - oldest.confirmedNanos < 0)) {
        oldest = entry;
      }
    }
    return oldest;
  }

  private void remove(NeighborEntry entry) {
    wheel.disarm(entry);
    entry.neighbor.mac(Neighbor.UNRESOLVED);
    entry.neighbor.entry = null;
    NeighborEntry last = entry(--count);
    entries[entry.index] = last;
    last.index = entry.index;
    entries[count] = null;
  }

  // ---- by hand --------------------------------------------------------------------------------

  /**
   * Sets a neighbour by hand: it does not expire, and no packet changes it.
   *
   * @return false if the table is full
   */
  public boolean addStatic(NetInterface out, int address, long mac) {
    NeighborEntry entry = find(out, address);
    if (entry == null) {
      entry = insert(new Neighbor(address), out);
    }
    if (entry == null) {
      return false;
    }
    wheel.disarm(entry);
    entry.state = State.STATIC;
    entry.neighbor.mac(mac);
    flush(entry);
    return true;
  }

  /** Forgets a neighbour, static or not; frames that wait for it are dropped. False if unknown. */
  public boolean remove(NetInterface out, int address) {
    NeighborEntry entry = find(out, address);
    if (entry == null) {
      return false;
    }
    dropWaiting(entry);
    remove(entry);
    return true;
  }

  /** Drops everything that waits: the stack closes. */
  public void close() {
    while (count > 0) {
      dropWaiting(entry(count - 1));
      remove(entry(count - 1));
    }
  }

  private void dropWaiting(NeighborEntry entry) {
    while (entry.waitingCount() > 0) {
      counters.drop(DropReason.ARP_UNRESOLVED);
      removeFirst(entry).release();
    }
  }

  private Packet removeFirst(NeighborEntry entry) {
    waitingFrames--;
    return entry.removeFirst();
  }

  // ---- time -----------------------------------------------------------------------------------

  void onTimer(NeighborEntry entry, long nowNanos) {
    switch (entry.state) {
      case INCOMPLETE -> {
        if (entry.requests < MAX_REQUESTS) {
          request(entry, nowNanos);
        } else {
          fail(entry, nowNanos);
        }
      }
      case REACHABLE -> onExpired(entry, nowNanos);
      case PROBE -> {
        if (entry.requests < MAX_REQUESTS) {
          request(entry, nowNanos);
        } else {
          counters.increment(Counter.ARP_FAILURES);
          idle(entry);
        }
      }
      case IDLE, STATIC -> {}
    }
  }

  /** The timer is lazy: confirmations since it was armed only moved {@code confirmedNanos}. */
  private void onExpired(NeighborEntry entry, long nowNanos) {
    long expiry = Deadline.after(entry.confirmedNanos, REACHABLE_NANOS);
    if (!Deadline.isDue(expiry, nowNanos)) {
      wheel.arm(entry, expiry);
    } else if (entry.neighbor.isUsed()) {
      entry.state = State.PROBE;
      entry.requests = 0;
      entry.unusedPeriods = 0;
      request(entry, nowNanos);
    } else if (++entry.unusedPeriods < UNUSED_PERIODS) {
      wheel.arm(entry, Deadline.after(nowNanos, REACHABLE_NANOS));
    } else {
      idle(entry);
    }
  }

  private static void idle(NeighborEntry entry) {
    entry.state = State.IDLE;
    entry.unusedPeriods = 0;
    entry.neighbor.mac(Neighbor.UNRESOLVED);
    entry.neighbor.clearUsed();
  }

  private void fail(NeighborEntry entry, long nowNanos) {
    counters.increment(Counter.ARP_FAILURES);
    idle(entry);
    giveUpWaiting(entry, nowNanos);
  }

  /** What is told of a failure may send again at once: that is kept, so the loop is counted. */
  private void giveUpWaiting(NeighborEntry entry, long nowNanos) {
    int headerBytes = EthernetFraming.headerBytes(entry.out);
    FailureListener told = listener;
    for (int left = entry.waitingCount(); left > 0 && entry.waitingCount() > 0; left--) {
      int datagram = entry.firstOffset() + headerBytes;
      Packet frame = removeFirst(entry);
      counters.drop(DropReason.ARP_UNRESOLVED);
      if (told != null) {
        told.onUndeliverable(frame, datagram, nowNanos);
      }
      frame.release();
    }
  }

  private void confirm(NeighborEntry entry, long mac, long nowNanos) {
    long known = entry.neighbor.mac();
    if (known != Neighbor.UNRESOLVED && known != mac) {
      counters.increment(Counter.ARP_ADDRESS_CHANGES);
    }
    entry.neighbor.mac(mac);
    entry.confirmedNanos = nowNanos;
    if (entry.state != State.REACHABLE) {
      entry.state = State.REACHABLE;
      wheel.arm(entry, Deadline.after(nowNanos, REACHABLE_NANOS));
    }
    entry.neighbor.clearUsed();
    flush(entry);
  }

  private void flush(NeighborEntry entry) {
    long mac = entry.neighbor.mac();
    while (entry.waitingCount() > 0) {
      int start = entry.firstOffset();
      int length = entry.firstLength();
      Packet frame = removeFirst(entry);
      EthernetFraming.writeDestination(slab, start, mac);
      int holdersOffset = frame.offset();
      int holdersLength = frame.length();
      frame.setRange(start, length);
      transmit(frame, entry.out);
      frame.setRange(holdersOffset, holdersLength);
      frame.release();
    }
  }

  private void transmit(Packet frame, NetInterface out) {
    OversizeOutput cutter = oversizeOutput;
    int maxBytes = EthernetFraming.headerBytes(out) + out.mtuBytes();
    if (frame.totalBytes() > maxBytes && cutter != null) {
      cutter.sendResolved(frame, out);
      return;
    }
    if (out.device().transmit(frame, NetworkDevice.DEFAULT_QUEUE)) {
      counters.increment(Counter.FRAMES_SENT);
    } else {
      counters.drop(DropReason.DEVICE_RING_FULL);
    }
  }

  // ---- packets --------------------------------------------------------------------------------

  /** Asks for {@code entry}, by broadcast or, to refresh it, by unicast; and again in a second. */
  private void request(NeighborEntry entry, long nowNanos) {
    entry.requests++;
    wheel.arm(entry, Deadline.after(nowNanos, RETRY_NANOS));
    long known = entry.neighbor.mac();
    send(
        entry.out,
        known == Neighbor.UNRESOLVED ? MacAddress.BROADCAST : known,
        ArpPacket.REQUEST,
        entry.out.sourceFor(entry.neighbor.address()),
        0,
        entry.neighbor.address());
    counters.increment(Counter.ARP_REQUESTS_SENT);
  }

  private void send(
      NetInterface out, long destination, int operation, int source, long targetMac, int target) {
    Packet frame = pool.allocateReserved();
    if (frame == null) {
      counters.drop(DropReason.NO_MEMORY);
      return;
    }
    int arp = frame.offset();
    frame.setRange(arp, ArpPacket.BYTES);
    view.wrap(slab, arp).operation(operation).sender(out.mac(), source).target(targetMac, target);
    int start = frame.push(EthernetFraming.headerBytes(out));
    EthernetFraming.write(slab, start, out, destination, EthernetHeader.TYPE_ARP);
    EthernetFraming.pad(frame);
    transmit(frame, out);
    frame.release();
  }

  /**
   * An ARP packet has arrived; the head of {@code packet} begins with it. The reference stays the
   * caller's. The order is RFC 826's: the sender is merged before the operation is looked at.
   */
  DropReason receive(Packet packet, NetInterface in, long nowNanos) {
    ArpPacket arp = view.wrap(packet.slab(), packet.offset());
    DropReason reason = arp.check(packet.length());
    if (reason != DropReason.NONE) {
      return reason;
    }
    int operation = arp.operation();
    int sender = arp.senderAddress();
    long senderMac = arp.senderMac();
    int target = arp.targetAddress();
    reason = checkSender(sender, senderMac, in, nowNanos);
    if (reason != DropReason.NONE) {
      return reason;
    }
    boolean forUs = in.hasAddress(target);
    boolean merged =
        sender != Ipv4Address.ANY
            && merge(in, sender, senderMac, forUs && operation == ArpPacket.REQUEST, nowNanos);
    return switch (operation) {
      case ArpPacket.REQUEST -> {
        counters.increment(Counter.ARP_REQUESTS_RECEIVED);
        if (forUs) {
          send(in, senderMac, ArpPacket.REPLY, target, senderMac, sender);
          counters.increment(Counter.ARP_REPLIES_SENT);
        }
        yield forUs || merged ? DropReason.NONE : DropReason.ARP_NOT_FOR_US;
      }
      case ArpPacket.REPLY -> {
        counters.increment(Counter.ARP_REPLIES_RECEIVED);
        yield merged ? DropReason.NONE : DropReason.ARP_NOT_FOR_US;
      }
      default -> DropReason.ARP_UNKNOWN_OPERATION;
    };
  }

  private DropReason checkSender(int sender, long senderMac, NetInterface in, long nowNanos) {
    boolean possible = sender == Ipv4Address.ANY || Ipv4Address.isHostAddress(sender);
    if (!possible || in.isBroadcast(sender) || MacAddress.isGroup(senderMac) || senderMac == 0) {
      return DropReason.ARP_BAD_SENDER;
    }
    if (in.hasAddress(sender)) {
      if (senderMac == in.mac()) {
        return DropReason.ARP_BAD_SENDER;
      }
      counters.increment(Counter.ARP_CONFLICTS);
      defend(in, sender, nowNanos);
      return DropReason.ARP_CONFLICT;
    }
    return DropReason.NONE;
  }

  /** Says once in ten seconds whose the address is (RFC 5227 section 2.4 b). */
  private void defend(NetInterface in, int address, long nowNanos) {
    if (!defended || nowNanos - defendedNanos >= DEFEND_INTERVAL_NANOS) {
      defended = true;
      defendedNanos = nowNanos;
      send(in, MacAddress.BROADCAST, ArpPacket.REQUEST, address, 0, address);
      counters.increment(Counter.ARP_REQUESTS_SENT);
    }
  }

  /**
   * Updates the sender's entry, or makes one if the packet asks us. Deviates from RFC 826: a reply
   * that nobody asked for makes none, which keeps forged ones out.
   */
  private boolean merge(
      NetInterface in, int sender, long senderMac, boolean asksUs, long nowNanos) {
    NeighborEntry entry = find(in, sender);
    if (entry == null) {
      entry = asksUs ? insert(new Neighbor(sender), in) : null;
      if (entry == null) {
        return false;
      }
    }
    if (entry.state != State.STATIC) {
      confirm(entry, senderMac, nowNanos);
    }
    return true;
  }
}
