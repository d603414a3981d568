package dev.trident.script;

import dev.trident.endpoint.TcpInfo;
import dev.trident.script.driver.ApiDriver;
import dev.trident.script.lang.Event;
import dev.trident.script.lang.Position;
import dev.trident.script.lang.ScriptSyntaxException;
import dev.trident.script.lang.Snippet;
import dev.trident.script.lang.UnsupportedFeatureException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** Evaluates code snippets about the connection under test, at once and in order. */
final class SnippetRunner {
  private final ApiDriver driver;
  private final Descriptors descriptors;
  private final Network network;

  /** What assignments wrote: all snippets of a script are one program. */
  private final Map<String, Number> variables = new HashMap<>();

  SnippetRunner(ApiDriver driver, Descriptors descriptors, Network network) {
    this.driver = driver;
    this.descriptors = descriptors;
    this.network = network;
  }

  void run(Position position, Event.Snippet snippet)
      throws MismatchException, UnsupportedFeatureException, ScriptSyntaxException {
    Flow flow = network.current();
    TcpInfo info = new TcpInfo();
    boolean known =
        flow != null
            && flow.descriptor() >= 0
            && driver.info(descriptors.live(flow.descriptor()), info);
    Function<String, OptionalLong> names = known ? new TcpInfoNames(info) : TcpInfoNames::constant;
    Optional<Snippet.Failure> failure = Snippet.parse(snippet).evaluate(names, variables);
    if (failure.isPresent()) {
      throw new MismatchException("assertion failed: " + failure.get().description());
    }
    if (!known && snippet.text().contains("tcpi_")) {
      throw new UnsupportedFeatureException(position, "tcpi_ values before there is a socket");
    }
  }
}
