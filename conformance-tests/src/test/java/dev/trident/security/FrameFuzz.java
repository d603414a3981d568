package dev.trident.security;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Frames and times into a host that has a bit of everything. Nothing may be thrown, nothing be left
 * behind, and the host must answer in the end. {@link FuzzFrames} says how bytes become frames.
 */
class FrameFuzz {
  private static final Reached REACHED = new Reached("frames", "");

  /** The seeds, in the build. */
  @FuzzTest
  void frames(FuzzedDataProvider input) {
    Target.fuzzerTestOneInput(input.consumeRemainingAsBytes());
  }

  /** What "trident fuzz" feeds. */
  public static final class Target {
    private Target() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
      check(bytes);
    }
  }

  private static void check(byte[] bytes) {
    try (FuzzHost host = new FuzzHost()) {
      host.run(new FuzzInput(bytes));
      host.settleAccounts();
      REACHED.add(host.victim().drops().keySet());
    }
  }
}
