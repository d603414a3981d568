package dev.trident.script.lang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the text, it parses or it is a syntax error with a place inside it. */
class RobustnessTest {
  private static final int MUTATIONS = 5_000;
  private static final List<String> SCRIPTS = List.of(Samples.GOOGLE, Samples.NPLAB);

  private static final String SNIPPET =
      """
      a = 0x10; a += max(1, 2) # note
      assert 1 <= a <= 20 and not (a & 1) != 0, "message; %d" % a
      print(a)
      """;

  @Test
  void shouldOnlyFailWithSyntaxErrorWhenCutAnywhere() {
    for (String text : SCRIPTS) {
      for (int length = 0; length <= text.length(); length++) {
        attempt(text.substring(0, length));
      }
    }
  }

  @Test
  void shouldOnlyFailWithSyntaxErrorWhenMutated() {
    Random random = new Random(20_240_611);
    int parsed = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      parsed += attempt(mutate(SCRIPTS.get(i % SCRIPTS.size()), random)) ? 1 : 0;
    }
    // Some change only a number or a comment; most do not.
    assertThat(parsed).isBetween(1, MUTATIONS / 2);
  }

  @Test
  void shouldOnlyFailAsDeclaredWhenSnippetIsMutated() {
    Random random = new Random(20_240_612);
    int failures = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      String text = mutate(SNIPPET, random);
      try {
        Snippet snippet = Snippet.parse(new Event.Snippet(text, new Position("a.pkt", 1, 1)));
        snippet.evaluate(name -> OptionalLong.of(name.length()));
      } catch (ScriptSyntaxException | UnsupportedFeatureException e) {
        failures++;
      } catch (RuntimeException | StackOverflowError e) {
        fail(text, e);
      }
    }
    assertThat(failures).isBetween(1, MUTATIONS - 1);
  }

  private static boolean attempt(String text) {
    try {
      assertThat(Samples.parse(text).events()).isNotEmpty();
      return true;
    } catch (ScriptSyntaxException e) {
      assertThat(e.position().line()).isBetween(1, text.split("\n", -1).length);
      assertThat(e.position().column()).isPositive();
      assertThat(e).hasMessageContaining("expected ").hasMessageContaining(", found ");
      return false;
    } catch (RuntimeException | StackOverflowError e) {
      return fail(text, e);
    }
  }

  /** Removes, doubles, swaps or replaces a few characters. */
  private static String mutate(String text, Random random) {
    StringBuilder mutated = new StringBuilder(text);
    String others = "+*<>()[]{}=,.~:|-!\"`'%/\\0159xSPeé \n\0&";
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(mutated.length() - 1);
      char other = others.charAt(random.nextInt(others.length()));
      switch (random.nextInt(4)) {
        case 0 -> mutated.deleteCharAt(at);
        case 1 -> mutated.insert(at, other);
        case 2 -> mutated.setCharAt(at, other);
        default -> {
          int end = Math.min(mutated.length(), at + random.nextInt(12));
          mutated.insert(random.nextInt(mutated.length()), mutated.substring(at, end));
        }
      }
    }
    return mutated.toString();
  }
}
