package dev.trident.peers;

import dev.trident.endpoint.TcpInfo;
import dev.trident.hw.link.LinkCounters;
import dev.trident.peers.Experiment.Expected;
import dev.trident.peers.Experiment.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * What came out of an experiment that came to its end.
 *
 * @param transfer as our side saw it
 * @param kernelRetransmissions segments that the kernel has sent again, {@link #UNKNOWN} if nobody
 *     said
 * @param link what our link did, {@code LinkCounters.ZERO} if there was none
 * @param dropped frames that were lost by accident: by the kernel, as the TAP's queue was full, or
 *     by our adapter, as its ring was
 * @param leftOpen connections of ours that had not ended some time after the transfer
 */
record Outcome(
    Experiment experiment,
    Transfer transfer,
    long kernelRetransmissions,
    LinkCounters link,
    long dropped,
    int leftOpen) {
  static final long UNKNOWN = -1;

  /** One segment in so many may be sent again by us, and by the kernel, although none is lost. */
  private static final int OURS_IN = 1_000;

  private static final int KERNELS_IN = 100;

  /** What is not as it must be, in words; empty if all is. */
  List<String> complaints() {
    List<String> found = new ArrayList<>();
    Expected expected = experiment.expected();
    TcpInfo info = transfer.info();
    option(found, "timestamps", expected.timestamps(), info.timestamps);
    option(found, "selective acknowledgment", expected.selectiveAck(), info.selectiveAck);
    option(found, "window scale", true, info.windowScale);
    option(found, "ECN", expected.ecn(), info.ecn);
    if (expected.quiet()) {
      addNoise(found);
    }
    if (megabitsPerSecond() < expected.minMegabits()) {
      found.add("slower than %d Mbit/s".formatted(expected.minMegabits()));
    }
    if (leftOpen > 0) {
      found.add(leftOpen + " connections did not end");
    }
    addUnmetFaults(found);
    return found;
  }

  /**
   * Where nothing is lost nothing need be sent again; but a machine with other work to do can stop
   * either side for longer than the other's timeout.
   */
  private void addNoise(List<String> found) {
    if (dropped > 0) {
      found.add("%,d frames were lost by accident".formatted(dropped));
    }
    long segments = transfer.bytes() / Math.max(1, transfer.info().smss);
    if (transfer.retransmissions() > segments / OURS_IN
        || kernelRetransmissions > segments / KERNELS_IN) {
      found.add("segments were sent again although nothing was lost");
    }
  }

  private static void option(List<String> found, String name, boolean expected, boolean inUse) {
    if (expected != inUse) {
      found.add(name + (inUse ? " in use" : " not in use"));
    }
  }

  /** An experiment in which nothing went wrong, as the link did not do its part, says nothing. */
  private void addUnmetFaults(List<String> found) {
    if (experiment.link() == null) {
      return;
    }
    var faults = experiment.link().faults();
    unmet(found, "lost", faults.loss(), link.lost());
    unmet(found, "reordered", faults.reordering(), link.reordered());
    unmet(found, "marked", faults.congestion(), link.marked());
  }

  private static void unmet(List<String> found, String what, int chance, long count) {
    if (chance > 0 && count == 0) {
      found.add("the link " + what + " nothing");
    }
  }

  /** What the link did, in words; empty if nothing. */
  String linkWords() {
    StringJoiner words = new StringJoiner(", ");
    count(words, link.lost(), "lost");
    count(words, link.corrupted(), "corrupted");
    count(words, link.queueDrops(), "dropped from its queue");
    count(words, link.duplicated(), "doubled");
    count(words, link.reordered(), "reordered");
    count(words, link.marked(), "marked");
    return words.toString();
  }

  private static void count(StringJoiner words, long count, String what) {
    if (count > 0) {
      words.add("%,d %s".formatted(count, what));
    }
  }

  /** Payload that crossed the wire: with {@link Work#ECHO} in both directions. */
  long bytes() {
    return transfer.bytes() * (experiment.work() == Work.ECHO ? 2 : 1);
  }

  /** Of {@link #bytes}. */
  double megabitsPerSecond() {
    return bytes() * 8 / 1e6 / transfer.seconds();
  }
}
