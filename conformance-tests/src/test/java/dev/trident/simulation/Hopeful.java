package dev.trident.simulation;

import dev.trident.hw.sim.Simulation;

/** Says of a program, falsely, that it ends by itself. */
record Hopeful(Program program) implements Program {
  @Override
  public void start(Simulation simulation) {
    program.start(simulation);
  }

  @Override
  public boolean isDone() {
    return program.isDone();
  }

  @Override
  public long progress() {
    return program.progress();
  }

  @Override
  public boolean isDoubtful() {
    return false;
  }

  @Override
  public void stop() {
    program.stop();
  }

  @Override
  public String toString() {
    return program.toString();
  }
}
