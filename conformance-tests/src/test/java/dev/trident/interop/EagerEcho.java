package dev.trident.interop;

import dev.trident.apps.net.NetNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;

/**
 * A server on the kernel's TCP that sends back what comes as it comes, one connection after the
 * other, for peers that must not close one direction before the other. It ends with its namespace.
 */
final class EagerEcho {
  private EagerEcho() {}

  /** Starts it in {@code namespace} and waits until it listens; answers the port. */
  static int startIn(NetNamespace namespace, String address) throws IOException {
    Process child =
        namespace.start(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                EagerEcho.class.getName(),
                address));
    return Integer.parseInt(child.inputReader().readLine());
  }

  public static void main(String[] args) throws IOException {
    try (ServerSocket listener = new ServerSocket()) {
      listener.bind(new InetSocketAddress(InetAddress.getByName(args[0]), 0));
      System.out.println(listener.getLocalPort());
      while (true) {
        try (Socket connection = listener.accept()) {
          connection.setTcpNoDelay(true);
          connection.getInputStream().transferTo(connection.getOutputStream());
        } catch (IOException lost) {
          System.err.println("eager echo: " + lost.getMessage());
        }
      }
    }
  }
}
