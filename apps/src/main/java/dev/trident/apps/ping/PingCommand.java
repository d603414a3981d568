package dev.trident.apps.ping;

import dev.trident.apps.Failure;
import dev.trident.apps.Trident;
import dev.trident.apps.net.NetNamespace;
import dev.trident.c.SockAddrIn;
import dev.trident.endpoint.EchoEndpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.Transport;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.port.tap.TapPort;
import dev.trident.wire.Ipv4Address;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Pings from a host behind a TAP device: the kernel's end of it, or what lies behind. A device that
 * the process makes disappears with it, so without {@code --kernel} the device should be there and
 * be up.
 */
@Command(
    name = "ping",
    description = "Send ICMP echo requests over a TAP device, to the kernel or beyond it.")
public final class PingCommand implements Callable<Integer> {
  private static final long NANOS_PER_MS = 1_000_000L;

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
      description = "bytes of data, 0 to 65507 (default: ${DEFAULT-VALUE})")
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

  @Option(
      names = "--kernel",
      description = "give ADDRESS to the kernel in a network namespace, which is removed again")
  private boolean withKernel;

  @Option(names = "--mib", description = "show the counters of the stack at the end")
  private boolean showsMib;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Failure, IOException {
    if (count < 1 || intervalMs < 1 || timeoutMs < 0) {
      throw unusable("--count and --interval must be 1 or more, --timeout 0 or more");
    }
    if (size < 0 || size > EchoEndpoint.MAX_DATA_BYTES) {
      throw unusable("--size " + size + " does not fit; give 0 to " + EchoEndpoint.MAX_DATA_BYTES);
    }
    SockAddrIn asked = targetAddress();
    try (TapPort tap = TapPort.open(tapName);
        Fabric fabric = Fabric.polled()) {
      Host host = host(fabric, tap);
      long lost = withKernel ? pingKernel(host, asked) : ping(host, asked);
      return lost == 0 ? Trident.OK : Trident.FAILED;
    }
  }

  private long pingKernel(Host host, SockAddrIn asked) throws Failure, IOException {
    String prefix = address.substring(Math.max(0, address.indexOf('/')));
    if (!canBeTheKernels(host, asked.sin_addr, prefix)) {
      throw unusable(
          "%s cannot be the kernel's address beside ours, %s; give %s"
              .formatted(
                  target,
                  address,
                  prefix.startsWith("/")
                      ? "another of that network"
                      : "--address its prefix length, like 10.9.0.2/24"));
    }
    try (NetNamespace namespace = NetNamespace.create()) {
      namespace.adopt(tapName, target + prefix);
      return ping(host, asked);
    }
  }

  /** Whether an address is of another host in our network, whose prefix has been parsed before. */
  private static boolean canBeTheKernels(Host host, int asked, String prefix) {
    HostStack stack = host.defaultStack();
    stack.enter();
    try {
      Transport transport = stack.transport();
      if (transport.isLocalAddress(asked) || !transport.isDirectlyConnected(asked)) {
        return false; // ours, or not of our network, as all are if that has one address
      }
    } finally {
      stack.exit();
    }
    int mask = (int) (0xffff_ffffL >>> Integer.parseInt(prefix, 1, prefix.length(), 10));
    int inNetwork = asked & mask;
    return Ipv4Address.isHostAddress(asked) && (mask == 1 || (inNetwork != 0 && inNetwork != mask));
  }

  private SockAddrIn targetAddress() {
    try {
      return SockAddrIn.of(target, 0);
    } catch (IllegalArgumentException e) {
      throw unusable("'" + target + "' is not an IPv4 address; give one like 10.9.0.1");
    }
  }

  private ParameterException unusable(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Host host(Fabric fabric, TapPort tap) {
    try {
      Host host =
          fabric.host("ping", System.nanoTime()).nic(tapName, address, NicOptions.STANDARD, tap);
      return gateway.isEmpty() ? host : host.gateway(gateway);
    } catch (IllegalArgumentException e) {
      throw unusable(e.getMessage() + "; see --address and --gateway");
    }
  }

  /** Returns the number of requests without a reply. */
  private long ping(Host host, SockAddrIn asked) throws Failure {
    HostStack stack = host.defaultStack();
    stack.enter();
    try {
      Transport transport = stack.transport();
      EchoEndpoint echo = Objects.requireNonNull(transport.newEcho(), "the first of this stack");
      echo.readiness().listen(edges -> onEdge(echo, edges));
      int first = echo.start(asked.sin_addr, size, intervalMs * NANOS_PER_MS);
      if (first < 0) {
        throw new Failure(
            "cannot ping " + target + ": " + StackError.of(first) + "; see --address, --gateway");
      }
      while (echo.sent() < count) {
        stack.await(() -> echo.sent() >= count, intervalMs * NANOS_PER_MS);
      }
      echo.stop();
      stack.await(() -> echo.received() >= count, timeoutMs * NANOS_PER_MS);
      report(echo, transport);
      return echo.sent() - echo.received();
    } finally {
      stack.exit();
    }
  }

  private void onEdge(EchoEndpoint echo, int edges) {
    PrintWriter out = spec.commandLine().getOut();
    if ((edges & Readiness.READABLE) != 0) {
      out.printf(
          "%d bytes from %s: sequence %d, TTL %d, %.3f ms%n",
          echo.lastDataBytes(),
          target,
          echo.lastSequence(),
          echo.lastTtl(),
          milliseconds(echo.lastRoundTripNanos()));
    }
    if ((edges & Readiness.ERROR) != 0) {
      out.println("error: " + StackError.of(echo.takeError()));
    }
    out.flush();
  }

  private void report(EchoEndpoint echo, Transport transport) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%d sent, %d received, %d duplicates, %d damaged, %d ICMP errors%n",
        echo.sent(), echo.received(), echo.duplicates(), echo.damaged(), echo.errors());
    if (echo.received() > 0) {
      out.printf(
          "round trip %.3f/%.3f/%.3f ms (least/mean/most)%n",
          milliseconds(echo.shortestRoundTripNanos()),
          milliseconds(echo.meanRoundTripNanos()),
          milliseconds(echo.longestRoundTripNanos()));
    }
    if (showsMib) {
      out.print(transport.mib());
    }
    out.flush();
    if (echo.received() + echo.errors() == 0 && !withKernel) {
      PrintWriter err = spec.commandLine().getErr();
      err.printf(
          "trident: nobody answered; is %s up, and has it an address in the network of %s?"
              + " --kernel sees to both%n",
          tapName, address);
      err.flush();
    }
  }

  private static double milliseconds(long nanos) {
    return nanos / (double) NANOS_PER_MS;
  }
}
