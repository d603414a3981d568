package dev.trident.apps.net;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * UDP on the kernel's own stack, as a child process in a {@link NetNamespace}: it echoes datagrams,
 * listens to a group, or sends to one. It prints {@code ready PORT} when it is, and exits when its
 * standard input ends.
 */
public final class KernelDatagrams {
  private static final String READY = "ready ";
  private static final int MAX_BYTES = 65_507;
  private static final int BUFFER_BYTES = 4 << 20;

  private KernelDatagrams() {}

  /** Of a child: what it prints after it is ready. */
  public record Child(Process process, int port, BufferedReader output) {}

  /** Sends every datagram back to where it came from, whatever its length. */
  public static Child echo(NetNamespace namespace, String address) throws IOException {
    return start(namespace, "echo", address, "0");
  }

  /**
   * Joins {@code group} on {@code device} and prints a line {@code LENGTH CRC} for each datagram.
   *
   * @param source the one source wanted, or empty for any
   */
  public static Child listen(NetNamespace namespace, String device, String group, String source)
      throws IOException {
    return start(namespace, "listen", group, "0", device, source);
  }

  /** Sends {@code count} datagrams of that length to a group: the first bytes are the number. */
  public static Child send(
      NetNamespace namespace, String device, String group, int port, int count, int length)
      throws IOException {
    return start(
        namespace,
        "send",
        group,
        Integer.toString(port),
        device,
        Integer.toString(count),
        Integer.toString(length));
  }

  private static Child start(NetNamespace namespace, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                KernelDatagrams.class.getName()));
    command.addAll(List.of(arguments));
    Process process = namespace.start(command);
    BufferedReader output = process.inputReader();
    String line = output.readLine();
    if (line == null || !line.startsWith(READY)) {
      throw new NetworkSetupException(
          "the UDP program in " + namespace.name() + " did not start; see its message above");
    }
    return new Child(process, Integer.parseInt(line.substring(READY.length())), output);
  }

  /** What a datagram is known by: its length and a check sum of its contents. */
  public static String words(byte[] datagram, int length) {
    CRC32 sum = new CRC32();
    sum.update(datagram, 0, length);
    return length + " " + Long.toHexString(sum.getValue());
  }

  /** Arguments: {@code echo|listen|send}, address or group, port, and what the methods say. */
  public static void main(String[] args) {
    try {
      InetAddress address = InetAddress.getByName(args[1]);
      int port = Integer.parseInt(args[2]);
      ParentWatch.start();
      switch (args[0]) {
        case "echo" -> echo(new InetSocketAddress(address, port));
        case "listen" -> listen(address, port, args[3], args[4]);
        case "send" ->
            send(
                new InetSocketAddress(address, port),
                args[3],
                Integer.parseInt(args[4]),
                Integer.parseInt(args[5]));
        default -> throw new IllegalArgumentException("no such work: " + args[0]);
      }
    } catch (IOException e) {
      System.err.println("kernel datagrams: " + String.join(" ", args) + ": " + e.getMessage());
      System.exit(1);
    }
  }

  private static void ready(int port) {
    System.out.println(READY + port);
  }

  private static void echo(InetSocketAddress address) throws IOException {
    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
      channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
      channel.bind(address);
      ready(channel.socket().getLocalPort());
      ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_BYTES);
      while (true) {
        buffer.clear();
        var from = channel.receive(buffer);
        channel.send(buffer.flip(), from);
      }
    }
  }

  private static void listen(InetAddress group, int port, String device, String source)
      throws IOException {
    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
      channel.bind(new InetSocketAddress(port));
      NetworkInterface by = NetworkInterface.getByName(device);
      if (source.isEmpty()) {
        channel.join(group, by);
      } else {
        channel.join(group, by, InetAddress.getByName(source));
      }
      ready(channel.socket().getLocalPort());
      byte[] array = new byte[MAX_BYTES];
      while (true) {
        ByteBuffer buffer = ByteBuffer.wrap(array);
        channel.receive(buffer);
        System.out.println(words(array, buffer.position()));
      }
    }
  }

  private static void send(InetSocketAddress to, String device, int count, int length)
      throws IOException {
    try (MulticastSocket socket = new MulticastSocket()) {
      socket.setNetworkInterface(NetworkInterface.getByName(device));
      socket.setSendBufferSize(BUFFER_BYTES);
      ready(socket.getLocalPort());
      byte[] contents = new byte[length];
      for (int i = 0; i < count; i++) {
        ByteBuffer.wrap(contents).putInt(i);
        socket.send(new DatagramPacket(contents, length, to));
      }
    }
  }
}
