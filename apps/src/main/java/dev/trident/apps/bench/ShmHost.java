package dev.trident.apps.bench;

import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.port.shm.ShmPort;
import java.io.IOException;

/** A polled host at one end of a wire in shared memory, with a connection to the other end. */
final class ShmHost implements AutoCloseable {
  static final SockAddrIn SERVER = SockAddrIn.of("10.7.0.2", 4_000);
  private static final String INTERFACE = "bench0";

  private final Fabric fabric = Fabric.polled();
  private final ShmPort port;
  private final ZfEnd end;

  /**
   * @param address of this host, with its prefix length
   */
  ShmHost(String wire, String address, int size) throws IOException {
    port = ShmPort.open(wire);
    fabric.host("bench", System.nanoTime()).nic(INTERFACE, address, NicOptions.STANDARD, port);
    end = new ZfEnd(INTERFACE, size);
  }

  /** The end of the connection here; polled until it is established. */
  ZfEnd connect() {
    end.connect(SERVER);
    return established();
  }

  /** As {@link #connect}, where this host is {@link #SERVER}. */
  ZfEnd accept() {
    end.listen(SERVER);
    return established();
  }

  private ZfEnd established() {
    while (!end.isConnected()) {
      Thread.onSpinWait();
    }
    return end;
  }

  /**
   * Leaves the wire by another thread, as the process ends in the middle of its work; one that is
   * just being closed is closed then.
   */
  synchronized void abandon() {
    port.abandon();
  }

  @Override
  public synchronized void close() {
    end.close();
    fabric.close();
  }
}
