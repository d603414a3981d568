package dev.trident.link;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.link.AddressProbe.Outcome;
import dev.trident.time.Now;
import dev.trident.time.TimerWheel;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.ArpPacket;
import dev.trident.wire.Ipv4Address;
import dev.trident.wire.MacAddress;
import dev.trident.wire.SeedMixer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * ARP input, and what a host does about its own addresses: it answers for them, claims new ones and
 * defends the old (RFC 826, RFC 5227). What others' addresses are is the {@link NeighborCache}'s.
 */
public final class ArpLayer {
  /** Where a claimed address goes. */
  @FunctionalInterface
  public interface AddressUser {
    /** From now on {@code address} is one of ours. */
    void onClaimed(NetInterface out, NetInterface.Address address);
  }

  /** Probes and watches that may be under way, each. */
  public static final int MAX_PROBES = 64;

  /** MAX_CONFLICTS of RFC 5227: after so many an interface tries new addresses slowly. */
  private static final int MAX_CONFLICTS = 10;

  /** RATE_LIMIT_INTERVAL of RFC 5227. */
  private static final long RATE_LIMIT_NANOS = 60_000_000_000L;

  private static final long SEED_USE = 0x6172_7000L;

  private final TimerWheel wheel;
  private final Now now;
  private final Counters counters;
  private final ArpOutput output;
  private final NeighborCache neighbors;
  private final ArpPacket view;
  private final long seed;
  private long randomsDrawn;
  private final AddressDefence defence = new AddressDefence();
  private final ProxyAddresses proxies = new ProxyAddresses();
  private final List<AddressProbe> probes = new ArrayList<>();
  private final List<AddressWatch> watches = new ArrayList<>();
  private @Nullable AddressUser addressUser;
  private int claimConflicts;
  private long lastClaimNanos;

  /**
   * @param maxNeighbors bound of the neighbour cache
   * @param seed where random delays come from
   */
  public ArpLayer(
      PacketPool pool, TimerWheel wheel, Now now, Counters counters, int maxNeighbors, long seed) {
    this.wheel = wheel;
    this.now = now;
    this.counters = counters;
    this.seed = seed ^ SEED_USE;
    output = new ArpOutput(pool, counters);
    view = new ArpPacket(pool.slab());
    neighbors =
        new NeighborCache(
            output,
            pool.slab(),
            wheel,
            now,
            counters,
            maxNeighbors,
            Math.max(WaitingFrames.MAX_WAITING, pool.cells() / 8));
  }

  /** Set-up: who takes claimed addresses into use. */
  public void addressUser(AddressUser user) {
    addressUser = user;
  }

  /** Set-up: an interface whose addresses are answered for. */
  public void addInterface(NetInterface netInterface) {
    neighbors.addInterface(netInterface);
  }

  public NeighborCache neighbors() {
    return neighbors;
  }

  /** A number from 0 to {@code bound}. */
  long randomUpTo(long bound) {
    return Long.remainderUnsigned(SeedMixer.mix(seed, randomsDrawn++), bound + 1);
  }

  // ---- own addresses --------------------------------------------------------------------------

  /**
   * Begins to claim an address, by probing for it as RFC 5227 says. After ten conflicts a claim
   * begins at most once a minute: an earlier one is put off.
   *
   * @return the claim, or null if {@value #MAX_PROBES} probes are under way
   * @throws IllegalStateException if the address is in use here already, or being probed for
   */
  public @Nullable AddressClaim claim(
      NetInterface out, int address, int prefixBits, AddressClaim.Listener listener) {
    if (out.hasAddress(address)) {
      throw new IllegalStateException(Ipv4Address.format(address) + " is in use here already");
    }
    for (AddressProbe probe : probes) {
      if (probe.netInterface() == out && probe.address() == address) {
        throw new IllegalStateException(Ipv4Address.format(address) + " is being probed already");
      }
    }
    if (probes.size() == MAX_PROBES) {
      return null;
    }
    NetInterface.Address wanted = new NetInterface.Address(address, prefixBits);
    AddressClaim claim = new AddressClaim(wanted, listener);
    AddressProbe probe =
        newProbe(
            out,
            address,
            ProbeTimes.RFC5227,
            (ended, nowNanos) -> onProbed(claim, ended, nowNanos));
    claim.probe(probe);
    long nowNanos = now.nanos();
    long earliest = claimConflicts < MAX_CONFLICTS ? nowNanos : lastClaimNanos + RATE_LIMIT_NANOS;
    long start = earliest - nowNanos > 0 ? earliest : nowNanos;
    lastClaimNanos = start;
    // One nanosecond at least: the caller may still be setting up, so nothing is sent at once.
    probe.start(
        nowNanos, start - nowNanos + 1 + randomUpTo(ProbeTimes.RFC5227.maxDelayNanos() - 1));
    return claim;
  }

