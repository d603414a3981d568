package dev.trident.peers;

import dev.trident.trace.Counter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
  private static final int ON_THEIR_WAY = 3;
  private static final int LINES_SHOWN = 6;

  private static final Pattern RECEIVED = Pattern.compile("(\\d+) received");

  private PingTalk() {}

  /** Every size is answered; ping compares the contents. */
  static String sizes(TalkNetwork network) throws IOException, ExperimentFailure {
    for (int size : SIZES) {
      TalkNetwork.Said said = ping(network, size, 1);
      if (received(said) != 1 || said.text().contains("wrong data")) {
        throw new ExperimentFailure("ping of %,d bytes: %s".formatted(size, end(said)));
      }
    }
    return "%d sizes, 0 to %,d bytes".formatted(SIZES.length, SIZES[SIZES.length - 1]);
  }

  /**
   * Fragments that come twice and in a wrong order are put together all the same. Three pings are
   * on their way: while this thread does not run, no more pile up than one source may have in
   * reassembly. For its last replies ping waits no longer than two round trips; that we have sent
   * all, our side says.
   */
  static String mixedUp(TalkNetwork network) throws IOException, ExperimentFailure {
    TalkNetwork.Said said =
        ping(network, MIXED_UP_BYTES, MIXED_UP_COUNT, "-A", "-l", Integer.toString(ON_THEIR_WAY));
    int received = received(said);
    long replies = network.counters().get(Counter.ICMP_ECHO_REPLIES_SENT);
    if (replies != MIXED_UP_COUNT || received < MIXED_UP_COUNT - ON_THEIR_WAY) {
      throw new ExperimentFailure(
          "%d answers sent, %d of %d have come: %s"
              .formatted(replies, received, MIXED_UP_COUNT, end(said)));
    }
    return "%d of %,d bytes".formatted(received, MIXED_UP_BYTES);
  }

  private static TalkNetwork.Said ping(TalkNetwork network, int size, int count, String... further)
      throws IOException, ExperimentFailure {
    List<String> command = new ArrayList<>(List.of("ping", "-n", "-W", "2"));
    command.addAll(List.of("-c", Integer.toString(count), "-s", Integer.toString(size)));
    command.addAll(List.of(further));
    command.add(TalkNetwork.OURS);
    return network.program(command.toArray(String[]::new));
  }

  /** The last lines of what it said, as one. */
  private static String end(TalkNetwork.Said said) {
    List<String> lines = said.text().strip().lines().toList();
    return String.join(" | ", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
  }

  private static int received(TalkNetwork.Said said) {
    Matcher matcher = RECEIVED.matcher(said.text());
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }
}
