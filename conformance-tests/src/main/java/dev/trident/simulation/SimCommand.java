package dev.trident.simulation;

import dev.trident.apps.Failure;
import dev.trident.apps.Subcommand;
import dev.trident.apps.Trident;
import dev.trident.hw.pcap.PcapngWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code trident sim}: programs of all three APIs over faulty links, by seed. */
@Command(
    name = "sim",
    description = {
      "Simulates random programs of all three APIs over faulty links, and checks what they see.",
      "Everything follows from the seed and the options, which are printed first; what is not given"
          + " is drawn from the seed. While there are faults every byte that arrives must be the"
          + " right one; when they have ended every stream must finish, and everything come back.",
      "Simulated hosts share one thread: races between threads of driven hosts are not looked for."
    })
public final class SimCommand implements Subcommand {
  /** How long a soak may take to end once it was told to. */
  private static final long STOP_SECONDS = 60;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--seed", paramLabel = "N", description = "Default: a new one each time.")
  private @Nullable Long seed;

  @Mixin private SimArguments arguments = new SimArguments();

  @Option(
      names = "--soak",
      description = "Run one seed after the other until stopped by SIGINT or SIGTERM.")
  private boolean soak;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "With --soak: stop after so many seeds.")
  private long runs = Long.MAX_VALUE;

  @Option(names = "--no-shrink", description = "Do not look for a smaller run that fails too.")
  private boolean noShrink;

  @Option(
      names = "--shrink-seconds",
      paramLabel = "S",
      description = "Time for that; default: ${DEFAULT-VALUE}.")
  private int shrinkSeconds = 60;

  @Option(
      names = "--capture",
      paramLabel = "FILE",
      description = "Write what every adapter sends and receives as pcapng.")
  private @Nullable Path capture;

  @Override
  public Integer call() throws Failure {
    // Every stale use of a buffer must show, whatever it costs.
    System.setProperty("trident.handles", "strict");
    long first = seed == null ? ThreadLocalRandom.current().nextLong(1L << 40) : seed;
    if (runs < 1 || shrinkSeconds < 0) {
      throw usage("--runs must be 1 or more, --shrink-seconds 0 or more");
    }
    if (!soak && runs != Long.MAX_VALUE) {
      throw usage("--runs needs --soak");
    }
    if (soak && capture != null) {
      throw usage("--capture is for one seed, not for --soak");
    }
    options(first);
    return (soak ? soak(first) : one(first)) ? Trident.OK : Trident.FAILED;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message + "; see trident sim --help");
  }

  private SimulationOptions options(long ofSeed) {
    try {
      return arguments.draw(ofSeed);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private boolean one(long ofSeed) throws Failure {
    SimulationOptions options = options(ofSeed);
    out().println(options.toCommandLine());
    out().flush();
    Report report =
        capture == null ? new SimulationRun(options).run() : runAndCapture(options, capture);
    out().print(report.toText());
    if (!report.isPassed()) {
      show(options, report);
    }
    out().flush();
    return report.isPassed();
  }

  private static Report runAndCapture(SimulationOptions options, Path file) throws Failure {
    try (PcapngWriter writer = PcapngWriter.to(file)) {
      return new SimulationRun(options).watchedBy(writer).run();
    } catch (UncheckedIOException e) {
      throw cannotWrite(Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private static Failure cannotWrite(IOException e) {
    return new Failure(
        "the capture cannot be written: "
            + Failure.reason(e)
            + "; name a file in a folder that exists, on a disk with room");
  }

  private void show(SimulationOptions options, Report report) {
    report.complaints().forEach(out()::println);
    out().println("repeat: " + options.toCommandLine());
    out().flush();
    if (!noShrink) {
      shrink(options);
    }
  }

  private void shrink(SimulationOptions options) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(shrinkSeconds);
    Shrinker shrinker =
        new Shrinker(
            options,
            candidate -> !new SimulationRun(candidate).run().isPassed(),
            SimCommand::record,
            () -> System.nanoTime() - end < 0);
    SimulationOptions smaller = shrinker.shrink();
    out()
        .println(
            smaller.equals(options)
                ? "nothing smaller fails, in " + shrinker.attempts() + " runs"
                : "smaller, after " + shrinker.attempts() + " runs: " + smaller.toCommandLine());
    out().flush();
  }

  private static List<FaultEvent> record(SimulationOptions options) {
    SimulationRun run = new SimulationRun(options);
    run.run();
    return run.faultEvents();
  }

  /** A signal lets the present seed end, then the summary is printed, then the JVM exits. */
  private boolean soak(long first) {
    Soak running = new Soak(out());
    CountDownLatch ended = new CountDownLatch(1);
    Thread onSignal =
        new Thread(
            () -> {
              running.stop();
              try {
                if (ended.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                  // The JVM's exit code of a signal would say that something is wrong.
                  Runtime.getRuntime().halt(running.failures() == 0 ? Trident.OK : Trident.FAILED);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "soak-stop");
    Runtime.getRuntime().addShutdownHook(onSignal);
    out().println("soak from seed " + first + "; stop it by SIGINT (Ctrl-C) or SIGTERM");
    out().flush();
    running.run(first, runs, this::soakOne);
    out().println(running.summary());
    out().flush();
    ended.countDown();
    if (!running.isStopped()) {
      Runtime.getRuntime().removeShutdownHook(onSignal);
    }
    return running.failures() == 0;
  }

  private Report soakOne(long ofSeed) {
    SimulationOptions options = options(ofSeed);
    Report report = new SimulationRun(options).run();
    if (!report.isPassed()) {
      show(options, report);
    }
    return report;
  }
}
