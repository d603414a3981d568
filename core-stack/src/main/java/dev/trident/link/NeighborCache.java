package dev.trident.link;

import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import dev.trident.link.NeighborEntry.State;
import dev.trident.time.Deadline;
import dev.trident.time.Now;
import dev.trident.time.TimerWheel;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.MacAddress;
import java.util.ArrayList;
import java.util.List;
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
 *
 * <p>A gateway goes to UNREACHABLE instead of IDLE: routes pass it over, and it is asked every 30 s
 * whether it is back.
 */
public final class NeighborCache implements NeighborResolver {
  /** Told of what becomes of neighbours. */
  public interface Listener {
    /**
     * An IPv4 datagram at {@code slabOffset} is dropped because its neighbour did not answer; the
     * reference stays the cache's.
     */
    void onUndeliverable(Packet frame, int slabOffset, long nowNanos);

    /** A gateway has stopped answering, or answers again: see {@link Neighbor#isUnreachable}. */
    void onGatewayChanged(Neighbor gateway, long nowNanos);
  }

  private static final long SECOND = 1_000_000_000L;
  private static final long RETRY_NANOS = SECOND;
  private static final int MAX_REQUESTS = 3;
  private static final long REACHABLE_NANOS = 30 * SECOND;

  /** How often a gateway that does not answer is asked whether it is back. */
  private static final long GATEWAY_RETRY_NANOS = 30 * SECOND;

  /**
   * Periods of {@link #REACHABLE_NANOS} without traffic after which an address is forgotten. Two
   * minutes are longer than any retransmission timeout: a stack without a queue for unresolved
   * neighbours loses the segment that finds none, and must not find none the next time too.
   */
  private static final int UNUSED_PERIODS = 4;

  private final ArpOutput output;
  private final Slab slab;
  private final TimerWheel wheel;
  private final Now now;
  private final Counters counters;
  private final List<NetInterface> interfaces = new ArrayList<>();
  private final NeighborTable table;
  private final RequestPacer pacer = new RequestPacer();
  private @Nullable Listener listener;
  private @Nullable OversizeOutput oversizeOutput;

  /**
   * Cells of the frames that wait in all entries: a flood from made-up addresses must not take all
   * memory, and the answer to a long ping holds many.
   */
  private int waitingCells;

  private final int maxWaitingCells;

  /**
   * @param maxEntries bound of the table, at least 1
   * @param maxWaitingCells no frame is kept while those that wait for all neighbours together hold
   *     so many cells
   */
  NeighborCache(
      ArpOutput output,
      Slab slab,
      TimerWheel wheel,
      Now now,
      Counters counters,
      int maxEntries,
      int maxWaitingCells) {
    this.output = output;
    this.slab = slab;
    this.wheel = wheel;
    this.now = now;
    this.counters = counters;
    this.maxWaitingCells = maxWaitingCells;
    table = new NeighborTable(maxEntries);
  }

  /** Set-up: who is told. */
  public void listener(Listener told) {
    listener = told;
  }

  /** Set-up: who sends frames that waited and are longer than their link carries. */
  public void oversizeOutput(OversizeOutput cutter) {
    oversizeOutput = cutter;
  }

  /** Set-up: an interface that {@link #neighbor(String, int)} finds. */
  void addInterface(NetInterface netInterface) {
    interfaces.add(netInterface);
  }

  /** Neighbours in the table. */
  public int size() {
    return table.size();
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
    NeighborEntry entry = table.find(out, address);
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
    if (waitingCells >= maxWaitingCells) {
      counters.drop(DropReason.ARP_QUEUE_FULL);
      return false;
    }
    waitingCells -= entry.waitingCells();
    DropReason reason = entry.enqueue(frame);
    waitingCells += entry.waitingCells();
    if (reason != DropReason.NONE) {
      counters.drop(reason);
    }
    if (entry.neighbor.mac() != Neighbor.UNRESOLVED) {
      flush(entry);
    }
    return true;
  }

