package dev.trident.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TimerWheelTest {
  private static final class Probe extends TimerNode {
    final List<Long> woken = new ArrayList<>();
    Runnable action = () -> {};

    @Override
    protected void onTimer(long nowNanos) {
      woken.add(nowNanos);
      action.run();
    }
  }

  @Test
  void shouldWakeAtTheVeryNanosecond() {
    TimerWheel wheel = new TimerWheel(0);
    Probe probe = new Probe();
    wheel.arm(probe, 40_000_007);
    while (probe.woken.isEmpty()) {
      long next = wheel.nextDeadlineNanos();
      assertThat(next).isLessThanOrEqualTo(40_000_007);
      wheel.advance(next);
    }
    assertThat(probe.woken).containsExactly(40_000_007L);
    assertThat(wheel.nextDeadlineNanos()).isEqualTo(Deadline.NEVER);
  }

  @Test
  void shouldNotWakeADisarmedNode() {
    TimerWheel wheel = new TimerWheel(0);
    Probe probe = new Probe();
    wheel.arm(probe, 1_000_000);
    wheel.disarm(probe);
    wheel.advance(10_000_000);
    assertThat(probe.woken).isEmpty();
    assertThat(wheel.armed()).isZero();
  }

  @Test
  void shouldTolerateNodesThatMoveEachOtherWhileBothAreDue() {
    TimerWheel wheel = new TimerWheel(0);
    Probe first = new Probe();
    Probe second = new Probe();
    first.action = () -> wheel.arm(second, 90_000_000);
    second.action = () -> wheel.arm(first, 90_000_000);
    wheel.arm(first, 1_000);
    wheel.arm(second, 1_000);
    wheel.advance(2_000);
    assertThat(first.woken.size() + second.woken.size()).isEqualTo(1);
    assertThat(wheel.armed()).isEqualTo(1);
  }

  @Test
  void shouldWakeNobodyAtATimeBeforeItsOrigin() {
    TimerWheel wheel = new TimerWheel(5_000_000_000_000L);
    Probe probe = new Probe();
    wheel.arm(probe, 1_000_000);
    wheel.arm(new Probe(), 5_000_001_000_000L);
    wheel.advance(0);
    assertThat(probe.woken).as("in the past of the origin: due at once").hasSize(1);
    assertThat(wheel.armed()).isEqualTo(1);
  }

  /** Against a sorted map, from origins on both sides of every wrap of a signed long. */
  @Test
  void shouldWakeLikeASortedMapFromAnyOrigin() {
    for (long origin :
        new long[] {0, -1, Long.MAX_VALUE - 1_000_000, Long.MIN_VALUE, -5_000_000_000L}) {
      for (int seed = 0; seed < 40; seed++) {
        compareWithModel(origin, seed);
      }
    }
  }

  private static void compareWithModel(long origin, int seed) {
    Random random = new Random(seed);
    TimerWheel wheel = new TimerWheel(origin);
    Probe[] probes = new Probe[30];
    TreeMap<Long, List<Integer>> model = new TreeMap<>();
    long[] wake = new long[probes.length];
    for (int i = 0; i < probes.length; i++) {
      probes[i] = new Probe();
      wake[i] = -1;
    }
    long now = 0;
    for (int step = 0; step < 200; step++) {
      int i = random.nextInt(probes.length);
      if (random.nextInt(4) == 0) {
        wheel.disarm(probes[i]);
        wake[i] = -1;
      } else {
        wake[i] = now + (long) Math.pow(2, random.nextDouble() * 44);
        wheel.arm(probes[i], origin + wake[i]);
      }
      model.clear();
      for (int k = 0; k < probes.length; k++) {
        if (wake[k] >= 0) {
          model.computeIfAbsent(wake[k], key -> new ArrayList<>()).add(k);
        }
      }
      long next = wheel.nextDeadlineNanos();
      if (model.isEmpty()) {
        assertThat(next).isEqualTo(Deadline.NEVER);
      } else {
        assertThat(next - origin).as("never late").isLessThanOrEqualTo(model.firstKey());
      }
      now += (long) Math.pow(2, random.nextDouble() * 40);
      for (Probe probe : probes) {
        probe.woken.clear();
      }
      wheel.advance(origin + now);
      for (int k = 0; k < probes.length; k++) {
        boolean due = wake[k] >= 0 && wake[k] <= now;
        assertThat(probes[k].woken).as("seed %d step %d", seed, step).hasSize(due ? 1 : 0);
        if (due) {
          wake[k] = -1;
        }
      }
    }
  }
}
