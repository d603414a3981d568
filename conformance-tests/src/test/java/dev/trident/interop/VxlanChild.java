package dev.trident.interop;

import dev.trident.apps.http.HttpFile;
import dev.trident.apps.http.HttpResponder;
import dev.trident.apps.http.XtiHttp;
import dev.trident.apps.net.NetNamespace;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.port.vxlan.VxlanConfig;
import dev.trident.hw.port.vxlan.VxlanPort;
import dev.trident.wire.Ipv4Address;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A host at one end of a tunnel, in a process of its own, as a socket belongs to the namespace of
 * its process. It does what it is told line by line, and says {@code ok} after each.
 */
final class VxlanChild {
  private VxlanChild() {}

  /** Starts it in {@code namespace}; arguments: address of the other end, VNI, ours inside. */
  static Process start(NetNamespace namespace, String remote, int vni, String cidr)
      throws IOException {
    return namespace.start(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            VxlanChild.class.getName(),
            remote,
            Integer.toString(vni),
            cidr));
  }

  /** The bytes that {@code serve} gives to whoever asks by HTTP. */
  static byte[] page() {
    byte[] body = new byte[1 << 20];
    new Random(11).nextBytes(body);
    return body;
  }

  public static void main(String[] args) throws IOException {
    VxlanConfig config =
        new VxlanConfig(
            Ipv4Address.parse(args[0]),
            Integer.parseInt(args[1]),
            VxlanConfig.DEFAULT_PORT,
            Ipv4Address.ANY);
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (VxlanPort port = VxlanPort.open(config);
        Fabric fabric = Fabric.driven()) {
      NicOptions options = NicOptions.STANDARD.withMtu(port.mtuBytes());
      Host host = fabric.host("far", 1).nic("vx0", args[2], options, port);
      System.out.println("mtu " + port.mtuBytes());
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", -1);
        switch (words[0]) {
          case "exchange" ->
              KernelPeer.exchangeStream(
                  host, Ipv4Address.parse(words[1]), Integer.parseInt(words[2]), 4 << 20);
          case "serve" -> serve(host);
          default -> throw new IllegalArgumentException(line);
        }
        System.out.println("ok");
      }
    }
  }

  private static void serve(Host host) throws IOException {
    try (HttpResponder responder = new XtiHttp(host, 80, new HttpFile(page()))) {
      System.out.println("serving");
      responder.serve(1);
    }
  }
}
