package dev.trident.treck;

import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.time.VirtualClock;

/** Two hosts on one wire, polled by their callers, in virtual time that waits move on. */
final class TwoHosts implements AutoCloseable {
  static final String LEFT = "10.0.0.1";
  static final String RIGHT = "10.0.0.2";

  private final Fabric fabric;
  private final Host left;
  private final Host right;

  TwoHosts(Fabric fabric) {
    this.fabric = fabric;
    left = fabric.host("left", 1).nic("left0", LEFT + "/24");
    right = fabric.host("right", 2).nic("right0", RIGHT + "/24");
    fabric.wire(left.nic("left0"), right.nic("right0"));
  }

  static TwoHosts inVirtualTime() {
    return new TwoHosts(Fabric.polled(new VirtualClock()));
  }

  Host left() {
    return left;
  }

  Host right() {
    return right;
  }

  @Override
  public void close() {
    fabric.close();
  }
}
