package dev.trident.apps.bench;

import dev.trident.apps.Failure;
import dev.trident.apps.net.NetNamespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What the engine costs above the port it is behind: it echoes datagrams, and so does the least
 * loop that reads frames, swaps addresses and sends them. Runs in a namespace of its own, by a
 * child process, so that the devices disappear with it.
 */
@Command(
    name = "ports",
    description =
        "UDP echoed by the engine behind tap, packet and xdp, against a bare loop on the same"
            + " port. Needs root.")
public final class PortsBench implements Callable<Integer> {
  @Mixin private DatagramOptions options = new DatagramOptions();

  @Option(
      names = "--frames",
      defaultValue = "100000",
      description = "of one run (default: ${DEFAULT-VALUE})")
  private int frames;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Failure {
    options.check();
    options.demand(
        frames >= PortsWorker.BATCH, "--frames must be " + PortsWorker.BATCH + " or more");
    try (NetNamespace namespace = NetNamespace.create()) {
      Process worker =
          namespace.start(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  PortsWorker.class.getName(),
                  Integer.toString(options.size),
                  Integer.toString(options.runs),
                  Integer.toString(frames)));
      PrintWriter out = spec.commandLine().getOut();
      try (BufferedReader lines = worker.inputReader()) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          out.println(line);
          out.flush();
        }
      }
      return worker.onExit().join().exitValue();
    } catch (IOException e) {
      throw new Failure(String.valueOf(e.getMessage()));
    }
  }
}
