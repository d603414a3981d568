package dev.trident.hw.nic;

import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Wakes whoever polls a virtual interface from another thread when frames were put into its rings.
 * The sleeper announces itself, looks once more, and sleeps; the ringer publishes, then looks for a
 * sleeper: one of the two sees the other.
 */
public final class Doorbell {
  /** How a sleeping poller is woken. */
  @FunctionalInterface
  public interface Sleeper {
    void wake();
  }

  private volatile @Nullable Sleeper sleeper;

  /** Announces that the poller is about to sleep; it must look for frames once more after this. */
  public void announce(Sleeper newSleeper) {
    sleeper = newSleeper;
    VarHandle.fullFence();
  }

  /** The poller is awake. */
  public void awake() {
    sleeper = null;
  }

  /** Wakes the poller if it sleeps. Frames must have been published and fenced before. */
  public void ring() {
    Sleeper sleeping = sleeper;
    if (sleeping != null) {
      sleeping.wake();
    }
  }
}
