package dev.trident.peers;

import dev.trident.apps.Failure;
import dev.trident.apps.Subcommand;
import dev.trident.apps.Trident;
import dev.trident.apps.net.Programs;
import dev.trident.hw.link.LinkFaults;
import dev.trident.hw.pcap.PcapngWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
      "Run the engine against the Linux kernel, in real time, over a TAP device: iperf3 and",
      "transfers with checked contents, with losses, reordering, delay and marks made by our own",
      "link in between; then pings, datagrams, groups, scans and odd packets. Needs Linux, root,",
      "ip, and what an experiment names as missing; with --capture also tshark."
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
    checkNames();
    List<Experiment> transfers =
        Experiments.all().stream().filter(experiment -> isChosen(experiment.name())).toList();
    List<Talk> talks = Talks.all().stream().filter(talk -> isChosen(talk.name())).toList();
    PrintWriter out = spec.commandLine().getOut();
    if (list) {
      transfers.forEach(experiment -> out.println(experiment.name()));
      talks.forEach(talk -> out.println(talk.name()));
      out.flush();
      return Trident.OK;
    }
    checkCapture();
    int passed = run(transfers, talks);
    int all = transfers.size() + talks.size();
    out.printf("%d of %d as expected%n", passed, all);
    out.flush();
    return passed == all ? Trident.OK : Trident.FAILED;
  }

  /** How many came out as expected. */
  private int run(List<Experiment> transfers, List<Talk> talks) throws Failure, IOException {
    try {
      int passed = transfers.isEmpty() ? 0 : runTransfers(transfers);
      return talks.isEmpty()
          ? passed
          : passed + new TalkTable(spec.commandLine().getOut(), capture).run(talks);
    } catch (FileSystemException e) {
      if (capture == null) {
        throw e;
      }
      throw unwritable(e);
    } catch (UncheckedIOException e) {
      if (capture == null) {
        throw e;
      }
      throw unwritable(Objects.requireNonNull(e.getCause()));
    }
  }

  private static Failure unwritable(IOException e) {
    return new Failure(
        "cannot write captures (" + Failure.reason(e) + "); choose another --capture");
  }

  private int runTransfers(List<Experiment> chosen) throws IOException {
    Programs.locate(IperfClient.PROGRAM, IperfClient.PROGRAM);
    PrintWriter out = spec.commandLine().getOut();
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
    out.println("again: segments sent a second time, by us and by the kernel; CPU: of our thread");
    out.flush();
    return passed;
  }

  private void checkNames() {
    for (String beginning : only) {
      if (Experiments.all().stream().noneMatch(any -> any.name().startsWith(beginning))
          && Talks.all().stream().noneMatch(any -> any.name().startsWith(beginning))) {
        throw new ParameterException(
            spec.commandLine(),
            "no experiment begins with " + beginning + "; see trident peers --list");
      }
    }
  }

  private boolean isChosen(String name) {
    return only.isEmpty() || only.stream().anyMatch(name::startsWith);
  }

  private void checkCapture() throws IOException, Failure {
    if (capture != null) {
      Programs.locate(ExpertInfo.PROGRAM, ExpertInfo.PROGRAM);
      try {
        Files.createDirectories(capture);
      } catch (IOException e) {
        throw unwritable(e);
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
      return print(outcome, ExpertInfo.of(file, hasFaults(experiment)));
    } catch (ExperimentFailure e) {
      line(experiment, "-", "-", "-", "-", "-", "-", "FAILED: " + e.getMessage());
      return false;
    }
  }

  /** Whether segments are lost or overtaken on purpose. */
  private static boolean hasFaults(Experiment experiment) {
    if (experiment.link() == null) {
      return false;
    }
    LinkFaults faults = experiment.link().faults();
    return faults.loss() + faults.reordering() + faults.corruption() > 0;
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
