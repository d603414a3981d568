package dev.trident.testkit;

import dev.trident.buffer.Packet;
import dev.trident.endpoint.StackConfig;
import dev.trident.link.NetInterface;
import dev.trident.stack.NetworkStack;
import java.util.Objects;

/**
 * One stack on one recording device, with a peer that is nothing but bytes: 10.0.0.1 is the stack,
 * 10.0.0.2 the peer.
 */
public final class StackHarness implements AutoCloseable {
  public static final int OUR_ADDRESS = 0x0a000001;
  public static final int PEER_ADDRESS = 0x0a000002;
  public static final long OUR_MAC = 0x0200_0000_0001L;
  public static final long PEER_MAC = 0x0200_0000_0002L;
  public static final int PREFIX_BITS = 24;

  public final ManualClock clock = new ManualClock(1_000_000_000L);
  public final RecordingDevice device = new RecordingDevice();
  public final TestPorts ports = new TestPorts();
  public final NetInterface net;
  public final NetworkStack stack;

  public StackHarness() {
    this(StackConfig.standard("test", 1).withCells(512, 256), NetInterface.NO_VLAN);
  }

  /** With more addresses of ours beside the first. */
  public StackHarness(StackConfig config, int vlan, int... moreAddresses) {
    stack = new NetworkStack(config, ports, null, clock.nowNanos());
    net = new NetInterface("eth0", device, OUR_MAC, 1_500, vlan);
    net.addAddress(OUR_ADDRESS, PREFIX_BITS);
    for (int address : moreAddresses) {
      net.addAddress(address, PREFIX_BITS);
    }
    stack.addInterface(net);
  }

  /** Hands a frame to the stack as a device would. */
  public void receive(byte[] frame) {
    receive(frame, 0);
  }

  public void receive(byte[] frame, int flowHint) {
    Packet packet = Objects.requireNonNull(stack.pool().allocateForReceive(), "pool is empty");
    stack.pool().slab().copyFrom(frame, 0, packet.offset(), frame.length);
    packet.setRange(packet.offset(), frame.length);
    stack.receive(packet, net, flowHint, clock.nowNanos());
  }

  /** Hands over a datagram from the peer in a frame to us. */
  public void receiveDatagram(byte[] datagram) {
    receive(Frames.ethernet(OUR_MAC, PEER_MAC, Frames.IPV4, datagram));
  }

  /** Hands over a UDP datagram from the peer to {@code port} of ours. */
  public void receiveUdp(int sourcePort, int port, byte[] data) {
    byte[] segment = Frames.udp(PEER_ADDRESS, sourcePort, OUR_ADDRESS, port, data);
    receiveDatagram(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, Frames.UDP_PROTOCOL, segment));
  }

  /** Makes the peer's hardware address known, by a request of the peer that is answered. */
  public void introducePeer() {
    receive(
        Frames.ethernet(
            Frames.BROADCAST_MAC,
            PEER_MAC,
            Frames.ARP,
            Frames.arp(1, PEER_MAC, PEER_ADDRESS, 0, OUR_ADDRESS)));
    device.next();
    device.complete();
  }

  /** Lets time pass, polling at each deadline on the way as a host would. */
  public void passNanos(long nanos) {
    long end = clock.nowNanos() + nanos;
    for (long next = stack.nextDeadlineNanos();
        next != Long.MAX_VALUE && next - end <= 0;
        next = stack.nextDeadlineNanos()) {
      clock.advance(Math.max(0, next - clock.nowNanos()));
      stack.poll(clock.nowNanos());
    }
    clock.advance(end - clock.nowNanos());
    stack.poll(clock.nowNanos());
  }

  public void passSeconds(long seconds) {
    passNanos(seconds * 1_000_000_000L);
  }

  /** Runs what the stack owes its user, as a host does at the end of a call. */
  public void drain() {
    stack.completions().drain();
  }

  @Override
  public void close() {
    device.close();
    stack.close();
  }
}
