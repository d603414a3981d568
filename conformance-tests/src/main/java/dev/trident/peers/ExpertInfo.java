package dev.trident.peers;

import dev.trident.apps.net.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What tshark's expert information says of a capture: errors, and warnings that are not the plain
 * consequence of the experiment.
 *
 * @param errors lines that tshark calls errors: a wrong checksum, a malformed option
 * @param unexpected warnings that no rule below allows
 * @param allowed the others
 */
record ExpertInfo(List<String> errors, List<String> unexpected, List<String> allowed) {
  static final String PROGRAM = "tshark";

  /** A warning that may be there, by how it begins, and where. */
  private enum Allowed {
    /** A sender that is faster than the reader uses all that it was offered. */
    WINDOW_FULL("TCP window specified by the receiver is now completely full", Where.ANYWHERE),

    /** The reader did not run for a while. */
    ZERO_WINDOW("TCP Zero Window segment", Where.ANYWHERE),

    /** A segment came twice, and the receiver said so; what was sent again too early is counted. */
    DUPLICATE("D-SACK Sequence", Where.ANYWHERE),

    /** Our adapter sees what comes out of the link: there are gaps where it has lost something. */
    GAP("Previous segment(s) not captured", Where.WITH_FAULTS),

    /**
     * What was lost, or overtaken, comes later. Where nothing was missing before, it comes a second
     * time: the sender's probe for a lost tail (RFC 8985 section 7), as we did not run for a while.
     */
    OUT_OF_ORDER("This frame is a (suspected) out-of-order segment", Where.WITHOUT_GAPS),

    /**
     * A FIN was acknowledged twice, as something had overtaken it, and the second acknowledgment
     * meets a connection that has gone (RFC 9293 section 3.10.7.1). A reset any earlier fails the
     * transfer.
     */
    RESET_AFTER_THE_END("Connection reset (RST)", Where.WITH_FAULTS);

    private final String beginning;
    private final Where where;

    Allowed(String beginning, Where where) {
      this.beginning = beginning;
      this.where = where;
    }
  }

  /** The captures that a warning may be in; with faults, all. */
  private enum Where {
    ANYWHERE,
    WITHOUT_GAPS,
    WITH_FAULTS
  }

  /**
   * All frames but those of the kernel with a TCP checksum of all ones: where it completes one for
   * a device that cannot, it writes that instead of zero, whatever the protocol. The engine checks
   * the sum of such a frame as of any other.
   */
  private static final String FILTER =
      "!(tcp.checksum == 0xffff && ip.src != %s)".formatted(ExperimentRun.OURS);

  private static final String OURS =
      "ip.src == %s || arp.src.proto_ipv4 == %<s".formatted(ExperimentRun.OURS);

  /** "Errors (2)" and the like, above its lines. */
  private static final Pattern HEADING = Pattern.compile("(\\w+) \\(\\d+\\)");

  /** Frequency, group, protocol, summary. */
  private static final Pattern LINE =
      Pattern.compile("\\s*(\\d+)\\s+(\\S.*?)\\s{2,}(\\S+)\\s+(.+)");

  /**
   * Lets tshark read a capture.
   *
   * @param hasFaults whether frames were lost, damaged or overtaken on purpose
   * @throws IOException if tshark is missing, or fails
   */
  static ExpertInfo of(Path capture, boolean hasFaults) throws IOException {
    return parse(output(capture, FILTER), hasFaults);
  }

  /** As {@link #of}, but of the frames only that our host has sent. */
  static ExpertInfo ofOurFrames(Path capture) throws IOException {
    return parse(output(capture, OURS), true);
  }

  private static String output(Path capture, String filter) throws IOException {
    Process tshark =
        new ProcessBuilder(
                Programs.locate(PROGRAM, PROGRAM),
                "-r",
                capture.toString(),
                "-q",
                "-z",
                "expert,warn," + filter,
                "-o",
                "ip.check_checksum:TRUE",
                "-o",
                "tcp.check_checksum:TRUE",
                "-o",
                "udp.check_checksum:TRUE",
                // What iperf3 sends happens to look like some protocol or other.
                "-d",
                "tcp.port==0-65535,data")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    // Long captures take a while; whoever ends this JVM meanwhile ends tshark, too.
    Thread hook = new Thread(tshark::destroy, "end of tshark");
    Runtime.getRuntime().addShutdownHook(hook);
    String output;
    try (var stream = tshark.getInputStream()) {
      output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
    int exitCode = tshark.onExit().join().exitValue();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The hook has done what it is for.
    }
    if (exitCode != 0) {
      throw new IOException(
          "tshark ended with %d on %s; run it by hand to see why".formatted(exitCode, capture));
    }
    return output;
  }

  static ExpertInfo parse(String output, boolean hasFaults) {
    List<String> errors = new ArrayList<>();
    List<String> unexpected = new ArrayList<>();
    List<String> allowed = new ArrayList<>();
    boolean hasGaps = output.contains(Allowed.GAP.beginning);
    String severity = "";
    for (String line : output.lines().toList()) {
      Matcher heading = HEADING.matcher(line);
      Matcher matcher = LINE.matcher(line);
      if (heading.matches()) {
        severity = heading.group(1);
      } else if (matcher.matches()) {
        String summary = matcher.group(4);
        String words = matcher.group(1) + " x " + summary;
        if (severity.equals("Errors")) {
          errors.add(words);
        } else {
          (isAllowed(summary, hasFaults, hasGaps) ? allowed : unexpected).add(words);
        }
      }
    }
    return new ExpertInfo(errors, unexpected, allowed);
  }

  private static boolean isAllowed(String summary, boolean hasFaults, boolean hasGaps) {
    for (Allowed rule : Allowed.values()) {
      if (summary.startsWith(rule.beginning)) {
        return hasFaults
            || switch (rule.where) {
              case ANYWHERE -> true;
              case WITHOUT_GAPS -> !hasGaps;
              case WITH_FAULTS -> false;
            };
      }
    }
    return false;
  }

  /** What must not be there, in words. */
  List<String> complaints() {
    List<String> found = new ArrayList<>();
    errors.forEach(line -> found.add("tshark error: " + line));
    unexpected.forEach(line -> found.add("tshark warning: " + line));
    return found;
  }
}
