package dev.trident.interop;

import dev.trident.apps.net.NetNamespace;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;

/**
 * A server on the kernel's TCP that sends back what comes as it comes, one connection after the
 * other, for peers that must not close one direction before the other; and one for datagrams at the
 * same port. It ends with its namespace.
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
    InetAddress address = InetAddress.getByName(args[0]);
    try (ServerSocket listener = new ServerSocket();
        DatagramSocket datagrams = new DatagramSocket(0, address)) {
      listener.bind(new InetSocketAddress(address, datagrams.getLocalPort()));
      Thread.ofPlatform().daemon().start(() -> answer(datagrams));
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

  private static void answer(DatagramSocket datagrams) {
    DatagramPacket packet = new DatagramPacket(new byte[1 << 16], 1 << 16);
    try {
      while (true) {
        packet.setLength(1 << 16);
        datagrams.receive(packet);
        datagrams.send(packet);
      }
    } catch (IOException lost) {
      System.err.println("eager echo: " + lost.getMessage());
    }
  }
}
