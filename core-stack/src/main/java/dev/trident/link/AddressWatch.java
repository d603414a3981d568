package dev.trident.link;

/**
 * Watches the ARP packets of a link for a host that says he has a certain address, until cancelled.
 */
public final class AddressWatch {
  /** Told for each such packet, from within the stack: must not call it. */
  @FunctionalInterface
  public interface Listener {
    void onSeen(AddressWatch watch, long senderMac, long nowNanos);
  }

  private final ArpLayer layer;
  private final NetInterface on;
  private final int address;
  private final Listener listener;

  AddressWatch(ArpLayer layer, NetInterface on, int address, Listener listener) {
    this.layer = layer;
    this.on = on;
    this.address = address;
    this.listener = listener;
  }

  public int address() {
    return address;
  }

  /** Ends it; nothing if it has ended. */
  public void cancel() {
    layer.forget(this);
  }

  void onArp(NetInterface in, int sender, long senderMac, long nowNanos) {
    if (in == on && sender == address) {
      listener.onSeen(this, senderMac, nowNanos);
    }
  }
}
