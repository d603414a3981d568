package dev.trident.hw.sim;

/** The body of a program: ordinary blocking code. */
@FunctionalInterface
public interface ThrowingRunnable {
  /** Runs to the end of the program. What it throws is thrown by {@link Simulation#run}. */
  void run() throws Exception;
}
