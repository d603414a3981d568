package dev.trident.apps.latency;

import dev.trident.apps.Trident;
import dev.trident.hw.nic.NicTiming;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code trident latency}: the adapter model's one-way latencies as a table. */
@Command(
    name = "latency",
    description = {
      "Prints what the adapter model makes of a datagram's way to the wire.",
      "Virtual nanoseconds from the send call to the event at the receiver, over 10 Gbit/s, with"
          + " figures of the order of adapters at a PCIe bus of the third generation. An"
          + " alternative was queued before; its time counts from the release."
    })
public final class LatencyCommand implements Callable<Integer> {
  /** Ethernet, IPv4 and UDP header. */
  private static final int HEADER_BYTES = 42;

  private static final int MAX_PAYLOAD = 1_472;

  @Option(
      names = {"-s", "--sizes"},
      split = ",",
      paramLabel = "BYTES",
      defaultValue = "12,200,500,1472",
      description = "Payloads of UDP datagrams, 0 to 1472. Default: ${DEFAULT-VALUE}.")
  private List<Integer> sizes = List.of();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    for (int size : sizes) {
      if (size < 0 || size > MAX_PAYLOAD) {
        throw new ParameterException(
            spec.commandLine(), size + " bytes do not fit a frame; give 0 to " + MAX_PAYLOAD);
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    StringBuilder head = new StringBuilder(String.format("%-12s", "one way, ns"));
    sizes.forEach(size -> head.append(String.format("%9d B", size)));
    out.println(head);
    for (OneWay way : OneWay.values()) {
      StringBuilder line = new StringBuilder(String.format("%-12s", way.label()));
      for (int size : sizes) {
        long nanos = way.nanos(HEADER_BYTES + size, NicTiming.TYPICAL);
        line.append(String.format(Locale.ROOT, "%,11d", nanos));
      }
      out.println(line);
    }
    out.flush();
    return Trident.OK;
  }
}
