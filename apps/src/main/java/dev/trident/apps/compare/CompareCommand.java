package dev.trident.apps.compare;

import dev.trident.apps.Failure;
import dev.trident.apps.Trident;
import dev.trident.apps.net.NetNamespace;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.pcap.PcapngWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Sends a file there and back once per API, and prints what it cost. */
@Command(
    name = "compare",
    description = {
      "Send a file from a client to a server and back, once per API, and print what it cost.",
      "calls: API calls. engine B, adapter B: payload bytes copied by the engine and by the API"
          + " module. DMA B: bytes moved by the adapters. hand-overs: buffers that changed owner."
          + " packets, wire B: frames carried and their bytes. time: the client's, virtual on the"
          + " simulated link. CPU, garbage: of a real-time run, per MiB moved."
    })
public final class CompareCommand implements Callable<Integer> {
  /** Who is at the other end. */
  enum PeerKind {
    /** A simulated host in virtual time; CPU and garbage from a real-time run in this machine. */
    SIMULATED,
    /** The Linux kernel's own TCP, over a TAP device. */
    KERNEL
  }

  /** Ten seconds: TCP itself gives up on much more. */
  private static final long MAX_DELAY_MICROS = 10_000_000;

  @Option(
      names = "--payload",
      paramLabel = "FILE",
      description = "what to send, at most 256 MiB (default: 1 MiB that it generates)")
  private @Nullable Path payloadFile;

  @Option(
      names = "--peer",
      paramLabel = "PEER",
      defaultValue = "SIMULATED",
      description =
          "${COMPLETION-CANDIDATES}, in any case (default: ${DEFAULT-VALUE}); KERNEL needs root")
  private PeerKind peer = PeerKind.SIMULATED;

  @Option(
      names = "--rate",
      paramLabel = "BITS",
      defaultValue = "1000000000",
      description =
          "bits per second of the simulated link, 0: no limit (default: ${DEFAULT-VALUE})")
  private long bitsPerSecond;

  @Option(
      names = "--delay",
      defaultValue = "25",
      paramLabel = "MICROSECONDS",
      description = "delay of the simulated link, at most 10000000 (default: ${DEFAULT-VALUE})")
  private long delayMicros;

  @Option(
      names = "--tap",
      paramLabel = "NAME",
      defaultValue = "trident0",
      description = "TAP device to make for the kernel (default: ${DEFAULT-VALUE})")
  private String tapName = "";

  @Option(
      names = "--captures",
      paramLabel = "DIR",
      defaultValue = "captures",
      description = "where the pcapng files go, one per API (default: ${DEFAULT-VALUE})")
  private Path captures = Path.of("");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Failure, IOException {
    if (bitsPerSecond < 0 || delayMicros < 0 || delayMicros > MAX_DELAY_MICROS) {
      throw new ParameterException(
          spec.commandLine(),
          "--rate must not be negative, and --delay is 0 to %d".formatted(MAX_DELAY_MICROS));
    }
    Payload payload = Payload.of(payloadFile);
    try {
      Files.createDirectories(captures);
      for (Api api : Api.values()) {
        Files.write(capture(api), new byte[0]);
      }
    } catch (IOException e) {
      throw new Failure(
          "cannot write captures (" + Failure.reason(e) + "); choose another --captures");
    }
    PrintWriter out = spec.commandLine().getOut();
    Comparison comparison =
        new Comparison(
            peer == PeerKind.SIMULATED ? this::simulated : this::kernel,
            out,
            spec.commandLine().getErr());
    if (peer == PeerKind.KERNEL) {
      NetNamespace.sweep();
    }
    boolean all = comparison.run(List.of(Api.values()));
    if (all) {
      out.printf(
          "%,d bytes there and back over each API, every byte verified (%s; peer: %s).%n",
          payload.size(), payload.description(), peer == PeerKind.KERNEL ? "Linux" : "simulated");
    }
    out.printf("Captures: %s%n", captures.resolve("*.pcapng"));
    out.flush();
    return all ? Trident.OK : Trident.FAILED;
  }

  private Path capture(PeerFactory factory) {
    return captures.resolve(factory.label() + ".pcapng");
  }

  private Row simulated(PeerFactory factory) throws Failure {
    LinkConfig link = LinkConfig.rate(bitsPerSecond, delayMicros * 1_000);
    Row counted;
    try (PcapngWriter capture = PcapngWriter.to(capture(factory))) {
      counted = new SimulatedRun(factory, Payload.of(payloadFile), link, capture).run();
    } catch (IOException e) {
      throw new Failure(
          "cannot write a capture (" + Failure.reason(e) + "); choose another --captures");
    }
    Row measured = Worker.measure((Api) factory, payloadFile);
    return counted.withCost(measured.cpuNanosPerMib(), measured.garbageBytesPerMib());
  }

  private Row kernel(PeerFactory factory) throws Failure {
    return Worker.againstKernel((Api) factory, payloadFile, tapName, capture(factory));
  }
}
