package dev.trident.link;

import dev.trident.link.AddressProbe.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * An address on its way to be ours (RFC 5227 section 2.1): probed for, and used and announced only
 * when nobody has objected.
 */
public final class AddressClaim {
  /** Where a claim stands. */
  public enum State {
    /** The address is being probed for and not used yet. */
    PROBING,
    /** The address is ours. */
    CLAIMED,
    /** Another host has it: it is not used. */
    CONFLICT,
    /** Given up before the end. */
    CANCELLED
  }

  /** Told once, from within the stack: must not call it. */
  @FunctionalInterface
  public interface Listener {
    /** The claim is CLAIMED, and the address in use, or it is in CONFLICT. */
    void onDecided(AddressClaim claim, long nowNanos);
  }

  private final NetInterface.Address address;
  private final Listener listener;
  private State state = State.PROBING;
  private @Nullable AddressProbe probe;

  AddressClaim(NetInterface.Address address, Listener listener) {
    this.address = address;
    this.listener = listener;
  }

  void probe(AddressProbe started) {
    probe = started;
  }

  public State state() {
    return state;
  }

  public NetInterface.Address address() {
    return address;
  }

  /** Hardware address of the host that has the address, in CONFLICT; otherwise UNRESOLVED. */
  public long owner() {
    return probe == null ? Neighbor.UNRESOLVED : probe.owner();
  }

  /** Gives a claim up that is not decided yet. */
  public void cancel() {
    if (state == State.PROBING) {
      state = State.CANCELLED;
      if (probe != null) {
        probe.cancel();
      }
    }
  }

  void decide(Outcome outcome, long nowNanos) {
    state = outcome == Outcome.FREE ? State.CLAIMED : State.CONFLICT;
    listener.onDecided(this, nowNanos);
  }
}
