package dev.trident.script.driver.api;

import dev.trident.buffer.PacketPool;
import dev.trident.endpoint.StackConfig;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.nic.VirtualInterface;
import dev.trident.hw.sim.Simulation;
import dev.trident.script.driver.Setup;
import dev.trident.wire.Ipv4Address;

/**
 * A host with room for one busy connection and little to set up, and what of its room is in use.
 */
final class SmallHost {
  /** The one interface of the host. */
  static final String INTERFACE = "eth0";

  /** Packet memory of a stack. */
  static final int CELLS = 1_024;

  private static final int RUN_CELLS = 33;
  private static final int LOANS = 16;
  private static final int STREAMS = 256;
  private static final int LISTENERS = 16;
  private static final int DATAGRAM_ENDPOINTS = 16;
  private static final int NEIGHBORS = 16;
  private static final int QUEUED_DATAGRAMS = 64;
  private static final int RX_RING = 64;
  private static final int TX_RING = 512;

  private SmallHost() {}

  /**
   * Adds such a host, whose interface still lacks a wire, with a default route. The peer's hardware
   * address is set by hand: scripts see IP only, and an entry that expires would delay a packet
   * without their knowledge.
   */
  static Host in(Simulation sim, String name, Setup setup) {
    StackConfig config =
        new StackConfig(
            name,
            setup.seed(),
            CELLS,
            RUN_CELLS,
            LOANS,
            STREAMS,
            LISTENERS,
            DATAGRAM_ENDPOINTS,
            NEIGHBORS,
            QUEUED_DATAGRAMS,
            true,
            setup.profile());
    String cidr = Ipv4Address.format(setup.stackAddress()) + "/" + setup.prefixBits();
    NicOptions nic = NicOptions.STANDARD.withMtu(setup.mtu()).withRings(RX_RING, TX_RING);
    int gateway = gateway(setup);
    Host host = sim.host(config).nic(INTERFACE, cidr, nic).route(0, 0, gateway, INTERFACE);
    int peer = setup.peerAddress();
    boolean isNear =
        gateway == 0 || host.netInterface(INTERFACE).addresses().getFirst().contains(peer);
    return host.neighbor(isNear ? peer : gateway, ScriptWire.PEER_MAC, INTERFACE);
  }

  /** Another address of the host's network; none, hence 0, if that is too small. */
  private static int gateway(Setup setup) {
    if (setup.prefixBits() > 30) {
      return 0;
    }
    int network = setup.stackAddress() & (-1 << (Integer.SIZE - setup.prefixBits()));
    int first = network + 1;
    return first == setup.stackAddress() ? network + 2 : first;
  }

  /** Buffers, handles and loans of a stack that are neither free nor in a receive ring. */
  static int leakedBuffers(HostStack stack) {
    PacketPool pool = stack.transport().pool();
    StackConfig config = stack.transport().config();
    int inRings = 0;
    for (VirtualInterface device : stack.devices()) {
      inRings += device.receiveRingCells();
    }
    return (pool.cells() - pool.freeCells() - inRings)
        + (config.runCells() - pool.freeRunCells())
        + (config.loans() - pool.freeLoans())
        + pool.handles().live();
  }
}
