package dev.trident.testkit;

import java.io.File;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test that makes network namespaces and TAP devices: it needs Linux, root, {@code /dev/net/tun}
 * and these commands. Where they are missing it is skipped and says why; with {@code
 * TRIDENT_REQUIRE_NET=1} in the environment it fails instead, so that an integration machine cannot
 * pass by skipping.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("net")
@ExtendWith(NeedsNet.Condition.class)
public @interface NeedsNet {
  /** Commands that must be on the search path. */
  String[] value() default {"ip"};

  /** Looks at the machine before each annotated test. */
  final class Condition implements ExecutionCondition {
    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_SYS_ADMIN = 21;

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      String missing =
          context
              .getElement()
              .map(element -> element.getAnnotation(NeedsNet.class))
              .map(needs -> missing(List.of(needs.value())))
              .orElse("");
      if (missing.isEmpty()) {
        return ConditionEvaluationResult.enabled("network available");
      }
      if ("1".equals(System.getenv("TRIDENT_REQUIRE_NET"))) {
        throw new IllegalStateException("TRIDENT_REQUIRE_NET=1, but " + missing);
      }
      return ConditionEvaluationResult.disabled(missing);
    }

    private static String missing(List<String> commands) {
      if (!Files.exists(Path.of("/dev/net/tun"))) {
        return "/dev/net/tun is missing";
      }
      if (!isAdministrator()) {
        return "not root: CAP_NET_ADMIN and CAP_SYS_ADMIN are needed";
      }
      for (String command : commands) {
        if (!isOnPath(command)) {
          return "the command " + command + " is missing";
        }
      }
      return "";
    }

    private static boolean isAdministrator() {
      try {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
          if (line.startsWith("CapEff:")) {
            long set = Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16);
            return (set >> CAP_NET_ADMIN & set >> CAP_SYS_ADMIN & 1) == 1;
          }
        }
        return false;
      } catch (IOException notLinux) {
        return false;
      }
    }

    private static boolean isOnPath(String command) {
      for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
        if (new File(folder, command).canExecute()) {
          return true;
        }
      }
      return false;
    }
  }
}
