package dev.trident.apps.compare;

import dev.trident.apps.Failure;
import dev.trident.apps.net.ParentWatch;
import dev.trident.hw.pcap.PcapngWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A JVM of its own for what is measured in real time, one for each API, so that no API profits from
 * or suffers by code compiled for another. This class is both ends: {@link #run} starts the JVM and
 * reads its answer, {@link #main} is what runs there.
 */
final class Worker {
  private static final String FAILURE = "failure;";
  private static final String API_FAILURE = "api;";
  private static final String GENERATED = "-";
  private static final long END_SECONDS = 15;

  private static boolean hooked;
  private static boolean ending;
  private static @Nullable Process running;

  private Worker() {}

  /** The measured run between two simulated hosts. */
  static Row measure(Api api, @Nullable Path payload) throws Failure {
    return run(List.of("polled", api.name(), text(payload)));
  }

  /** The run against the kernel, with its capture. */
  static Row againstKernel(Api api, @Nullable Path payload, String tapName, Path capture)
      throws Failure {
    return run(List.of("kernel", api.name(), text(payload), tapName, capture.toString()));
  }

  private static String text(@Nullable Path payload) {
    return payload == null ? GENERATED : payload.toString();
  }

  /**
   * Starts the JVM and waits for its row. If this process is told to end meanwhile, the other ends
   * first and cleans up what it made.
   */
  private static Row run(List<String> arguments) throws Failure {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Dtrident.handles=production",
                "-cp",
                System.getProperty("java.class.path"),
                Worker.class.getName()));
    command.addAll(arguments);
    try {
      Process process = start(command);
      Row row = null;
      String failure = null;
      try (BufferedReader answers = process.inputReader()) {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
          if (line.startsWith(FAILURE)) {
            failure = line.substring(FAILURE.length());
          } else if (line.startsWith(API_FAILURE)) {
            throw new Peer.ApiFailure("measured run", line.substring(API_FAILURE.length()));
          } else {
            row = Row.parse(line);
          }
        }
      } finally {
        end(process);
      }
      if (failure != null) {
        throw new Failure(failure);
      }
      if (row == null) {
        throw new Peer.ApiFailure("measured run", "its JVM ended without an answer");
      }
      return row;
    } catch (IOException e) {
      throw new Failure("cannot start a JVM for the measured run: " + e.getMessage());
    }
  }

  /** Starts the JVM, unless this one is ending: then nothing would end the other. */
  private static synchronized Process start(List<String> command) throws IOException, Failure {
    if (!hooked) {
      hooked = true;
      try {
        Runtime.getRuntime().addShutdownHook(new Thread(Worker::endLast, "end of worker"));
      } catch (IllegalStateException shuttingDown) {
        ending = true;
      }
    }
    if (ending) {
      throw new Failure("interrupted");
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    running = process;
    return process;
  }

  private static void endLast() {
    Process last;
    synchronized (Worker.class) {
      ending = true;
      last = running;
    }
    if (last != null) {
      end(last);
    }
  }

  private static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Arguments: what to run, the API, the payload, and for the kernel the device and capture. */
  public static void main(String[] args) {
    ParentWatch.start();
    try {
      Api api = Api.valueOf(args[1]);
      Payload payload = Payload.of(args[2].equals(GENERATED) ? null : Path.of(args[2]));
      Row row =
          args[0].equals("polled")
              ? polled(api, payload)
              : kernel(api, payload, args[3], Path.of(args[4]));
      System.out.println(row.toLine());
    } catch (Failure | IOException e) {
      System.out.println(
          FAILURE + (e instanceof IOException io ? Failure.reason(io) : e.getMessage()));
      System.exit(1);
    } catch (RuntimeException e) {
      System.out.println(API_FAILURE + e);
      System.exit(1);
    }
  }

  private static Row polled(Api api, Payload payload) {
    return new PolledRun(api, payload).row(PolledRun.WARM_UP_RUNS, PolledRun.MEASURED_RUNS);
  }

  private static Row kernel(Api api, Payload payload, String tapName, Path captureFile)
      throws IOException {
    try (PcapngWriter capture = PcapngWriter.to(captureFile)) {
      return new KernelRun(api, payload).run(tapName, capture);
    }
  }
}
