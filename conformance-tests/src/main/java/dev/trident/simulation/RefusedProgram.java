package dev.trident.simulation;

import dev.trident.c.C;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.sim.Simulation;
import dev.trident.hw.time.SeededRandom;
import io.netty.buffer.ByteBuf;

/**
 * Datagrams from a connected endpoint to a port that nobody has: the program must be told by way of
 * ICMP that they are refused, and receive nothing else.
 */
final class RefusedProgram implements Program {
  private static final int MAX_DATAGRAMS = 20;
  private static final long PAUSE_NANOS = 250_000_000L;

  private final int number;
  private final Topology.Pair pair;
  private final Api api;
  private final Ledger ledger;
  private final boolean mustHear;
  private final long startNanos;
  private final int datagrams;
  private final SeededRandom chance;
  private final DatagramEnd end;
  private final SockAddrIn target;
  private int refusals;
  private int sent;
  private boolean done;

  /**
   * @param api one that reports ICMP errors
   * @param mustHear whether nothing gets lost on the way
   */
  RefusedProgram(
      int number,
      Topology.Pair pair,
      Api api,
      boolean mustHear,
      long startNanos,
      Ledger ledger,
      SeededRandom chance) {
    this.number = number;
    this.pair = pair;
    this.api = api;
    this.mustHear = mustHear;
    this.startNanos = startNanos;
    this.ledger = ledger;
    this.chance = chance;
    datagrams = 5 + (int) chance.below(MAX_DATAGRAMS);
    end = api.datagrams(pair.client(), FIRST_PORT + number, ledger);
    target = pair.server().at(FIRST_PORT + number);
  }

  @Override
  public void start(Simulation simulation) {
    simulation.app(pair.client().node().host(), "refused" + number, this::live);
  }

  private void live() {
    pair.client().node().pause(startNanos);
    try {
      end.open();
      end.connect(target);
      ByteBuf buffer = C.malloc(65_536);
      for (int i = 0; i < datagrams; i++) {
        ByteBuf data = Pattern.make(number, i, 1 + (int) chance.below(30));
        switch (end.send(data, data.capacity(), target, (int) chance.below(12))) {
          case YES -> sent++;
          case REFUSED -> refusals++;
          case NOT_NOW -> {}
        }
        pair.client().node().pause(PAUSE_NANOS);
        int length = end.receive(buffer, (int) chance.below(12));
        if (length >= 0) {
          ledger.complain(this + ": received " + length + " bytes that nobody sent");
        } else if (length == DatagramEnd.REFUSED) {
          refusals++;
        }
      }
    } catch (CallFailedException e) {
      ledger.complain(this + ": " + e.getMessage());
    }
    end.close();
    if (mustHear && sent > 1 && refusals == 0) {
      ledger.complain(this + ": none of " + sent + " datagrams was refused");
    }
    done = true;
  }

  @Override
  public boolean isDone() {
    return done;
  }

  @Override
  public long progress() {
    return (long) sent + refusals;
  }

  @Override
  public boolean isDoubtful() {
    return false;
  }

  /** It ends by itself. */
  @Override
  public void stop() {}

  @Override
  public String toString() {
    return "refused datagrams "
        + number
        + " ("
        + api
        + " on "
        + pair.client().interfaceName()
        + " to "
        + target
        + ")";
  }
}
