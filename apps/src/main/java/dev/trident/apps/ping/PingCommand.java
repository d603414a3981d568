package dev.trident.apps.ping;

import dev.trident.apps.Failure;
import dev.trident.apps.Trident;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Condition;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.port.tap.TapPort;
import dev.trident.treck.Treck;
import dev.trident.treck.TtPingInfo;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Pings from a host behind a TAP device: the kernel's end of it, or what lies behind. The device
 * disappears with the process.
 */
@Command(
    name = "ping",
    description = "Send ICMP echo requests over a TAP device, to the kernel or beyond it.")
public final class PingCommand implements Callable<Integer> {
  private static final long NANOS_PER_MS = 1_000_000L;
  private static final int MAX_DATA_BYTES = 65_507;

  @Parameters(paramLabel = "ADDRESS", description = "whom to ask, like 10.9.0.1")
  private String target = "";

  @Option(
      names = "--tap",
      defaultValue = "trident0",
      description = "name of the TAP device to make or use (default: ${DEFAULT-VALUE})")
  private String tapName = "";

  @Option(
      names = "--address",
      defaultValue = "10.9.0.2/24",
      description = "our address with its prefix length (default: ${DEFAULT-VALUE})")
  private String address = "";

  @Option(names = "--gateway", description = "address of a gateway (default: none)")
  private String gateway = "";

  @Option(
      names = "--count",
      defaultValue = "4",
      description = "requests to send (default: ${DEFAULT-VALUE})")
  private int count;

  @Option(
      names = "--size",
      defaultValue = "56",
      description = "bytes of data, 4 to 65507 (default: ${DEFAULT-VALUE})")
  private int size;

  @Option(
      names = "--interval",
      defaultValue = "1000",
      description = "milliseconds between requests (default: ${DEFAULT-VALUE})")
  private int intervalMs;

  @Option(
      names = "--timeout",
      defaultValue = "2000",
      description = "milliseconds to wait for the last reply (default: ${DEFAULT-VALUE})")
  private int timeoutMs;

  @Option(names = "--mib", description = "show the counters of the stack at the end")
  private boolean showsMib;

  @Spec private CommandSpec spec = CommandSpec.create();

  private final TtPingInfo info = new TtPingInfo();

  @Override
  public Integer call() throws Failure, IOException {
    if (count < 1 || intervalMs < 1 || timeoutMs < 0) {
      throw new Failure("--count and --interval must be 1 or more, --timeout 0 or more");
    }
    if (size < 4 || size > MAX_DATA_BYTES) {
      throw new Failure("--size " + size + " does not fit; give 4 to " + MAX_DATA_BYTES);
    }
    SockAddrIn asked = targetAddress();
    try (TapPort tap = TapPort.open(tapName);
        Fabric fabric = Fabric.polled()) {
      Host host = host(fabric, tap);
      int lost = ping(host, asked);
      return lost == 0 ? Trident.OK : Trident.FAILED;
    }
  }

  private SockAddrIn targetAddress() throws Failure {
    try {
      return SockAddrIn.of(target, 0);
    } catch (IllegalArgumentException e) {
      throw new Failure("'" + target + "' is not an IPv4 address; give one like 10.9.0.1");
    }
  }

  private Host host(Fabric fabric, TapPort tap) throws Failure {
    try {
      Host host =
          fabric.host("ping", System.nanoTime()).nic(tapName, address, NicOptions.STANDARD, tap);
      return gateway.isEmpty() ? host : host.gateway(gateway);
    } catch (IllegalArgumentException e) {
      throw new Failure(e.getMessage() + "; see --address and --gateway");
    }
  }

  /** Returns the number of requests without a reply. */
  private int ping(Host host, SockAddrIn asked) throws Failure {
    Treck treck = new Treck(host);
    treck.tfStartTreck();
    PrintWriter out = spec.commandLine().getOut();
    int sd = treck.tfNgPingOpenStart(asked, intervalMs, size, it -> onReply(treck, it, out));
    if (sd < 0) {
      throw new Failure(
          "cannot ping "
              + target
              + ": "
              + Treck.tfStrError(treck.lastErrorOfThread())
              + "; see --address and --gateway");
    }
    HostStack stack = host.defaultStack();
    long sending = (count - 1L) * intervalMs;
    wait(stack, () -> statistics(treck, sd).transmitted >= count, sending + intervalMs);
    // The one after the last must not go out while we wait for the last reply.
    long left = Math.min(timeoutMs, intervalMs - 1L);
    wait(stack, () -> statistics(treck, sd).received >= count, left);
    statistics(treck, sd);
    treck.tfPingClose(sd);
    out.printf(
        "%d sent, %d received, %d ICMP errors%s; round trip %d/%d/%d ms (least/mean/most)%n",
        info.transmitted,
        info.received,
        info.icmpErrors,
        info.errorCode == Treck.TM_ENOERROR ? "" : ", " + Treck.tfStrError(info.errorCode),
        info.minRtt,
        info.averageRtt,
        info.maxRtt);
    if (showsMib) {
      stack.enter();
      out.print(stack.transport().mib());
      stack.exit();
    }
    out.flush();
    return info.transmitted - info.received;
  }

  private TtPingInfo statistics(Treck treck, int sd) {
    int code = info.errorCode;
    treck.tfPingGetStatistics(sd, info);
    if (info.errorCode == Treck.TM_ENOERROR) {
      info.errorCode = code;
    }
    return info;
  }

  private void onReply(Treck treck, int sd, PrintWriter out) {
    TtPingInfo now = statistics(treck, sd);
    out.printf("%d bytes from %s: reply %d, %d ms%n", size, target, now.received, now.lastRtt);
    out.flush();
  }

  private static void wait(HostStack stack, Condition condition, long ms) {
    stack.enter();
    try {
      stack.await(condition, ms * NANOS_PER_MS);
    } finally {
      stack.exit();
    }
  }
}
