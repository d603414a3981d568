package dev.trident.requirements;

import dev.trident.script.ScriptFile;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the {@code // requirement:} lines of scripts. It reads the comments before the first event
 * and parses nothing else: a script with a syntax error still claims its rows, and fails when it
 * runs.
 */
public final class ScriptScan {
  private static final Pattern HEADER = Pattern.compile("//\\s*requirement\\s*:(.*)");

  private ScriptScan() {}

  /** A check for each script, in their order; of a script that claims nothing, too. */
  public static List<Check> of(List<ScriptFile> scripts) {
    return scripts.stream().map(ScriptScan::of).toList();
  }

  static Check of(ScriptFile script) {
    int slash = script.name().lastIndexOf('/');
    return new Check(
        Check.Kind.SCRIPT,
        slash < 0 ? "" : script.name().substring(0, slash),
        script.name().substring(slash + 1),
        ids(script.text()));
  }

  private static List<String> ids(String text) {
    List<String> ids = new ArrayList<>();
    for (String line : text.lines().map(String::strip).toList()) {
      if (!line.isEmpty() && !line.startsWith("//") && !line.startsWith("--")) {
        break;
      }
      Matcher header = HEADER.matcher(line);
      if (header.matches()) {
        for (String id : header.group(1).split(",", -1)) {
          if (!id.isBlank()) {
            ids.add(id.strip());
          }
        }
      }
    }
    return List.copyOf(ids);
  }
}
