package dev.trident.apps.bench;

import dev.trident.buffer.Slab;
import dev.trident.hw.port.Port;

/** The least that echoes a datagram: addresses and ports change places, and all sums stay right. */
final class BareEcho implements EchoCable.Echo {
  private static final long MAC = 0x0200_0000_0602L;
  private static final int CELL_BYTES = 2_048;
  private static final int ETHERNET_TYPE = 12;
  private static final int SOURCE = 26;
  private static final int DESTINATION = 30;
  private static final int PORTS = 34;

  private final Port port;
  private final long mac;
  private final Slab slab = new Slab(CELL_BYTES);

  BareEcho(Port port) {
    this.port = port;
    mac = port.mac() == Port.ANY_MAC ? MAC : port.mac();
  }

  @Override
  public long mac() {
    return mac;
  }

  @Override
  public int perform() {
    int done = 0;
    while (done < PortsWorker.BATCH) {
      int length = port.receive(slab, 0, CELL_BYTES);
      if (length <= 0) {
        break;
      }
      if (isOurs()) {
        swap();
        if (!port.send(slab, 0, length)) {
          throw new IllegalStateException(port + " takes no frame");
        }
        done++;
      }
    }
    port.flush();
    return done;
  }

  private boolean isOurs() {
    return slab.getUnsignedShort(0) == (int) (mac >>> 32)
        && slab.getInt(2) == (int) mac
        && slab.getUnsignedShort(ETHERNET_TYPE) == 0x0800
        && slab.getInt(DESTINATION) == EchoCable.NEAR_ADDRESS;
  }

  private void swap() {
    int high = slab.getUnsignedShort(0);
    int low = slab.getInt(2);
    slab.copy(6, 0, 6);
    slab.putShort(6, high);
    slab.putInt(8, low);
    int source = slab.getInt(SOURCE);
    slab.putInt(SOURCE, slab.getInt(DESTINATION));
    slab.putInt(DESTINATION, source);
    int ports = slab.getInt(PORTS);
    slab.putInt(PORTS, (ports << 16) | (ports >>> 16));
  }
}
