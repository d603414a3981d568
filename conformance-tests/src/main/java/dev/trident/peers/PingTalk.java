package dev.trident.peers;

import dev.trident.apps.net.KernelPing;
import dev.trident.trace.Counter;
import java.io.IOException;
import java.util.List;

/** The program ping against our echo replies, whole and in fragments. */
final class PingTalk {
  /** Around every border: nothing, one fragment, two, three, and the largest there is. */
  private static final int[] SIZES = {
    0, 1, 7, 8, 9, 17, 18, 19, 55, 56, 57, 1_000, 1_471, 1_472, 1_473, 1_479, 1_480, 1_481, 2_951,
    2_952, 2_953, 2_960, 4_432, 4_433, 8_000, 16_384, 32_767, 32_768, 50_001, 65_000, 65_506, 65_507
  };

  private static final int MIXED_UP_BYTES = 20_000;
  private static final int MIXED_UP_COUNT = 200;
  private static final int ON_THEIR_WAY = 4;
  private static final int LINES_SHOWN = 6;

  private PingTalk() {}

  /** Every size is answered; ping compares the contents. */
  static String sizes(TalkNetwork network) throws IOException, ExperimentFailure {
    for (int size : SIZES) {
      TalkNetwork.Said said = ping(network, size, 1);
      if (KernelPing.answers(said.text()) != 1) {
        throw new ExperimentFailure("ping of %,d bytes: %s".formatted(size, end(said)));
      }
    }
    return "%d sizes, 0 to %,d bytes".formatted(SIZES.length, SIZES[SIZES.length - 1]);
  }

  /**
   * Fragments that come twice and in a wrong order are put together all the same. Four pings are on
   * their way: while this thread does not run, no more pile up than one source may have in
   * reassembly.
   */
  static String mixedUp(TalkNetwork network) throws IOException, ExperimentFailure {
    int answers = 0;
    for (int sent = 0; sent < MIXED_UP_COUNT; sent += ON_THEIR_WAY) {
      TalkNetwork.Said said = ping(network, MIXED_UP_BYTES, ON_THEIR_WAY);
      answers += KernelPing.answers(said.text());
      if (answers != sent + ON_THEIR_WAY) {
        throw new ExperimentFailure(
            "%d answers sent, %d of %d have come: %s"
                .formatted(
                    network.counters().get(Counter.ICMP_ECHO_REPLIES_SENT),
                    answers,
                    sent + ON_THEIR_WAY,
                    end(said)));
      }
    }
    return "%d of %,d bytes".formatted(answers, MIXED_UP_BYTES);
  }

  private static TalkNetwork.Said ping(TalkNetwork network, int size, int count)
      throws IOException, ExperimentFailure {
    return network.program(
        KernelPing.command(TalkNetwork.OURS, count, "-s", Integer.toString(size)));
  }

  /** The last lines of what it said, as one. */
  private static String end(TalkNetwork.Said said) {
    List<String> lines = said.text().strip().lines().toList();
    return String.join(" | ", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
  }
}
