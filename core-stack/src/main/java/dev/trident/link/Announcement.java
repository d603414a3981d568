package dev.trident.link;

import dev.trident.time.Deadline;
import dev.trident.time.TimerNode;
import dev.trident.time.TimerWheel;

/** Tells a link twice, two seconds apart, that an address is ours now (RFC 5227 section 2.3). */
final class Announcement extends TimerNode {
  private static final int COUNT = 2;
  private static final long INTERVAL_NANOS = 2_000_000_000L;

  private final ArpOutput output;
  private final TimerWheel wheel;
  private final NetInterface out;
  private final int address;
  private int sent;

  Announcement(ArpOutput output, TimerWheel wheel, NetInterface out, int address) {
    this.output = output;
    this.wheel = wheel;
    this.out = out;
    this.address = address;
  }

  @Override
  protected void onTimer(long nowNanos) {
    output.announce(out, address);
    if (++sent < COUNT) {
      wheel.arm(this, Deadline.after(nowNanos, INTERVAL_NANOS));
    }
  }
}
