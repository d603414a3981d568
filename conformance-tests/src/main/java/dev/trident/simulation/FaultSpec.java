package dev.trident.simulation;

import com.google.common.base.Joiner;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import dev.trident.hw.link.BurstLoss;
import dev.trident.hw.link.FaultSource;
import dev.trident.hw.link.LinkFaults;
import dev.trident.hw.time.SeededRandom;
import java.util.EnumMap;
import java.util.stream.Collectors;

/**
 * What links and switches may do wrong until they are healed: the most that any of them does.
 *
 * @param amounts of each fault, in its unit and above 0; what is not named does not happen
 */
record FaultSpec(ImmutableMap<Fault, Long> amounts) {
  static final FaultSpec NONE = new FaultSpec(ImmutableMap.of());

  private static final long DEFAULT_LATE_NANOS = 5_000_000L;
  private static final int BURST_FRAMES = 10;

  /**
   * Reads what {@link #toString} prints: name=value, separated by commas, or "none".
   *
   * @throws IllegalArgumentException naming what is wrong, and what would be right
   */
  static FaultSpec parse(String text) {
    FaultSpec spec = NONE;
    if (text.equals("none")) {
      return spec;
    }
    for (String part : Splitter.on(',').split(text)) {
      int equals = part.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException(
            "fault \"" + part + "\" has no value; write name=value, such as loss=0.05, or none");
      }
      Fault fault = named(part.substring(0, equals));
      spec = spec.with(fault, fault.parse(part.substring(equals + 1)));
    }
    boolean lacksTime = spec.most(Fault.REORDER) > 0 && spec.most(Fault.LATE) == 0;
    return lacksTime ? spec.with(Fault.LATE, DEFAULT_LATE_NANOS) : spec;
  }

  private static Fault named(String name) {
    for (Fault fault : Fault.values()) {
      if (fault.toString().equals(name)) {
        return fault;
      }
    }
    throw new IllegalArgumentException(
        "unknown fault \"" + name + "\"; there are " + Joiner.on(", ").join(Fault.values()));
  }

  /** The same with another amount of one fault, 0 for none of it. */
  FaultSpec with(Fault fault, long amount) {
    EnumMap<Fault, Long> changed = new EnumMap<>(Fault.class);
    changed.putAll(amounts);
    changed.put(fault, amount);
    changed.values().removeIf(most -> most == 0);
    return new FaultSpec(Maps.immutableEnumMap(changed));
  }

  /** How much of it there may be, in its unit. */
  long most(Fault fault) {
    return amounts.getOrDefault(fault, 0L);
  }

  boolean isNone() {
    return amounts.isEmpty();
  }

  /** Faults from nothing to these, most links having only some. */
  LinkFaults draw(SeededRandom random, boolean flipsAllowed) {
    return new LinkFaults(
        chance(random, Fault.LOSS),
        chance(random, Fault.DUP),
        chance(random, Fault.REORDER),
        most(Fault.LATE),
        chance(random, Fault.CORRUPT),
        random.below(most(Fault.JITTER) + 1),
        flipsAllowed ? chance(random, Fault.FLIP) : 0);
  }

  /** Bursts from none to these, on top of {@code others}. */
  FaultSource withBursts(SeededRandom random, FaultSource others) {
    if (most(Fault.BURST) == 0) {
      return others;
    }
    BurstLoss bursts = BurstLoss.ofFrames(chance(random, Fault.BURST), BURST_FRAMES);
    return FaultSource.bursts(bursts, random.nextLong(), others);
  }

  private int chance(SeededRandom random, Fault fault) {
    long drawn = random.below(most(fault) + 1);
    return random.below(4) == 0 ? 0 : (int) drawn;
  }

  @Override
  public String toString() {
    return isNone()
        ? "none"
        : amounts.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getKey().print(entry.getValue()))
            .collect(Collectors.joining(","));
  }
}
