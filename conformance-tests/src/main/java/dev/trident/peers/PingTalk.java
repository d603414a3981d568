package dev.trident.peers;

import dev.trident.trace.Counter;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program ping against our echo replies, whole and in fragments. */
final class PingTalk {
  /** Around every border: nothing, one fragment, two, three, and the largest there is. */
  private static final int[] SIZES = {
    0, 1, 7, 8, 9, 17, 18, 19, 55, 56, 57, 1_000, 1_471, 1_472, 1_473, 1_479, 1_480, 1_481, 2_951,
    2_952, 2_953, 2_960, 4_432, 4_433, 8_000, 16_384, 32_767, 32_768, 50_001, 65_000, 65_506, 65_507
  };

  private static final int MIXED_UP_BYTES = 20_000;
  private static final int MIXED_UP_COUNT = 200;

  private static final Pattern RECEIVED = Pattern.compile("(\\d+) received");

  private PingTalk() {}

  /** Every size is answered; ping compares the contents. */
  static String sizes(TalkNetwork network) throws IOException, ExperimentFailure {
    for (int size : SIZES) {
      TalkNetwork.Said said = ping(network, size, 1, "1");
      if (received(said) != 1 || said.text().contains("wrong data")) {
        throw new ExperimentFailure(
            "ping of %,d bytes: %s".formatted(size, said.text().strip().replace("\n", " | ")));
      }
    }
    return "%d sizes, 0 to %,d bytes".formatted(SIZES.length, SIZES[SIZES.length - 1]);
  }

  /**
   * Fragments that come twice and in a wrong order are put together all the same. For its last
   * reply ping waits no longer than two round trips; that we have sent all, our side says.
   */
  static String mixedUp(TalkNetwork network) throws IOException, ExperimentFailure {
    TalkNetwork.Said said = ping(network, MIXED_UP_BYTES, MIXED_UP_COUNT, "0.01");
    int received = received(said);
    long replies = network.counters().get(Counter.ICMP_ECHO_REPLIES_SENT);
    if (replies != MIXED_UP_COUNT || received < MIXED_UP_COUNT - 1) {
      throw new ExperimentFailure(
          "%d of %d answered: %s"
              .formatted(received, MIXED_UP_COUNT, said.text().strip().replace("\n", " | ")));
    }
    return "%d of %,d bytes".formatted(received, MIXED_UP_BYTES);
  }

  private static TalkNetwork.Said ping(TalkNetwork network, int size, int count, String interval)
      throws IOException, ExperimentFailure {
    return network.program(
        "ping",
        "-n",
        "-c",
        Integer.toString(count),
        "-i",
        interval,
        "-W",
        "2",
        "-s",
        Integer.toString(size),
        TalkNetwork.OURS);
  }

  private static int received(TalkNetwork.Said said) {
    Matcher matcher = RECEIVED.matcher(said.text());
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }
}