  private void onProbed(AddressClaim claim, AddressProbe probe, long nowNanos) {
    if (probe.outcome() == Outcome.FREE) {
      Objects.requireNonNull(addressUser, "nobody takes addresses")
          .onClaimed(probe.netInterface(), claim.address());
      announceFrom(probe.netInterface(), probe.address(), nowNanos);
    } else {
      claimConflicts++;
      counters.increment(Counter.ARP_CLAIMS_REFUSED);
    }
    claim.decide(probe.outcome(), nowNanos);
  }

  /**
   * Tells the link at the next poll, and again two seconds later, that an address is ours, so that
   * those who knew another owner learn it (gratuitous ARP).
   */
  public void announce(NetInterface out, int address) {
    announceFrom(out, address, now.nanos());
  }

  private void announceFrom(NetInterface out, int address, long nowNanos) {
    wheel.arm(new Announcement(output, wheel, out, address), nowNanos);
  }

  /**
   * Asks whether somebody has an address: at once, or after the delay that {@code times} allows.
   *
   * @return the probe, or null if {@value #MAX_PROBES} are under way
   */
  public @Nullable AddressProbe probe(
      NetInterface out, int address, ProbeTimes times, AddressProbe.Listener listener) {
    if (probes.size() == MAX_PROBES) {
      return null;
    }
    AddressProbe probe = newProbe(out, address, times, listener);
    probe.start(now.nanos(), times.maxDelayNanos() == 0 ? 0 : randomUpTo(times.maxDelayNanos()));
    return probe;
  }

  private AddressProbe newProbe(
      NetInterface out, int address, ProbeTimes times, AddressProbe.Listener listener) {
    AddressProbe probe = new AddressProbe(this, output, wheel, out, address, times, listener);
    probes.add(probe);
    return probe;
  }

  void forget(AddressProbe probe) {
    probes.remove(probe);
  }

  /**
   * Watches for a host that has an address, which may be one of ours.
   *
   * @return the watch, or null if there are {@value #MAX_PROBES}
   */
  public @Nullable AddressWatch watch(
      NetInterface on, int address, AddressWatch.Listener listener) {
    if (watches.size() == MAX_PROBES) {
      return null;
    }
    AddressWatch watch = new AddressWatch(this, on, address, listener);
    watches.add(watch);
    return watch;
  }

  void forget(AddressWatch watch) {
    watches.remove(watch);
  }

  /** Answers for an address that is not ours from now on; false if there are too many such. */
  public boolean addProxy(NetInterface on, int address) {
    return proxies.add(on, address);
  }

  /** Undoes {@link #addProxy}; false if there was none. */
  public boolean removeProxy(NetInterface on, int address) {
    return proxies.remove(on, address);
  }

  // ---- input ----------------------------------------------------------------------------------

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
    reason = checkSender(sender, senderMac, in);
    if (reason != DropReason.NONE) {
      return reason;
    }
    tellWatchers(in, sender, senderMac, target, nowNanos);
    if (in.hasAddress(sender)) {
      onConflict(in, sender, nowNanos);
      return DropReason.ARP_CONFLICT;
    }
    boolean forUs = in.hasAddress(target) || proxies.contains(in, target);
    boolean asksUs = forUs && operation == ArpPacket.REQUEST;
    boolean merged =
        sender != Ipv4Address.ANY && neighbors.merge(in, sender, senderMac, asksUs, nowNanos);
    return switch (operation) {
      case ArpPacket.REQUEST -> {
        counters.increment(Counter.ARP_REQUESTS_RECEIVED);
        if (forUs) {
          output.reply(in, target, senderMac, sender);
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

  /** A packet of our own that comes back is none of another host, whatever it says. */
  private static DropReason checkSender(int sender, long senderMac, NetInterface in) {
    boolean possible = sender == Ipv4Address.ANY || Ipv4Address.isHostAddress(sender);
    return !possible
            || in.isBroadcast(sender)
            || MacAddress.isGroup(senderMac)
            || senderMac == 0
            || senderMac == in.mac()
        ? DropReason.ARP_BAD_SENDER
        : DropReason.NONE;
  }

  /** From the end, as those that are told may leave the lists. */
  private void tellWatchers(
      NetInterface in, int sender, long senderMac, int target, long nowNanos) {
    for (int i = probes.size() - 1; i >= 0; i--) {
      probes.get(i).onArp(in, sender, senderMac, target, nowNanos);
    }
    for (int i = watches.size() - 1; i >= 0; i--) {
      watches.get(i).onArp(in, sender, senderMac, nowNanos);
    }
  }

  /** Another host says that he has an address of ours: he is told whose it is. */
  private void onConflict(NetInterface in, int address, long nowNanos) {
    counters.increment(Counter.ARP_CONFLICTS);
    if (defence.mayDefend(address, nowNanos)) {
      output.announce(in, address);
    }
  }

  /** Drops everything that waits: the stack closes. */
  public void close() {
    neighbors.close();
    while (!probes.isEmpty()) {
      probes.getLast().cancel();
    }
    watches.clear();
  }
}
