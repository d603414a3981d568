package dev.trident.requirements;

import dev.trident.report.JunitXml.Outcome;
import dev.trident.requirements.TestJvm.End;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs the classes that claim rows, each whole, in several JVMs side by side. A class whose JVM
 * dies has failed, and the others go on in a fresh one. Classes that make network devices run after
 * all others, one by one.
 */
final class TestRun {
  private static final String FUZZ = "Fuzz";

  /** Told after each class. */
  @FunctionalInterface
  interface Progress {
    void onClass(int done, int all, int failed);
  }

  private final TestScan scan;
  private final Path folder;
  private final int jobs;
  private final Progress progress;
  private final List<TestResult> results = Collections.synchronizedList(new ArrayList<>());
  private int all;
  private int done;

  /** What tests print goes to {@code tests-N.log} in the folder. */
  TestRun(TestScan scan, Path folder, int jobs, Progress progress) {
    this.scan = scan;
    this.folder = folder;
    this.jobs = jobs;
    this.progress = progress;
  }

  /** Runs the classes of these checks; the results come in no order but are sorted by name. */
  List<TestResult> run(List<Check> checks) throws IOException {
    Queue<String> parallel = new ConcurrentLinkedQueue<>();
    Queue<String> alone = new ConcurrentLinkedQueue<>();
    for (String name : classes(checks)) {
      if (name.endsWith(FUZZ)) {
        results.add(notRun(name, "Jazzer's tests run in the build only: mvn verify"));
      } else {
        (scan.needsNet(name) ? alone : parallel).add(name);
      }
    }
    all = parallel.size() + alone.size();
    try (ExecutorService workers =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 1; i <= Math.min(jobs, parallel.size()); i++) {
        Path log = log(i);
        ends.add(workers.submit(() -> drain(parallel, log)));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException("cannot run tests: " + e.getCause(), e);
    }
    drain(alone, log(1));
    List<TestResult> sorted = new ArrayList<>(results);
    sorted.sort(Comparator.comparing(TestResult::className).thenComparing(TestResult::display));
    return sorted;
  }

  /** A nested class runs with the class around it. */
  private static Set<String> classes(List<Check> checks) {
    Set<String> names = new TreeSet<>();
    for (Check check : checks) {
      int nested = check.owner().indexOf('$');
      names.add(nested < 0 ? check.owner() : check.owner().substring(0, nested));
    }
    return names;
  }

  private Path log(int worker) throws IOException {
    Path log = folder.resolve("tests-" + worker + ".log");
    if (done == 0) {
      Files.write(log, new byte[0]);
    }
    return log;
  }

  private void drain(Queue<String> classes, Path log) {
    TestJvm jvm = null;
    try {
      for (String name = classes.poll(); name != null; name = classes.poll()) {
        if (jvm == null || !jvm.isAlive()) {
          jvm = new TestJvm(log);
        }
        if (jvm.run(name, results::add) instanceof End.Died(String test, String how)) {
          String message = "the JVM %s during %s".formatted(how, test.isEmpty() ? name : test);
          results.add(
              new TestResult(
                  name, name, "", "(class)", Outcome.ERROR, 0, message, "Its output: " + log));
        }
        onClass();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (jvm != null) {
        jvm.close();
      }
    }
  }

  private synchronized void onClass() {
    done++;
    int failed = 0;
    synchronized (results) {
      for (TestResult result : results) {
        if (result.outcome() == Outcome.FAILED || result.outcome() == Outcome.ERROR) {
          failed++;
        }
      }
    }
    progress.onClass(done, all, failed);
  }

  private static TestResult notRun(String name, String why) {
    return new TestResult(name, name, "", "(class)", Outcome.SKIPPED, 0, why, "");
  }
}
