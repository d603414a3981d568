package dev.trident.hw.host;

import dev.trident.buffer.Completions;
import dev.trident.link.AddressClaim;
import dev.trident.link.AddressProbe;
import dev.trident.link.AddressWatch;
import dev.trident.link.ArpLayer;
import dev.trident.link.NetInterface;
import dev.trident.link.ProbeTimes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a program may do with ARP on a host: entries by hand, addresses to answer for, questions who
 * has an address. Touched only between {@code enter} and {@code exit} of the default stack;
 * listeners run at the end of the outermost call, and calls made from them are ordinary.
 */
public final class HostArp {
  /** Told what has become of a question. */
  @FunctionalInterface
  public interface Listener {
    /** Somebody has the address ({@code taken}), or the time is over and nobody has answered. */
    void onAnswer(boolean taken);
  }

  /** A question under way, or a watch. */
  public interface Question {
    /** Ends it; nothing if it has ended. The listener is not called any more. */
    void cancel();
  }

  private final Host host;
  private final ArpLayer layer;
  private final Completions completions;
  private final List<AddressClaim> claims = new ArrayList<>();

  HostArp(Host host, ArpLayer layer, Completions completions) {
    this.host = host;
    this.layer = layer;
    this.completions = completions;
  }

  private NetInterface net(String interfaceName) {
    return host.netInterface(interfaceName);
  }

  // ---- entries ----------------------------------------------------------------------------------

  /**
   * Sets a neighbour by hand: it does not expire, and no packet changes it.
   *
   * @param mac hardware address in the low 48 bits
   * @return false if the table is full
   */
  public boolean addStatic(String interfaceName, int address, long mac) {
    return layer.neighbors().addStatic(net(interfaceName), address, mac);
  }

  /** Forgets a neighbour; false if it is not in the table. */
  public boolean remove(String interfaceName, int address) {
    return layer.neighbors().remove(net(interfaceName), address);
  }

  /** The hardware address of a neighbour; -1 if it is not known. */
  public long macOf(String interfaceName, int address) {
    return layer.neighbors().macOf(net(interfaceName), address);
  }

  /** Answers for an address that is not this host's; false if there are 64 such already. */
  public boolean addProxy(String interfaceName, int address) {
    return layer.addProxy(net(interfaceName), address);
  }

  /** Undoes {@link #addProxy}; false if there was none. */
  public boolean removeProxy(String interfaceName, int address) {
    return layer.removeProxy(net(interfaceName), address);
  }

  // ---- own addresses ----------------------------------------------------------------------------

  /** Tells the link twice, two seconds apart, that an address is this host's. */
  public void announce(String interfaceName, int address) {
    layer.announce(net(interfaceName), address);
  }

  /**
   * Takes an address into use when nobody objects (RFC 5227); {@code listener} may be null.
   *
   * @return the claim; null if 64 probes are under way
   * @throws IllegalArgumentException if the address is malformed, or none that a host can have
   */
  public @Nullable AddressClaim claim(
      String interfaceName, String cidr, @Nullable Listener listener) {
    Cidr wanted = Cidr.parse(cidr).checkOwn();
    Notice notice = new Notice(listener);
    AddressClaim claim =
        layer.claim(
            net(interfaceName),
            wanted.address(),
            wanted.prefixBits(),
            (decided, nowNanos) -> notice.raise(decided.state() == AddressClaim.State.CONFLICT));
    if (claim != null) {
      claims.removeIf(old -> old.state() == AddressClaim.State.CANCELLED);
      claims.add(claim);
    }
    return claim;
  }

  /** The claims made so far that were not given up, those of {@link AddressStart#PROBED} too. */
  public List<AddressClaim> claims() {
    return List.copyOf(claims);
  }

  // ---- questions --------------------------------------------------------------------------------

  /**
   * Asks {@code count} times who has an address, the first time at once, until somebody answers or
   * {@code timeoutNanos} have passed since the last packet.
   *
   * @return the question; null if 64 are under way
   */
  public @Nullable Question ask(
      String interfaceName,
      int address,
      int count,
      long intervalNanos,
      long timeoutNanos,
      Listener listener) {
    Notice notice = new Notice(listener);
    AddressProbe probe =
        layer.probe(
            net(interfaceName),
            address,
            new ProbeTimes(count, 0, intervalNanos, intervalNanos, timeoutNanos),
            (ended, nowNanos) -> notice.raise(ended.outcome() == AddressProbe.Outcome.TAKEN));
    return probe == null
        ? null
        : () -> {
          probe.cancel();
          notice.mute();
        };
  }

  /**
   * Watches for other hosts that say they have an address: {@code onAnswer(true)}, each time, until
   * cancelled.
   *
   * @return the watch; null if there are 64
   */
  public @Nullable Question watch(String interfaceName, int address, Listener listener) {
    Notice notice = new Notice(listener);
    AddressWatch watch =
        layer.watch(net(interfaceName), address, (seen, senderMac, nowNanos) -> notice.raise(true));
    return watch == null
        ? null
        : () -> {
          watch.cancel();
          notice.mute();
        };
  }

  /** What a listener is to be told at the end of the outermost call; several times count once. */
  private final class Notice extends Completions.Entry {
    private @Nullable Listener listener;
    private boolean pending;
    private boolean taken;

    Notice(@Nullable Listener listener) {
      this.listener = listener;
    }

    void raise(boolean isTaken) {
      taken = isTaken;
      if (!pending) {
        pending = true;
        completions.add(this);
      }
    }

    void mute() {
      listener = null;
    }

    @Override
    protected void onTaken() {
      pending = false;
    }

    @Override
    protected void complete() {
      Listener told = listener;
      if (told != null) {
        told.onAnswer(taken);
      }
    }
  }
}
