package dev.trident.requirements;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.trident.report.JunitXml.Outcome;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * A JVM that runs test classes for {@link TestRun}, so that ours survives whatever they do. Each
 * line of standard input is a class to run; standard output carries {@link #STARTED}, {@link
 * #RESULT} and {@link #DONE} with what belongs to them. What tests print goes to standard error.
 */
final class TestWorker implements TestExecutionListener {
  /** A test begins; its name follows. */
  static final int STARTED = 'S';

  /** A test ended; a {@link TestResult} follows. */
  static final int RESULT = 'R';

  /** The class is through. */
  static final int DONE = 'D';

  /** How much of a stack trace is passed on. */
  private static final int MAX_DETAIL_CHARACTERS = 8_000;

  private final DataOutputStream out;
  private final Map<String, Long> begunNanos = new HashMap<>();
  private @Nullable TestPlan plan;

  private TestWorker(DataOutputStream out) {
    this.out = out;
  }

  public static void main(String[] args) throws InterruptedException, IOException {
    DataOutputStream out = new DataOutputStream(System.out);
    System.setOut(System.err);
    BlockingQueue<String> classes = new LinkedBlockingQueue<>();
    Thread.ofPlatform().daemon().name("class names").start(() -> readNames(classes));
    Launcher launcher = LauncherFactory.create();
    TestWorker listener = new TestWorker(out);
    while (true) {
      listener.run(launcher, classes.take());
      out.writeByte(DONE);
      out.flush();
    }
  }

  /** The end of the input is the end of the parent, or that it needs no more. */
  private static void readNames(BlockingQueue<String> classes) {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        classes.add(line);
      }
    } catch (IOException parentIsGone) {
      // The same as the end.
    }
    System.exit(0);
  }

  private void run(Launcher launcher, String className) throws IOException {
    try {
      Class<?> type = Class.forName(className, false, TestWorker.class.getClassLoader());
      launcher.execute(
          LauncherDiscoveryRequestBuilder.request().selectors(selectClass(type)).build(), this);
    } catch (ReflectiveOperationException | LinkageError e) {
      result(className, className, "", "(class)", Outcome.ERROR, 0, e.toString(), trace(e));
    }
  }

  @Override
  public void testPlanExecutionStarted(TestPlan plan) {
    this.plan = plan;
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    begunNanos.put(test.getUniqueId(), System.nanoTime());
    if (test.isTest()) {
      try {
        out.writeByte(STARTED);
        out.writeUTF(test.getLegacyReportingName());
        out.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    report(test, Outcome.SKIPPED, reason, "");
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    Throwable cause = result.getThrowable().orElse(null);
    String message = cause == null ? "" : firstLine(cause);
    switch (result.getStatus()) {
      case SUCCESSFUL -> {
        if (test.isTest()) {
          report(test, Outcome.PASSED, "", "");
        }
      }
      case ABORTED -> report(test, Outcome.SKIPPED, message, "");
      case FAILED ->
          report(
              test,
              cause instanceof AssertionError ? Outcome.FAILED : Outcome.ERROR,
              message,
              cause == null ? "" : trace(cause));
    }
  }

  private void report(TestIdentifier test, Outcome outcome, String message, String detail) {
    Long begun = begunNanos.remove(test.getUniqueId());
    double seconds = begun == null ? 0 : (System.nanoTime() - begun) / 1e9;
    TestSource source = source(test);
    String owner = "";
    String className = "";
    String method = "";
    if (source instanceof MethodSource m) {
      owner = m.getJavaMethod().getDeclaringClass().getName();
      className = m.getClassName();
      method = m.getMethodName();
    } else if (source instanceof ClassSource c) {
      owner = c.getClassName();
      className = owner;
    }
    try {
      result(owner, className, method, display(test, method), outcome, seconds, message, detail);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void result(
      String owner,
      String className,
      String method,
      String display,
      Outcome outcome,
      double seconds,
      String message,
      String detail)
      throws IOException {
    out.writeByte(RESULT);
    new TestResult(owner, className, method, display, outcome, seconds, message, detail).write(out);
    out.flush();
  }

  /** A dynamic test has none of its own, but its factory has. */
  private @Nullable TestSource source(TestIdentifier test) {
    Optional<TestIdentifier> at = Optional.of(test);
    while (at.isPresent()) {
      Optional<TestSource> source = at.get().getSource();
      if (source.isPresent()
          && (source.get() instanceof MethodSource || source.get() instanceof ClassSource)) {
        return source.get();
      }
      TestPlan known = plan;
      at = known == null ? Optional.empty() : known.getParent(at.get());
    }
    return null;
  }

  /** {@code shouldX}, and what tells one invocation from the other: {@code shouldX [2] 1500}. */
  private static String display(TestIdentifier test, String method) {
    String name = test.getDisplayName();
    if (method.isEmpty() || name.equals(method + "()")) {
      return method.isEmpty() ? name : method;
    }
    return name.startsWith(method) ? name : method + " " + name;
  }

  private static String firstLine(Throwable cause) {
    String text = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return text.strip().lines().findFirst().orElse(cause.getClass().getSimpleName());
  }

  /** The stack trace, cut to a size that reports can carry. */
  static String trace(Throwable cause) {
    StringWriter text = new StringWriter();
    cause.printStackTrace(new PrintWriter(text));
    String all = text.toString();
    return all.length() <= MAX_DETAIL_CHARACTERS ? all : all.substring(0, MAX_DETAIL_CHARACTERS);
  }
}