  /** Nothing has come by way of {@code neighbor} for long: if it is a gateway, it is asked. */
  public void suspect(Neighbor neighbor) {
    NeighborEntry entry = neighbor.entry;
    if (entry != null && neighbor.isGateway() && entry.state == State.REACHABLE) {
      probe(entry, now.nanos());
    }
  }

  /** The entry of {@code neighbor}, being resolved or resolved; null if there is no room. */
  private @Nullable NeighborEntry resolve(Neighbor neighbor, NetInterface out) {
    NeighborEntry entry = neighbor.entry;
    if (entry == null) {
      entry = table.find(out, neighbor.address());
    }
    if (entry == null) {
      entry = insert(neighbor, out);
    }
    if (entry != null) {
      entry.neighbor.touch();
      if (entry.state == State.IDLE || entry.state == State.UNREACHABLE) {
        entry.state = State.INCOMPLETE;
        entry.requests = 0;
        request(entry, now.nanos());
      }
    }
    return entry;
  }

  private @Nullable NeighborEntry insert(Neighbor neighbor, NetInterface out) {
    NeighborEntry leaving = null;
    if (table.isFull()) {
      leaving = table.leastNeeded();
      if (leaving == null) {
        return null;
      }
      remove(leaving);
    }
    NeighborEntry entry = new NeighborEntry(this, neighbor, out);
    entry.confirmedNanos = now.nanos();
    table.add(entry);
    if (leaving != null) {
      giveUpWaiting(leaving, now.nanos());
    }
    return entry;
  }

  private void remove(NeighborEntry entry) {
    wheel.disarm(entry);
    entry.neighbor.mac(Neighbor.UNRESOLVED);
    entry.neighbor.unreachable(false);
    table.remove(entry);
  }

  // ---- by hand --------------------------------------------------------------------------------

  /**
   * Sets a neighbour by hand: it does not expire, and no packet changes it.
   *
   * @return false if the table is full
   */
  public boolean addStatic(NetInterface out, int address, long mac) {
    NeighborEntry entry = table.find(out, address);
    if (entry == null) {
      entry = insert(new Neighbor(address), out);
    }
    if (entry == null) {
      return false;
    }
    wheel.disarm(entry);
    entry.state = State.STATIC;
    entry.neighbor.mac(mac);
    reach(entry, now.nanos());
    flush(entry);
    return true;
  }

  /** Forgets a neighbour, static or not; frames that wait for it are dropped. False if unknown. */
  public boolean remove(NetInterface out, int address) {
    NeighborEntry entry = table.find(out, address);
    if (entry == null) {
      return false;
    }
    dropWaiting(entry);
    remove(entry);
    return true;
  }

  /** Drops everything that waits: the stack closes. */
  public void close() {
    for (NeighborEntry entry = table.oldest(); entry != null; entry = table.oldest()) {
      dropWaiting(entry);
      remove(entry);
    }
  }

  private void dropWaiting(NeighborEntry entry) {
    while (entry.waitingCount() > 0) {
      counters.drop(DropReason.ARP_UNRESOLVED);
      removeFirst(entry).release();
    }
  }

