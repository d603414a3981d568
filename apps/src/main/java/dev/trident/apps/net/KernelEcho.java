package dev.trident.apps.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;

/**
 * A TCP echo server on the kernel's own stack: what {@link NetNamespace} runs as a child process.
 *
 * <p>It prints {@code ready PORT} when it listens, and serves one connection after the other: it
 * reads until the peer has closed its direction, and only then sends everything back, so that a
 * peer that does not read while it sends is never waited for. It exits when its standard input
 * ends, which is what happens when its parent dies.
 */
public final class KernelEcho {
  private static final String READY = "ready ";

  private KernelEcho() {}

  /** The command that runs this class with the JVM and class path of this process. */
  public static List<String> command(String address, int port) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx1g", // the largest payload in pieces and in one
        "-cp",
        System.getProperty("java.class.path"),
        KernelEcho.class.getName(),
        address,
        Integer.toString(port));
  }

  /**
   * Starts the server in {@code namespace} and waits until it listens.
   *
   * @param address the local address to bind
   * @param port 1..65535, or 0 for one the kernel chooses
   * @return the port
   * @throws NetworkSetupException if the server did not come up; its own words are on standard
   *     error
   */
  public static int startIn(NetNamespace namespace, String address, int port) throws IOException {
    Process child = namespace.start(command(address, port));
    String line = child.inputReader().readLine();
    if (line == null || !line.startsWith(READY)) {
      throw new NetworkSetupException(
          "the echo server in " + namespace.name() + " did not start; see its message above");
    }
    return Integer.parseInt(line.substring(READY.length()));
  }

  /** Arguments: the address and the port to listen on. Exit code 1 if it cannot listen there. */
  public static void main(String[] args) {
    try (ServerSocket listener = new ServerSocket()) {
      listener.bind(
          new InetSocketAddress(InetAddress.getByName(args[0]), Integer.parseInt(args[1])));
      System.out.println(READY + listener.getLocalPort());
      ParentWatch.start();
      while (true) {
        try (Socket connection = listener.accept()) {
          echo(connection);
        } catch (IOException e) {
          System.err.println("kernel echo: connection lost: " + e.getMessage());
        }
      }
    } catch (IOException e) {
      System.err.println("kernel echo: cannot listen on " + args[0] + ": " + e.getMessage());
      System.exit(1);
    }
  }

  private static void echo(Socket connection) throws IOException {
    connection.setTcpNoDelay(true);
    byte[] everything = connection.getInputStream().readAllBytes();
    connection.getOutputStream().write(everything);
    connection.shutdownOutput();
  }
}
