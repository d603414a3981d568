package dev.trident.peers;

import dev.trident.hw.pcap.PcapngWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs talks one after the other, and prints a line for each. */
final class TalkTable {
  private static final String FORMAT = "%-24s %8s  %s%n";
  private static final double NANOS = 1e9;

  private final PrintWriter out;
  private final @Nullable Path capture;

  /** With {@code capture}, a folder that exists, frames are kept there and looked at. */
  TalkTable(PrintWriter out, @Nullable Path capture) {
    this.out = out;
    this.capture = capture;
  }

  /** How many came out as expected. */
  int run(List<Talk> talks) throws IOException {
    out.printf(FORMAT, "talk", "seconds", "verdict");
    out.flush();
    int passed = 0;
    for (Talk talk : talks) {
      passed += run(talk) ? 1 : 0;
    }
    return passed;
  }

  private boolean run(Talk talk) throws IOException {
    long startNanos = System.nanoTime();
    String verdict;
    boolean passed = false;
    try {
      verdict = "ok: " + (capture == null ? TalkNetwork.run(talk, null) : captured(talk, capture));
      passed = true;
    } catch (ExperimentFailure e) {
      verdict = "FAILED: " + e.getMessage();
    }
    double seconds = (System.nanoTime() - startNanos) / NANOS;
    out.printf(FORMAT, talk.name(), "%.2f".formatted(seconds), verdict);
    out.flush();
    return passed;
  }

  /** Only errors count: half of what is said here is a warning to tshark, and is meant to be. */
  private static String captured(Talk talk, Path folder) throws IOException, ExperimentFailure {
    Path file = folder.resolve(talk.name() + ".pcapng");
    String seen;
    try (PcapngWriter writer = PcapngWriter.to(file)) {
      seen = TalkNetwork.run(talk, writer);
    }
    List<String> errors = ExpertInfo.ofOurFrames(file).errors();
    if (!errors.isEmpty()) {
      throw new ExperimentFailure("tshark: " + String.join("; ", errors));
    }
    return seen;
  }
}
