package dev.trident.link;

import dev.trident.time.Deadline;
import dev.trident.time.TimerNode;
import dev.trident.time.TimerWheel;
import dev.trident.wire.Ipv4Address;
import dev.trident.wire.MacAddress;

/**
 * Finds out whether somebody else on a link has an address (RFC 5227 section 2.1.1). For an address
 * that is not ours the packets are probes, which tell nobody of us; for one that is, requests.
 */
public final class AddressProbe extends TimerNode {
  /** What has been found out. */
  public enum Outcome {
    /** Not all packets are sent, or the wait after the last is not over. */
    UNDER_WAY,
    /** Nobody has answered. */
    FREE,
    /** Somebody has the address, or probes for it too: {@link #owner} is his hardware address. */
    TAKEN,
    /** {@link #cancel} came first. */
    CANCELLED
  }

  /** Told once, from within the stack: must not call it. */
  @FunctionalInterface
  public interface Listener {
    /** {@link #outcome} is FREE or TAKEN. */
    void onOutcome(AddressProbe probe, long nowNanos);
  }

  private final ArpLayer layer;
  private final ArpOutput output;
  private final TimerWheel wheel;
  private final NetInterface out;
  private final int address;
  private final ProbeTimes times;
  private final Listener listener;
  private Outcome outcome = Outcome.UNDER_WAY;
  private int sent;
  private long owner = Neighbor.UNRESOLVED;

  AddressProbe(
      ArpLayer layer,
      ArpOutput output,
      TimerWheel wheel,
      NetInterface out,
      int address,
      ProbeTimes times,
      Listener listener) {
    this.layer = layer;
    this.output = output;
    this.wheel = wheel;
    this.out = out;
    this.address = address;
    this.times = times;
    this.listener = listener;
  }

  /** Sends the first packet at once, or after a delay. */
  void start(long nowNanos, long delayNanos) {
    if (delayNanos == 0) {
      onTimer(nowNanos);
    } else {
      wheel.arm(this, Deadline.after(nowNanos, delayNanos));
    }
  }

  public Outcome outcome() {
    return outcome;
  }

  public int address() {
    return address;
  }

  public NetInterface netInterface() {
    return out;
  }

  /** Packets sent so far. */
  public int sent() {
    return sent;
  }

  /** Who has the address, once it is TAKEN: a hardware address. */
  public long owner() {
    return owner;
  }

  /** Ends it without an outcome; nothing if it has one. */
  public void cancel() {
    if (outcome == Outcome.UNDER_WAY) {
      wheel.disarm(this);
      outcome = Outcome.CANCELLED;
      layer.forget(this);
    }
  }

  @Override
  protected void onTimer(long nowNanos) {
    if (sent == times.count()) {
      end(Outcome.FREE, nowNanos);
      return;
    }
    if (out.hasAddress(address)) {
      output.request(out, MacAddress.BROADCAST, address);
    } else {
      output.probe(out, address);
    }
    sent++;
    long spread = times.maxIntervalNanos() - times.minIntervalNanos();
    long delay =
        sent == times.count()
            ? times.waitNanos()
            : times.minIntervalNanos() + layer.randomUpTo(spread);
    wheel.arm(this, Deadline.after(nowNanos, delay));
  }

  /**
   * An ARP packet of another host has arrived. It is a conflict if he says that he has the address,
   * or probes for it himself.
   */
  void onArp(NetInterface in, int sender, long senderMac, int target, long nowNanos) {
    boolean says = sender == address;
    boolean probes = sender == Ipv4Address.ANY && target == address;
    if (in == out && (says || probes)) {
      owner = senderMac;
      wheel.disarm(this);
      end(Outcome.TAKEN, nowNanos);
    }
  }

  private void end(Outcome reached, long nowNanos) {
    outcome = reached;
    layer.forget(this);
    listener.onOutcome(this, nowNanos);
  }
}
