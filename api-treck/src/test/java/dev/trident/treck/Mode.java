package dev.trident.treck;

import dev.trident.c.Clock;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.sim.Simulation;
import dev.trident.hw.sim.ThrowingRunnable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The modes of a host in which programs may block, each with two hosts on one wire. */
enum Mode {
  DRIVEN {
    @Override
    World open() {
      return new DrivenWorld();
    }
  },
  SIMULATED {
    @Override
    World open() {
      return new SimulatedWorld();
    }
  };

  abstract World open();

  /** Two hosts, and programs on them. */
  interface World extends AutoCloseable {
    Host left();

    Host right();

    /** Adds a program. */
    void start(Host host, String name, ThrowingRunnable body);

    /** Runs until all programs have ended; throws what one of them threw. */
    void run() throws Exception;

    @Override
    void close();
  }

  private static final class DrivenWorld implements World {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TwoHosts hosts = new TwoHosts(Fabric.driven());
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    @Override
    public Host left() {
      return hosts.left();
    }

    @Override
    public Host right() {
      return hosts.right();
    }

    @Override
    public void start(Host host, String name, ThrowingRunnable body) {
      threads.add(
          Thread.ofPlatform()
              .name(name)
              .daemon()
              .uncaughtExceptionHandler((thread, thrown) -> failure.compareAndSet(null, thrown))
              .unstarted(
                  () -> {
                    try {
                      body.run();
                    } catch (Exception e) {
                      throw new IllegalStateException(name, e);
                    }
                  }));
    }

    @Override
    public void run() throws Exception {
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        if (!thread.join(PATIENCE) && failure.get() == null) {
          throw new AssertionError(thread.getName() + " does not end");
        }
      }
      Throwable thrown = failure.get();
      if (thrown != null) {
        throw new AssertionError(thrown);
      }
    }

    @Override
    public void close() {
      hosts.close();
    }
  }

  private static final class SimulatedWorld implements World {
    private final Simulation sim = new Simulation(7);
    private final Host left = sim.host("left").nic("left0", TwoHosts.LEFT + "/24");
    private final Host right = sim.host("right").nic("right0", TwoHosts.RIGHT + "/24");

    SimulatedWorld() {
      sim.link(left.nic("left0"), right.nic("right0"), LinkConfig.rate(100_000_000, 50_000));
    }

    @Override
    public Host left() {
      return left;
    }

    @Override
    public Host right() {
      return right;
    }

    @Override
    public void start(Host host, String name, ThrowingRunnable body) {
      sim.app(host, name, body);
    }

    @Override
    public void run() {
      sim.run();
    }

    @Override
    public void close() {
      sim.close();
    }
  }

  /** Lets other programs of the host get on for a moment. */
  static void breathe(Host host) {
    Clock clock = host.clock();
    clock.sleep(1_000_000);
  }
}
