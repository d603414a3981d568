package dev.trident.requirements;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Our end of a {@link TestWorker}: a JVM of the same JDK, with the options of all test JVMs. */
final class TestJvm implements AutoCloseable {
  /** Between two reports of a worker; the longest test takes a few. */
  private static final int MAX_SILENCE_SECONDS = 180;

  /** What a class came to. */
  sealed interface End {
    /** All of it ran. */
    record Complete() implements End {}

    /** The JVM died meanwhile; {@code test} is the test that was running. */
    record Died(String test, String how) implements End {}
  }

  private static final ScheduledExecutorService WATCH =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("test watch").factory());

  private final Process process;
  private final OutputStream names;
  private final DataInputStream reports;
  private volatile boolean silent;

  /** Starts it; what its tests print is appended to {@code log}. */
  TestJvm(Path log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(TestWorker.class.getName());
    process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    names = process.getOutputStream();
    reports = new DataInputStream(new BufferedInputStream(process.getInputStream()));
  }

  /** The options of Surefire's JVMs, which the build passes on from {@code pom.xml}. */
  private static List<String> options() throws IOException {
    try (InputStream in = TestJvm.class.getResourceAsStream("/requirements/test-jvm.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      String options = properties.getProperty("test.jvm.args", "");
      if (options.isBlank()) {
        throw new IOException(
            "the options of test JVMs are missing from this build"
                + " (requirements/test-jvm.properties); build with Maven: ./trident does");
      }
      return List.of(options.strip().split("\\s+", -1));
    }
  }

  /** Runs one class and hands over its results as they come. */
  End run(String className, Consumer<TestResult> results) throws IOException {
    String running = "";
    try {
      names.write((className + "\n").getBytes(StandardCharsets.UTF_8));
      names.flush();
      while (true) {
        int kind = report();
        switch (kind) {
          case TestWorker.STARTED -> running = reports.readUTF();
          case TestWorker.RESULT -> results.accept(TestResult.read(reports));
          case TestWorker.DONE -> {
            return new End.Complete();
          }
          default -> throw new IOException("a test wrote to the worker's own output: " + kind);
        }
      }
    } catch (EOFException end) {
      return new End.Died(running, end());
    } catch (IOException brokenPipe) {
      if (process.isAlive()) {
        close();
      }
      return new End.Died(running, end());
    }
  }

  private int report() throws IOException {
    ScheduledFuture<?> watch =
        WATCH.schedule(
            () -> {
              silent = true;
              process.destroyForcibly();
            },
            MAX_SILENCE_SECONDS,
            TimeUnit.SECONDS);
    try {
      return reports.readByte();
    } finally {
      watch.cancel(false);
    }
  }

  private String end() {
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      return silent
          ? "said nothing for " + MAX_SILENCE_SECONDS + " s and was ended"
          : "ended with exit code " + process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "was ended";
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroy();
  }
}
