package dev.trident.script.driver.engine;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.endpoint.StackConfig;
import dev.trident.link.NetInterface;
import dev.trident.script.driver.Setup;
import dev.trident.stack.NetworkStack;
import dev.trident.time.Deadline;
import dev.trident.wire.EthernetHeader;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A bare stack with one interface, whose time moves only by these calls. */
final class EngineHost implements AutoCloseable {
  private static final long OWN_MAC = 0x0200_0000_0001L;
  private static final long ROUTER_MAC = 0x0200_0000_0002L;

  /**
   * 4 MiB of packet memory: several times the largest window of a script, and cheap to make, for
   * the machine gives a page only when it is touched.
   */
  private static final int CELLS = 2_048;

  private static final int RUN_CELLS = 64;
  private static final int STREAMS = 256;
  private static final int LISTENERS = 16;
  private static final int DATAGRAMS = 16;

  private final NetworkStack stack;
  private final NetInterface net;
  private final EngineDevice device = new EngineDevice();
  private final SharedPorts ports = new SharedPorts();
  private final EthernetHeader ethernet;
  private long nowNanos;

  EngineHost(Setup setup) {
    StackConfig config =
        StackConfig.standard("script", setup.seed())
            .withCells(CELLS, RUN_CELLS)
            .withEndpoints(STREAMS, LISTENERS, DATAGRAMS)
            .withProfile(setup.profile());
    stack = new NetworkStack(config, ports, null, nowNanos);
    net = new NetInterface("eth0", device, OWN_MAC, setup.mtu(), NetInterface.NO_VLAN);
    net.addAddress(setup.stackAddress(), setup.prefixBits());
    stack.addInterface(net);
    ethernet = new EthernetHeader(stack.pool().slab());
    introducePeer(setup);
  }

  /**
   * The peer, or the gateway to it, is a neighbour set by hand: scripts see IP only, and a cache
   * entry that expires would delay a packet without their knowledge.
   */
  private void introducePeer(Setup setup) {
    NetInterface.Address own = net.addresses().getFirst();
    int nextHop = setup.peerAddress();
    if (!own.contains(nextHop)) {
      nextHop = gatewayBeside(own);
      stack.addRoute(0, 0, nextHop, net);
    }
    Objects.requireNonNull(stack.neighbors()).addStatic(net, nextHop, ROUTER_MAC);
  }

  /** An address of the network that is not the host's own. */
  private static int gatewayBeside(NetInterface.Address own) {
    int network = own.address() & own.mask();
    return own.address() == network + 1 ? network + 2 : network + 1;
  }

  NetworkStack stack() {
    return stack;
  }

  EngineDevice device() {
    return device;
  }

  SharedPorts ports() {
    return ports;
  }

  long nowNanos() {
    return nowNanos;
  }

  /** When something is due next, in the past or at present if at once. */
  long nextDeadlineNanos() {
    return stack.nextDeadlineNanos();
  }

  /** Moves time, which never goes back, and does what is due then. */
  void advanceTo(long nanos) {
    nowNanos = Math.max(nowNanos, nanos);
    device.now(nowNanos);
    stack.poll(nowNanos);
    finishStep();
  }

  /** Whether the engine has something to do at the present time. */
  boolean isBusy() {
    long deadline = stack.nextDeadlineNanos();
    return deadline != Deadline.NEVER && deadline <= nowNanos;
  }

  /** Ends a batch of calls on endpoints as a host does: callbacks, then the wire reads. */
  void finishStep() {
    stack.completions().drain();
    device.complete();
  }

  /** A datagram arrives now. */
  void receive(ByteBuffer datagram) {
    PacketPool pool = stack.pool();
    Packet frame =
        Objects.requireNonNull(
            pool.allocateForReceive(), "no cell to receive into: the script floods the stack");
    byte[] bytes = new byte[datagram.remaining()];
    datagram.get(datagram.position(), bytes);
    int at = frame.offset();
    ethernet.wrap(pool.slab(), at).destination(OWN_MAC).source(ROUTER_MAC);
    ethernet.type(EthernetHeader.TYPE_IPV4);
    pool.slab().copyFrom(bytes, 0, at + EthernetHeader.BYTES, bytes.length);
    frame.setRange(at, EthernetHeader.BYTES + bytes.length);
    stack.receive(frame, net, 0, nowNanos);
    stack.poll(nowNanos);
    finishStep();
  }

  /** Cells, runs, loans and handles in use; 0 once all endpoints are gone. */
  int buffersInUse() {
    PacketPool pool = stack.pool();
    StackConfig config = stack.config();
    return pool.cells()
        - pool.freeCells()
        + config.runCells()
        - pool.freeRunCells()
        + config.loans()
        - pool.freeLoans()
        + pool.handles().live();
  }

  @Override
  public void close() {
    device.complete();
    stack.close();
  }
}
