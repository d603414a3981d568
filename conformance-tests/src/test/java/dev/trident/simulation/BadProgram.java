package dev.trident.simulation;

import dev.trident.hw.sim.Simulation;

/** Does one wrong thing on the first host, and ends. */
final class BadProgram implements Program {
  /** What is wrong. */
  interface Misdeed {
    void commit(Node node);
  }

  private final Node node;
  private final Misdeed misdeed;
  private boolean done;

  BadProgram(Topology topology, Misdeed misdeed) {
    node = topology.nodes().getFirst();
    this.misdeed = misdeed;
  }

  @Override
  public void start(Simulation simulation) {
    simulation.app(
        node.host(),
        "bad",
        () -> {
          misdeed.commit(node);
          done = true;
        });
  }

  @Override
  public boolean isDone() {
    return done;
  }

  @Override
  public long progress() {
    return 0;
  }

  @Override
  public boolean isDoubtful() {
    return false;
  }

  @Override
  public void stop() {}
}
