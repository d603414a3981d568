package dev.trident.apps.bench;

import dev.trident.buffer.Slab;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.packet.PacketPort;
import dev.trident.wire.EthernetHeader;
import dev.trident.wire.InternetChecksum;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.UdpHeader;
import java.io.IOException;

/** A device whose near end echoes, and whose far end sends datagrams and counts the answers. */
final class EchoCable implements AutoCloseable {
  static final String NEAR_CIDR = "10.6.0.2/24";
  static final int NEAR_ADDRESS = 0x0a06_0002;
  static final int FAR_ADDRESS = 0x0a06_0001;
  static final int PORT = 7;
  static final int FAR_PORT = 4_000;
  static final long FAR_MAC = 0x0200_0000_0601L;

  /** Where nothing is sent to and the near adapter may live if its port does not care. */
  private static final long NEAR_MAC = 0x0200_0000_0602L;

  private static final int CELL_BYTES = 2_048;
  private static final int HEADERS = EthernetHeader.BYTES + Ipv4Header.BYTES + UdpHeader.BYTES;
  private static final int ADDRESSES = EthernetHeader.BYTES + 12;

  /** Rounds without an answer after which it counts as lost. */
  private static final int PATIENCE = 1_000_000;

  private final String name;
  private final Port near;
  private final PacketPort far;
  private final int frameBytes;
  private final Slab slab = new Slab(2 * CELL_BYTES);

  /** Owns both ports. */
  EchoCable(String name, Port near, PacketPort far, int payloadBytes) {
    this.name = name;
    this.near = near;
    this.far = far;
    frameBytes = HEADERS + payloadBytes;
  }

  /** An end that answers what it receives. */
  interface Echo {
    /** Looks once; returns how many datagrams were answered. */
    int perform();

    /** The hardware address that datagrams must have. */
    long mac();
  }

  String name() {
    return name;
  }

  Port near() {
    return near;
  }

  /** The address of an adapter at the near end. */
  long nearMac() {
    return near.mac() == Port.ANY_MAC ? NEAR_MAC : near.mac();
  }

  /**
   * Sends batches, and lets {@code echo} answer each.
   *
   * @return CPU time of the echo's work for a datagram, in nanoseconds
   * @throws IOException if one was lost
   */
  double run(Echo echo, int batches) throws IOException {
    write(echo.mac());
    long nanos = 0;
    for (int batch = 0; batch < batches; batch++) {
      for (int i = 0; i < PortsWorker.BATCH; i++) {
        if (!far.send(slab, 0, frameBytes)) {
          throw new IOException(far + " takes no frame; raise net.core.wmem_max");
        }
      }
      long start = Machine.cpuNanos();
      int answered = 0;
      for (int rounds = 0; answered < PortsWorker.BATCH && rounds < PATIENCE; rounds++) {
        answered += echo.perform();
      }
      nanos += Machine.cpuNanos() - start;
      take(answered);
    }
    return (double) nanos / batches / PortsWorker.BATCH;
  }

  private void take(int answered) throws IOException {
    int taken = 0;
    for (int rounds = 0; taken < PortsWorker.BATCH && rounds < PATIENCE; rounds++) {
      int length = far.receive(slab, CELL_BYTES, CELL_BYTES);
      taken += length >= frameBytes && slab.getInt(CELL_BYTES + ADDRESSES) == NEAR_ADDRESS ? 1 : 0;
    }
    if (taken != PortsWorker.BATCH) {
      throw new IOException(
          "%s: of %d datagrams %d were answered and %d came back"
              .formatted(near, PortsWorker.BATCH, answered, taken));
    }
  }

  private void write(long mac) {
    int ip = EthernetHeader.BYTES;
    int udp = ip + Ipv4Header.BYTES;
    slab.putShort(0, (int) (mac >>> 32));
    slab.putInt(2, (int) mac);
    slab.putShort(6, (int) (FAR_MAC >>> 32));
    slab.putInt(8, (int) FAR_MAC);
    slab.putShort(12, EthernetHeader.TYPE_IPV4);
    slab.putInt(ip, 0x4500_0000 | (frameBytes - ip));
    slab.putInt(ip + 4, Ipv4Header.DONT_FRAGMENT);
    slab.putInt(ip + 8, (64 << 24) | (Ipv4Header.PROTOCOL_UDP << 16));
    slab.putInt(ip + 12, FAR_ADDRESS);
    slab.putInt(ip + 16, NEAR_ADDRESS);
    slab.putShort(
        ip + 10, InternetChecksum.complement(InternetChecksum.sum(slab, ip, Ipv4Header.BYTES)));
    slab.putInt(udp, (FAR_PORT << 16) | PORT);
    slab.putInt(udp + 4, (frameBytes - udp) << 16);
    long sum =
        InternetChecksum.sum(slab, udp, frameBytes - udp)
            + InternetChecksum.pseudoHeader(
                FAR_ADDRESS, NEAR_ADDRESS, Ipv4Header.PROTOCOL_UDP, frameBytes - udp);
    slab.putShort(udp + UdpHeader.CHECKSUM, InternetChecksum.complementForUdp(sum));
  }

  @Override
  public void close() throws IOException {
    near.close();
    far.close();
    slab.close();
    try {
      if (!(near instanceof dev.trident.hw.port.tap.TapPort)) {
        PortsWorker.ip("link", "delete", "dev", name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
