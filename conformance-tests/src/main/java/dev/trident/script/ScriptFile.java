package dev.trident.script;

import dev.trident.script.lang.ScriptParser;
import dev.trident.script.lang.ScriptSyntaxException;
import java.util.Map;

/**
 * A script that has not been read yet.
 *
 * @param name for messages and reports
 */
public record ScriptFile(String name, String text) {
  /**
   * Reads and runs it; a syntax error is a failure.
   *
   * @param definitions as of {@link ScriptParser#parse}
   */
  public ScriptResult run(RunOptions options, Map<String, String> definitions) {
    try {
      return ScriptRunner.run(ScriptParser.parse(name, text, definitions), options);
    } catch (ScriptSyntaxException e) {
      return ScriptRunner.syntaxError(name, e);
    }
  }
}
