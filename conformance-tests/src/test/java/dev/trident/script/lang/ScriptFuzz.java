package dev.trident.script.lang;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Whatever a script says, the parser reads it or says what is wrong with it, and where. */
class ScriptFuzz {
  /** The seeds, in the build. */
  @FuzzTest
  void script(FuzzedDataProvider input) {
    Target.fuzzerTestOneInput(input.consumeRemainingAsBytes());
  }

  /** What "trident fuzz" feeds. */
  public static final class Target {
    private Target() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
      check(bytes);
    }
  }

  private static void check(byte[] bytes) {
    try {
      Samples.parse(new String(bytes, StandardCharsets.UTF_8));
    } catch (ScriptSyntaxException e) {
      if (e.position().line() < 1 || e.position().column() < 1) {
        throw new AssertionError("an error at no place", e);
      }
    }
  }
}
