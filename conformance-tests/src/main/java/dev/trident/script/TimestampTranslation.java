package dev.trident.script;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Timestamps of the stack, written and live: the first TS val seen ties the two clocks, and an
 * inbound TS ecr stands for the live value that came with the equal outbound TS val.
 */
final class TimestampTranslation {
  private static final long MASK = 0xffff_ffffL;

  private final Map<Long, Integer> liveByScript = new HashMap<>();
  private boolean tied;
  private long firstScript;
  private int firstLive;

  /** The stack has sent a TS val; {@code script} is null if the line does not say which. */
  void onOutbound(@Nullable Long script, int live) {
    if (script == null) {
      return;
    }
    if (!tied) {
      tied = true;
      firstScript = script;
      firstLive = live;
    }
    liveByScript.put(script, live);
  }

  /** A live TS val on the script's clock; as it is if no two values are tied. */
  long toScript(int live) {
    return (tied ? firstScript + (live - firstLive) : live) & MASK;
  }

  /** The live value for an inbound TS ecr, or empty if no outbound TS val had that number. */
  OptionalInt liveEcho(long script) {
    Integer live = liveByScript.get(script);
    return live == null ? OptionalInt.empty() : OptionalInt.of(live);
  }

  /** As {@link #liveEcho}, by the difference of the clocks alone. */
  int scaledEcho(long script) {
    return (int) (tied ? firstLive + (script - firstScript) : script);
  }
}
