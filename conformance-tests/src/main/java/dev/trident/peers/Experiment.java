package dev.trident.peers;

import dev.trident.endpoint.TcpProfile;
import dev.trident.hw.link.LinkConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One network, one transfer over it, and what must come out.
 *
 * @param name unique, for the command line and the file of the capture
 * @param route where the kernel's program is
 * @param work what is transferred
 * @param bytes how much
 * @param quickBytes how much when there is little time
 * @param link what lies between our adapter and the TAP device; null for nothing
 * @param profile of our TCP
 * @param settings of the kernel, in the namespace of its program; keys as {@code sysctl} has them
 * @param expected of the connection that did it
 */
record Experiment(
    String name,
    Route route,
    Work work,
    long bytes,
    long quickBytes,
    @Nullable LinkConfig link,
    TcpProfile profile,
    Map<String, String> settings,
    Expected expected) {
  private static final int QUICK_SHARE = 4;

  /** Where the kernel's program is. */
  enum Route {
    /** At the TAP device. */
    TAP,
    /** In a second namespace; the first one is a router between the TAP and a veth pair. */
    VETH
  }

  /** What is transferred. */
  enum Work {
    /** The kernel sends: iperf3. */
    RECEIVE("in"),
    /** We send: iperf3, reverse. */
    SEND("out"),
    /** We send, get it back, and compare. */
    ECHO("both");

    final String direction;

    Work(String direction) {
      this.direction = direction;
    }
  }

  /**
   * What must come out, besides every byte.
   *
   * @param timestamps whether the option is in use
   * @param selectiveAck whether it is
   * @param ecn whether it is
   * @param quiet nothing is lost by accident, and hardly a segment sent twice; not asked of a small
   *     amount, since a single pause of the machine weighs much in it
   * @param minMegabits per second, 0 for any; a small amount must come to a quarter of it, since
   *     slow start takes most of its time
   */
  record Expected(
      boolean timestamps, boolean selectiveAck, boolean ecn, boolean quiet, int minMegabits) {
    /** What two hosts agree on that have all options on. */
    static final Expected ALL_OPTIONS = new Expected(true, true, false, false, 0);

    Expected withTimestamps(boolean changed) {
      return new Expected(changed, selectiveAck, ecn, quiet, minMegabits);
    }

    Expected withSelectiveAck(boolean changed) {
      return new Expected(timestamps, changed, ecn, quiet, minMegabits);
    }

    Expected withEcn(boolean changed) {
      return new Expected(timestamps, selectiveAck, changed, quiet, minMegabits);
    }

    Expected withQuiet(boolean changed) {
      return new Expected(timestamps, selectiveAck, ecn, changed, minMegabits);
    }

    Expected withMinMegabits(int changed) {
      return new Expected(timestamps, selectiveAck, ecn, quiet, changed);
    }
  }

  /** An experiment with everything as usual. */
  static Experiment of(String name, Route route, Work work, long bytes, long quickBytes) {
    return new Experiment(
        name,
        route,
        work,
        bytes,
        quickBytes,
        null,
        TcpProfile.STANDARD,
        Map.of(),
        Expected.ALL_OPTIONS);
  }

  Experiment over(LinkConfig changed) {
    return new Experiment(
        name, route, work, bytes, quickBytes, changed, profile, settings, expected);
  }

  Experiment with(TcpProfile changed) {
    return new Experiment(name, route, work, bytes, quickBytes, link, changed, settings, expected);
  }

  Experiment setting(String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(settings);
    more.put(key, value);
    return new Experiment(name, route, work, bytes, quickBytes, link, profile, more, expected);
  }

  Experiment expecting(Expected changed) {
    return new Experiment(name, route, work, bytes, quickBytes, link, profile, settings, changed);
  }

  /** The same with the small amount. */
  Experiment quick() {
    return new Experiment(
        name,
        route,
        work,
        quickBytes,
        quickBytes,
        link,
        profile,
        settings,
        expected.withQuiet(false).withMinMegabits(expected.minMegabits() / QUICK_SHARE));
  }
}
