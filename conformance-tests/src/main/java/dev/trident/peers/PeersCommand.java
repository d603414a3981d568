package dev.trident.peers;

import dev.trident.apps.Failure;
import dev.trident.apps.Subcommand;
import dev.trident.apps.Trident;
import dev.trident.apps.net.Programs;
import dev.trident.hw.pcap.PcapngWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the experiments one after the other, and prints a line for each. */
@Command(
    name = "peers",
    description = {
      "Run the engine against the Linux kernel's TCP, in real time: iperf3 and transfers with",
      "checked contents over a TAP device, with losses, reordering, delay and marks made by our",
      "own link in between. Needs Linux, root, ip and iperf3; with --capture also tshark."
    })
public final class PeersCommand implements Subcommand {
  private static final String FORMAT = "%-24s %-4s %6s %8s %9s %6s %7s %6s  %s%n";

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description = "Run the experiments whose names begin so; see --list.")
  private List<String> only = new ArrayList<>();

  @Option(names = "--quick", description = "Small amounts, for a first look and for CI.")
  private boolean quick;

  @Option(names = "--list", description = "Print the names of the experiments, and do nothing.")
  private boolean list;

  @Option(
      names = "--capture",
      paramLabel = "DIR",
      description = {
        "Keep what crosses our adapter as DIR/NAME.pcapng, as large as what is transferred, and",
        "let tshark look for errors in it."
      })
  private @Nullable Path capture;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Failure, IOException {
    List<Experiment> chosen = chosen();
    PrintWriter out = spec.commandLine().getOut();
    if (list) {
      chosen.forEach(experiment -> out.println(experiment.name()));
      out.flush();
      return Trident.OK;
    }
    checkPrograms();
    out.printf(
        FORMAT,
        "experiment",
        "",
        "MiB",
        "seconds",
        "Mbit/s",
        "again",
        "kernel",
        "CPU s",
        "verdict");
    out.flush();
    int passed = 0;
    for (Experiment experiment : chosen) {
      passed += run(quick ? experiment.quick() : experiment) ? 1 : 0;
    }
    out.printf("%d of %d as expected%n", passed, chosen.size());
    out.println("again: segments sent a second time, by us and by the kernel; CPU: of our thread");
    out.flush();
    return passed == chosen.size() ? Trident.OK : Trident.FAILED;
  }

  private List<Experiment> chosen() {
    List<Experiment> all = Experiments.all();
    if (only.isEmpty()) {
      return all;
    }
    for (String name : only) {
      if (all.stream().noneMatch(experiment -> experiment.name().startsWith(name))) {
        throw new ParameterException(
            spec.commandLine(), "no experiment begins with " + name + "; see trident peers --list");
      }
    }
    return all.stream()
        .filter(experiment -> only.stream().anyMatch(experiment.name()::startsWith))
        .toList();
  }

  private void checkPrograms() throws IOException, Failure {
    Programs.locate(IperfClient.PROGRAM, IperfClient.PROGRAM);
    if (capture != null) {
      Programs.locate(ExpertInfo.PROGRAM, ExpertInfo.PROGRAM);
      try {
        Files.createDirectories(capture);
      } catch (IOException e) {
        throw new Failure(
            "cannot write captures (" + Failure.reason(e) + "); choose another --capture");
      }
    }
  }

  private boolean run(Experiment experiment) throws IOException {
    try {
      Path folder = capture;
      if (folder == null) {
        return print(new ExperimentRun(experiment, null).run(), null);
      }
      Path file = folder.resolve(experiment.name() + ".pcapng");
      Outcome outcome;
      try (PcapngWriter writer = PcapngWriter.to(file)) {
        outcome = new ExperimentRun(experiment, writer).run();
      }
      return print(outcome, ExpertInfo.of(file, experiment));
    } catch (ExperimentFailure e) {
      line(experiment, "-", "-", "-", "-", "-", "-", "FAILED: " + e.getMessage());
      return false;
    }
  }

  private boolean print(Outcome outcome, @Nullable ExpertInfo expert) {
    Transfer transfer = outcome.transfer();
    List<String> complaints = new ArrayList<>(outcome.complaints());
    if (expert != null) {
      complaints.addAll(expert.complaints());
    }
    String link = outcome.linkWords();
    String verdict = complaints.isEmpty() ? "ok" : "FAILED: " + String.join("; ", complaints);
    long again = outcome.kernelRetransmissions();
    line(
        outcome.experiment(),
        "%,d".formatted(outcome.bytes() >> 20),
        "%.2f".formatted(transfer.seconds()),
        "%,.1f".formatted(outcome.megabitsPerSecond()),
        "%,d".formatted(transfer.retransmissions()),
        again == Outcome.UNKNOWN ? "-" : "%,d".formatted(again),
        "%.2f".formatted(transfer.cpuSeconds()),
        verdict + (link.isEmpty() ? "" : " (link: " + link + ")"));
    if (expert != null && !expert.allowed().isEmpty()) {
      spec.commandLine().getOut().println("    tshark: " + String.join("; ", expert.allowed()));
      spec.commandLine().getOut().flush();
    }
    return complaints.isEmpty();
  }

  private void line(Experiment experiment, String... cells) {
    Object[] all = new Object[cells.length + 2];
    all[0] = experiment.name();
    all[1] = experiment.work().direction;
    System.arraycopy(cells, 0, all, 2, cells.length);
    spec.commandLine().getOut().printf(FORMAT, all);
    spec.commandLine().getOut().flush();
  }
}
