package dev.trident.simulation;

import dev.trident.endpoint.Transport;
import dev.trident.hw.sim.Simulation;
import dev.trident.trace.Counter;
import java.util.ArrayList;
import java.util.List;

/** What one run writes down: complaints, loans, and how much was done. */
final class Ledger {
  /** Enough to understand; a broken engine complains about every byte. */
  private static final int MAX_COMPLAINTS = 20;

  private final Simulation simulation;
  private final Loans loans = new Loans();
  private final List<String> complaints = new ArrayList<>();
  private long bytes;
  private long datagrams;
  private long streams;
  private long retransmissions;
  private int slow;

  Ledger(Simulation simulation) {
    this.simulation = simulation;
  }

  /** Virtual time. */
  long now() {
    return simulation.nowNanos();
  }

  Loans loans() {
    return loans;
  }

  /** Something is wrong. */
  void complain(String what) {
    if (complaints.size() < MAX_COMPLAINTS) {
      complaints.add("at " + simulation.nowNanos() / 1_000_000 + " ms: " + what);
    }
  }

  List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** Payload bytes that a receiver has compared. */
  void addBytes(int count) {
    bytes += count;
  }

  void addDatagram() {
    datagrams++;
  }

  /** A stream, or an exchange over a short connection, that was completed in both directions. */
  void addStream() {
    streams++;
  }

  /** A stack ends, or the run does: what it has counted. */
  void addCounters(Transport stack) {
    retransmissions += stack.counters().get(Counter.TCP_RETRANSMISSIONS);
  }

  /** A program gets on, but so slowly that it was ended. */
  void addSlow() {
    slow++;
  }

  int slow() {
    return slow;
  }

  long bytes() {
    return bytes;
  }

  long datagrams() {
    return datagrams;
  }

  long streams() {
    return streams;
  }

  long retransmissions() {
    return retransmissions;
  }
}
