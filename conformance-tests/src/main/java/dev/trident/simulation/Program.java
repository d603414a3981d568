package dev.trident.simulation;

import dev.trident.hw.sim.Simulation;

/** A program with two ends on different hosts, which checks what it receives. */
interface Program {
  /** Server port of program 0; others follow. */
  int FIRST_PORT = 5_000;

  /** Adds both ends to the simulation, as one application or more each. */
  void start(Simulation simulation);

  /** Whether nothing of it runs any more. */
  boolean isDone();

  /** Grows as long as it gets on. */
  long progress();

  /**
   * Whether it may wait for ever by itself, because an end was aborted or never reads: it is then
   * ended by {@link #stop} some time after the faults.
   */
  boolean isDoubtful();

  /** Closes its endpoints from outside. */
  void stop();

  /** What it is, for complaints. */
  @Override
  String toString();
}
