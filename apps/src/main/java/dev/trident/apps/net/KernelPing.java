package dev.trident.apps.net;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program {@code ping} of Linux, used so that slow answers are told from lost ones. */
public final class KernelPing {
  /** What it is called; of the Debian package iputils-ping. */
  public static final String PROGRAM = "ping";

  /** More than that at once, only root may send. */
  public static final int MOST_OF_ANY_USER = 3;

  private static final String WRONG = "wrong data byte";
  private static final Pattern RECEIVED = Pattern.compile("(\\d+) received");

  private KernelPing() {}

  /**
   * The command that sends {@code count} pings to {@code address} at once, and ends when all are
   * answered, or 2 s later. (Of pings at intervals it does not wait for the last one any longer
   * than the interval, or twice as long as the others took. With -q it would not compare contents.)
   */
  public static List<String> command(String address, int count, String... options) {
    String all = Integer.toString(count);
    List<String> command =
        new ArrayList<>(List.of(PROGRAM, "-n", "-c", all, "-l", all, "-i", "2", "-W", "2"));
    command.addAll(List.of(options));
    command.add(address);
    return command;
  }

  /**
   * How many answers came, as it says in {@code output}; 0 if it does not, or if one had other
   * contents than what it had sent.
   */
  public static int answers(String output) {
    Matcher matcher = RECEIVED.matcher(output);
    boolean isRight = matcher.find() && !output.contains(WRONG);
    return isRight ? Integer.parseInt(matcher.group(1)) : 0;
  }
}
