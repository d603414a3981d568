package dev.trident.apps.bench;

import dev.trident.apps.net.ParentWatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;

/** The other process of {@link ShmBench}: answers on both connections, in the same order. */
final class ShmBenchPeer {
  private ShmBenchPeer() {}

  /** Arguments: wire, payload bytes, runs, round trips of each by shared memory, by the kernel. */
  public static void main(String[] args) throws IOException {
    ParentWatch.start();
    int size = Integer.parseInt(args[1]);
    int runs = Integer.parseInt(args[2]);
    int shmRoundTrips = Integer.parseInt(args[3]);
    int kernelRoundTrips = Integer.parseInt(args[4]);
    try (ServerSocketChannel server = ServerSocketChannel.open();
        ShmHost host = new ShmHost(args[0], "10.7.0.2/24", size)) {
      Runtime.getRuntime().addShutdownHook(new Thread(host::abandon, "end of wire"));
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      System.out.println(((InetSocketAddress) server.getLocalAddress()).getPort());
      try (KernelEnd kernel = new KernelEnd(server.accept(), size)) {
        ZfEnd shm = host.accept();
        for (int i = 0; i < runs; i++) {
          shm.answer(shmRoundTrips);
          kernel.answer(kernelRoundTrips);
        }
      }
    }
  }
}
