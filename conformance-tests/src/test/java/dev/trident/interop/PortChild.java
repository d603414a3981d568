package dev.trident.interop;

import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.PortScheme;
import dev.trident.hw.port.PortSpec;
import dev.trident.hw.port.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A program of a process with other rights: opens a port, says {@code opened} or {@code refused:}
 * and why, and, if told whom to serve, lets the kernel ping its host.
 */
final class PortChild {
  /** Before the command: root without any capability. */
  static final List<String> WITHOUT_PRIVILEGE =
      List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all");

  private PortChild() {}

  /** Starts this program behind {@code wrapper} with the class path of this process. */
  static Process start(List<String> wrapper, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(wrapper);
    command.addAll(java(System.getProperty("java.class.path")));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** The command of this program, without its arguments. */
  static List<String> java(String classPath) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        classPath,
        PortChild.class.getName());
  }

  /** Arguments: scheme, device, and optionally what to run while a host has the port. */
  public static void main(String[] args) throws Exception {
    Port port;
    try {
      port = open(args[0], args[1]);
    } catch (IOException e) {
      System.out.println("refused: " + e.getMessage());
      return;
    }
    System.out.println("opened");
    try (Fabric fabric = Fabric.driven()) {
      fabric.host("child", 1).nic(args[1], KernelPeer.OUR_CIDR, NicOptions.STANDARD, port);
      if (args.length > 2) {
        List<String> command = List.of(args).subList(2, args.length);
        new ProcessBuilder(command).inheritIO().start().waitFor();
      }
    }
  }

  private static Port open(String scheme, String device) throws IOException {
    PortScheme known = Objects.requireNonNull(PortScheme.named(scheme), scheme);
    return Ports.open(new PortSpec(known, device, Map.of()));
  }
}