  private Packet removeFirst(NeighborEntry entry) {
    waitingCells -= entry.waitingCells();
    Packet first = entry.waiting().removeFirst();
    waitingCells += entry.waitingCells();
    return first;
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
          fail(entry, nowNanos);
        }
      }
      case UNREACHABLE -> askAgain(entry, nowNanos);
      case IDLE, STATIC -> {}
    }
  }

  /** The timer is lazy: confirmations since it was armed only moved {@code confirmedNanos}. */
  private void onExpired(NeighborEntry entry, long nowNanos) {
    long expiry = Deadline.after(entry.confirmedNanos, REACHABLE_NANOS);
    if (!Deadline.isDue(expiry, nowNanos)) {
      wheel.arm(entry, expiry);
    } else if (entry.neighbor.isUsed()) {
      probe(entry, nowNanos);
    } else if (++entry.unusedPeriods < UNUSED_PERIODS) {
      wheel.arm(entry, Deadline.after(nowNanos, REACHABLE_NANOS));
    } else {
      idle(entry);
    }
  }

  /** The address is used on while the neighbour is asked whether it still has it. */
  private void probe(NeighborEntry entry, long nowNanos) {
    entry.state = State.PROBE;
    entry.requests = 0;
    entry.unusedPeriods = 0;
    request(entry, nowNanos);
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
    if (entry.neighbor.isGateway()) {
      entry.state = State.UNREACHABLE;
      entry.requests = 0;
      wheel.arm(entry, Deadline.after(nowNanos, GATEWAY_RETRY_NANOS));
      if (!entry.neighbor.isUnreachable()) {
        entry.neighbor.unreachable(true);
        tellOfGateway(entry, nowNanos);
      }
    }
    giveUpWaiting(entry, nowNanos);
  }

  /** A gateway that is passed over has no traffic that would ask for it. */
  private void askAgain(NeighborEntry entry, long nowNanos) {
    request(entry, nowNanos);
    if (entry.requests != 0) {
      entry.requests = 0;
      wheel.arm(entry, Deadline.after(nowNanos, GATEWAY_RETRY_NANOS));
    }
  }

  private void tellOfGateway(NeighborEntry entry, long nowNanos) {
    if (listener != null) {
      listener.onGatewayChanged(entry.neighbor, nowNanos);
    }
  }

  /** What is told of a failure may send again at once: that is kept, so the loop is counted. */
  private void giveUpWaiting(NeighborEntry entry, long nowNanos) {
    int headerBytes = EthernetFraming.headerBytes(entry.out);
    Listener told = listener;
    for (int left = entry.waitingCount(); left > 0 && entry.waitingCount() > 0; left--) {
      int datagram = entry.waiting().firstOffset() + headerBytes;
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
    table.renew(entry);
    if (entry.state != State.REACHABLE) {
      entry.state = State.REACHABLE;
      wheel.arm(entry, Deadline.after(nowNanos, REACHABLE_NANOS));
    }
    entry.neighbor.clearUsed();
    reach(entry, nowNanos);
    flush(entry);
  }

  /** The address of a neighbour is known: if it is a gateway that was passed over, it is back. */
  private void reach(NeighborEntry entry, long nowNanos) {
    if (entry.neighbor.isUnreachable()) {
      entry.neighbor.unreachable(false);
      tellOfGateway(entry, nowNanos);
    }
  }

  private void flush(NeighborEntry entry) {
    long mac = entry.neighbor.mac();
    while (entry.waitingCount() > 0) {
      int start = entry.waiting().firstOffset();
      int length = entry.waiting().firstLength();
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
    } else {
      output.transmit(frame, out);
    }
  }

  // ---- asking and answers ---------------------------------------------------------------------

  /** Asks for {@code entry}, by broadcast or, to refresh it, by unicast; and again in a second. */
  private void request(NeighborEntry entry, long nowNanos) {
    int address = entry.neighbor.address();
    long earliest = pacer.earliest(entry.out, address, nowNanos);
    if (earliest != nowNanos) {
      wheel.arm(entry, earliest);
      return;
    }
    entry.requests++;
    wheel.arm(entry, Deadline.after(nowNanos, RETRY_NANOS));
    long known = entry.neighbor.mac();
    pacer.onRequest(entry.out, address, nowNanos);
    output.request(entry.out, known == Neighbor.UNRESOLVED ? MacAddress.BROADCAST : known, address);
  }

  /** The hardware address of {@code address}, or {@link Neighbor#UNRESOLVED}; asks nobody. */
  public long macOf(NetInterface out, int address) {
    NeighborEntry entry = table.find(out, address);
    return entry == null ? Neighbor.UNRESOLVED : entry.neighbor.mac();
  }

  /**
   * Updates the sender's entry, or makes one if the packet asks us. Deviates from RFC 826: a reply
   * that nobody asked for makes none, which keeps forged ones out.
   *
   * @return whether there is an entry
   */
  boolean merge(NetInterface in, int sender, long senderMac, boolean asksUs, long nowNanos) {
    NeighborEntry entry = table.find(in, sender);
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
