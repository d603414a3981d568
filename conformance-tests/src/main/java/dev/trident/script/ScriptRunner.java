package dev.trident.script;

import dev.trident.endpoint.TcpProfile;
import dev.trident.script.driver.ApiDriver;
import dev.trident.script.driver.NotExpressibleException;
import dev.trident.script.driver.Setup;
import dev.trident.script.lang.Event;
import dev.trident.script.lang.Script;
import dev.trident.script.lang.ScriptSyntaxException;
import dev.trident.script.lang.UnsupportedFeatureException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs scripts, each on a host of its own, and says what came of it. Holds nothing. */
public final class ScriptRunner {
  private ScriptRunner() {}

  /** What one run has come to, before the header is looked at. */
  private record Ending(Verdict verdict, String detail, String reason) {}

  /** Runs one script. An exception that escapes is a bug of ours, not a result. */
  public static ScriptResult run(Script script, RunOptions options) {
    long begin = System.nanoTime();
    Trace trace = new Trace();
    Ending ending = run(script, options, trace);
    String topic = header(script, "pending");
    if (topic != null) {
      ending = pending(ending, topic, options.api().equals(Drivers.ENGINE));
    }
    return new ScriptResult(
        script.name(),
        ending.verdict(),
        ending.detail(),
        ending.reason(),
        List.copyOf(trace.lines()),
        requirements(script),
        topic,
        System.nanoTime() - begin);
  }

  /** The result of a script that could not be read. */
  public static ScriptResult syntaxError(String name, ScriptSyntaxException e) {
    return new ScriptResult(
        name, Verdict.FAILED, String.valueOf(e.getMessage()), "", List.of(), List.of(), null, 0);
  }

  /**
   * What a script comes to that says that the engine lacks a topic: it is not to pass. On the
   * engine itself the lack may show as a call that it does not have.
   */
  private static Ending pending(Ending ending, String topic, boolean engine) {
    return switch (ending.verdict()) {
      case PASSED ->
          new Ending(Verdict.FAILED, "passes: remove the pending line (" + topic + ")", "");
      case FAILED, SKIPPED, PENDING -> new Ending(Verdict.PENDING, ending.detail(), topic);
      case NOT_EXPRESSIBLE -> engine ? new Ending(Verdict.PENDING, ending.detail(), topic) : ending;
    };
  }

  private static Ending run(Script script, RunOptions options, Trace trace) {
    Interpreter interpreter = null;
    try {
      ScriptSettings settings = ScriptSettings.read(script, options.strict());
      TcpProfile chosen = options.profile();
      TcpProfile profile = chosen == null ? Profiles.of(script) : chosen;
      Setup setup =
          new Setup(
              settings.stackAddress(),
              settings.prefixBits(),
              settings.peerAddress(),
              settings.mtu(),
              profile,
              options.seed());
      try (ApiDriver driver = Drivers.create(options.api(), setup)) {
        ShellCommands shell = new ShellCommands(driver, profile);
        interpreter = new Interpreter(script, settings, driver, trace, shell);
        interpreter.run();
      }
      return new Ending(Verdict.PASSED, "", "");
    } catch (MismatchException e) {
      return new Ending(Verdict.FAILED, detail(script, interpreter, e), "");
    } catch (UnsupportedFeatureException e) {
      return new Ending(Verdict.SKIPPED, e.position() + ": " + e.feature(), e.feature());
    } catch (NotExpressibleException e) {
      String message = String.valueOf(e.getMessage());
      return new Ending(Verdict.NOT_EXPRESSIBLE, place(script, interpreter) + message, message);
    } catch (ScriptSyntaxException e) {
      return new Ending(Verdict.FAILED, String.valueOf(e.getMessage()), "");
    }
  }

  private static String detail(
      Script script, @Nullable Interpreter interpreter, MismatchException e) {
    StringBuilder detail = new StringBuilder(place(script, interpreter)).append(e.getMessage());
    for (String line : e.sideBySide()) {
      detail.append("\n  ").append(line);
    }
    return detail.toString();
  }

  private static String place(Script script, @Nullable Interpreter interpreter) {
    Event event = interpreter == null ? null : interpreter.current();
    return (event == null ? script.name() : event.position().toString()) + ": ";
  }

  private static @Nullable String header(Script script, String key) {
    for (Script.Header header : script.header()) {
      if (header.key().equals(key)) {
        return header.value();
      }
    }
    return null;
  }

  private static List<String> requirements(Script script) {
    List<String> ids = new ArrayList<>();
    for (Script.Header header : script.header()) {
      if (header.key().equals("requirement")) {
        for (String id : header.value().split(",", -1)) {
          if (!id.isBlank()) {
            ids.add(id.strip());
          }
        }
      }
    }
    return List.copyOf(ids);
  }
}
