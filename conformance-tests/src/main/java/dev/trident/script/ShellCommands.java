package dev.trident.script;

import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpProfile;
import dev.trident.script.driver.ApiDriver;
import dev.trident.script.lang.Position;
import dev.trident.script.lang.UnsupportedFeatureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The shell commands of foreign suites. There is no shell: the few commands that mean something
 * about a TCP host are known by their shape, and any other makes the script unsupported.
 */
final class ShellCommands {
  private static final Pattern BETWEEN_COMMANDS = Pattern.compile("\n|;|&&");
  private static final Pattern PIPE = Pattern.compile("\\|");

  /** A word, or what stands in quotes; a quote may begin within a word: {@code key="1 2"}. */
  private static final Pattern WORD = Pattern.compile("(?:[^\\s\"']|\"[^\"]*\"|'[^']*')+");

  /** States as the tool sockstat of FreeBSD writes them. */
  private static final Map<String, StreamState> STATES =
      Map.ofEntries(
          Map.entry("LISTEN", StreamState.LISTEN),
          Map.entry("SYN_SENT", StreamState.SYN_SENT),
          Map.entry("SYN_RECEIVED", StreamState.SYN_RECEIVED),
          Map.entry("SYN_RCVD", StreamState.SYN_RECEIVED),
          Map.entry("ESTABLISHED", StreamState.ESTABLISHED),
          Map.entry("CLOSE_WAIT", StreamState.CLOSE_WAIT),
          Map.entry("FIN_WAIT_1", StreamState.FIN_WAIT_1),
          Map.entry("FIN_WAIT_2", StreamState.FIN_WAIT_2),
          Map.entry("CLOSING", StreamState.CLOSING),
          Map.entry("LAST_ACK", StreamState.LAST_ACK),
          Map.entry("TIME_WAIT", StreamState.TIME_WAIT));

  private final ApiDriver driver;
  private final SystemSettings settings;

  ShellCommands(ApiDriver driver, TcpProfile profile) {
    this.driver = driver;
    this.settings = new SystemSettings(profile);
  }

  /**
   * Does what the commands of one pair of back quotes do.
   *
   * @throws MismatchException if a command asks about the host and the answer is no
   * @throws UnsupportedFeatureException if one is not known
   */
  void run(Position position, String text) throws UnsupportedFeatureException, MismatchException {
    for (String command : BETWEEN_COMMANDS.split(text.replace("\\\n", " "), -1)) {
      if (!command.isBlank() && !command.strip().startsWith("#")) {
        runOne(position, command.strip());
      }
    }
  }

  private void runOne(Position position, String command)
      throws UnsupportedFeatureException, MismatchException {
    List<List<String>> pipeline = new ArrayList<>();
    for (String part : PIPE.split(command, -1)) {
      pipeline.add(words(part));
    }
    List<String> first = pipeline.getFirst();
    String name = first.isEmpty() ? "" : first.getFirst().replaceFirst(".*/", "");
    boolean known =
        switch (name) {
          case "defaults.sh" -> setSuite();
          case "sysctl", "set_sysctls.py" -> pipeline.size() == 1 && set(position, first);
          case "sockstat" -> count(command, pipeline);
          case "tcpdrop" -> pipeline.size() == 1 && drop(first);
          default -> name.startsWith("sysctl_restore"); // the host ends with its script
        };
    if (!known) {
      throw new UnsupportedFeatureException(position, "shell command " + command);
    }
  }

  private static List<String> words(String part) {
    return WORD.matcher(part)
        .results()
        .map(found -> found.group().replace("\"", "").replace("'", ""))
        .toList();
  }

  /** Says also which system this is for: {@link Profiles} has looked. */
  private boolean setSuite() {
    settings.suiteOfLinux();
    driver.profile(settings.profile());
    return true;
  }

  /** {@code sysctl -w key=value...}: false if a word is neither an option nor an assignment. */
  private boolean set(Position position, List<String> words) throws UnsupportedFeatureException {
    for (String word : words.subList(1, words.size())) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        settings.set(position, word.substring(0, equals), word.substring(equals + 1));
      } else if (!word.startsWith("-")) {
        return false;
      }
    }
    driver.profile(settings.profile());
    return true;
  }

  /** {@code sockstat ... | grep -c STATE | grep N}: exactly N connections are in that state. */
  private boolean count(String command, List<List<String>> pipeline) throws MismatchException {
    if (pipeline.size() != 3
        || !pipeline.get(1).contains("-c")
        || !pipeline.get(1).getFirst().equals("grep")
        || pipeline.get(2).isEmpty()
        || !pipeline.get(2).getFirst().equals("grep")) {
      return false;
    }
    StreamState state = STATES.get(pipeline.get(1).getLast());
    String number = pipeline.get(2).getLast();
    if (state == null || !number.matches("\\d{1,4}")) {
      return false;
    }
    int expected = Integer.parseInt(number);
    int live = driver.count(state);
    if (live != expected) {
      throw new MismatchException(
          "`" + command + "`: " + live + " in state " + state + ", expected " + expected);
    }
    return true;
  }

  /** {@code tcpdrop -s STATE}: forgets the connections in that state. */
  private boolean drop(List<String> words) {
    @Nullable StreamState state = null;
    int option = words.indexOf("-s");
    if (option >= 0 && option + 1 < words.size()) {
      state = STATES.get(words.get(option + 1));
    }
    if (state == null) {
      return false;
    }
    driver.drop(state);
    return true;
  }
}
