package dev.trident.apps.http;

import dev.trident.apps.Failure;
import dev.trident.apps.Trident;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.port.tap.TapPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Serves a file over a TAP device until it is interrupted. The device disappears with the process;
 * what the person types to set up the kernel's end disappears with the device.
 */
@Command(
    name = "serve",
    description = "Serve a file by HTTP over a TAP device, to curl or a browser on this machine.")
public final class ServeCommand implements Callable<Integer> {
  /** Which API the responder is written on. */
  enum Api {
    TRECK,
    XTI,
    TCPDIRECT
  }

  private static final int PREFIX_BITS = 24;
  private static final long MAX_FILE_BYTES = 64L << 20;
  private static final int MAX_PORT = 65_535;

  /** First numbers of addresses that no interface has. */
  private static final int LOOPBACK = 127;

  private static final int MULTICAST = 224;

  @Option(
      names = "--api",
      required = true,
      description = "API of the responder: ${COMPLETION-CANDIDATES}, in any case")
  private Api api = Api.TRECK;

  @Option(names = "--file", required = true, description = "file to serve, at most 64 MiB")
  private Path file = Path.of("");

  @Option(
      names = "--tap",
      defaultValue = "trident0",
      description = "name of the TAP device to make (default: ${DEFAULT-VALUE})")
  private String tapName = "";

  @Option(
      names = "--address",
      defaultValue = "10.9.0.2",
      description = "our address; the kernel gets the one before it (default: ${DEFAULT-VALUE})")
  private String address = "";

  @Option(
      names = "--port",
      defaultValue = "80",
      description = "TCP port (default: ${DEFAULT-VALUE})")
  private int port;

  @Option(
      names = "--connections",
      defaultValue = "" + Integer.MAX_VALUE,
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description = "stop after so many connections (default: serve until interrupted)")
  private int connections;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Failure, IOException {
    if (port < 1 || port > MAX_PORT) {
      throw unusable("port " + port + " does not exist; choose 1 to " + MAX_PORT);
    }
    if (connections < 1) {
      throw unusable("--connections " + connections + " serves nobody; give 1 or more");
    }
    SockAddrIn local = localAddress();
    HttpFile content = new HttpFile(readFile());
    try (TapPort tap = TapPort.open(tapName);
        Fabric fabric = Fabric.driven()) {
      Host host =
          fabric
              .host("serve", System.nanoTime())
              .nic(
                  tapName, address + "/" + PREFIX_BITS, NicOptions.STANDARD.withMtu(tap.mtuBytes()))
              .port(tap);
      try (HttpResponder responder = responder(host, local, content)) {
        printInstructions(local);
        int served = responder.serve(connections);
        spec.commandLine().getOut().println(served + " of " + connections + " served");
        return served == connections ? Trident.OK : Trident.FAILED;
      }
    }
  }

  private HttpResponder responder(Host host, SockAddrIn local, HttpFile content) {
    return switch (api) {
      case TRECK -> new TreckHttp(host, port, content);
      case XTI -> new XtiHttp(host, port, content);
      case TCPDIRECT -> new ZfHttp(tapName, local, content);
    };
  }

  private SockAddrIn localAddress() {
    SockAddrIn local;
    try {
      local = SockAddrIn.of(address, port);
    } catch (IllegalArgumentException e) {
      throw unusable(
          "'" + address + "' is not an IPv4 address; give one like 10.9.0.2 without a prefix");
    }
    int network = local.sin_addr >>> 24;
    int node = local.sin_addr & 0xff;
    if (network == 0 || network == LOOPBACK || network >= MULTICAST || node < 2 || node > 254) {
      throw unusable(
          address + " leaves no room for the kernel's address; give one like 10.9.0.2, from .2 on");
    }
    return local;
  }

  private ParameterException unusable(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private byte[] readFile() throws Failure {
    try {
      if (!Files.isRegularFile(file)) {
        throw new Failure(
            "cannot serve '%s': %s; name an ordinary file"
                .formatted(file, Files.exists(file) ? "not a file" : "no such file"));
      }
      long size = Files.size(file);
      if (size > MAX_FILE_BYTES) {
        throw new Failure(
            "cannot serve " + file + ": " + size + " bytes; at most " + MAX_FILE_BYTES);
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new Failure("cannot read the file (" + Failure.reason(e) + "); check its permissions");
    }
  }

  private void printInstructions(SockAddrIn local) {
    PrintWriter out = spec.commandLine().getOut();
    SockAddrIn kernel = new SockAddrIn(local.sin_addr - 1, port);
    String kernelAddress = kernel.toString().substring(0, kernel.toString().indexOf(':'));
    out.printf("Serving %s at http://%s/ on %s, on device %s.%n", file, local, api, tapName);
    out.println("In another terminal:");
    out.printf("  sudo ip address add %s/%d dev %s%n", kernelAddress, PREFIX_BITS, tapName);
    out.printf("  sudo ip link set %s up%n", tapName);
    out.printf("  ping -c 3 %s%n", address);
    out.printf("  curl -o copy http://%s/ && cmp copy %s%n", local, file);
    out.println("Ctrl-C ends it; the device and its address disappear with it.");
    out.flush();
  }
}
