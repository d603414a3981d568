package dev.trident.hw.nic;

import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Wakes whoever polls a virtual interface from another thread when frames were put into its rings.
 * The sleeper announces itself, looks once more, and sleeps; the ringer publishes, then looks for a
 * sleeper: one of the two sees the other.
 */
public final class Doorbell {
  private volatile @Nullable Thread sleeper;
  private volatile @Nullable Runnable alarm;

  /** Announces that {@code thread} is about to sleep; it must look once more after this. */
  public void announce(Thread thread) {
    sleeper = thread;
    VarHandle.fullFence();
  }

  /** The poller is awake. */
  public void awake() {
    sleeper = null;
  }

  /** From now on sleepers are woken by {@code newAlarm}, as they sleep elsewhere than in park. */
  public void alarm(Runnable newAlarm) {
    alarm = newAlarm;
  }

  /** Wakes the poller if it sleeps. Frames must have been published and fenced before. */
  public void ring() {
    Thread sleeping = sleeper;
    if (sleeping != null) {
      Runnable special = alarm;
      if (special == null) {
        LockSupport.unpark(sleeping);
      } else {
        special.run();
      }
    }
  }
}
