package dev.trident.benchmarks;

import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import dev.trident.endpoint.OpenPorts;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.link.NetInterface;
import dev.trident.link.NetworkDevice;
import dev.trident.stack.NetworkStack;
import dev.trident.wire.EthernetHeader;
import dev.trident.wire.InternetChecksum;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.TcpHeader;
import java.util.Objects;

/**
 * One stack with very many connections, whose peers are nobody: what they send is made up here, so
 * that memory and time are those of one side.
 */
final class ManyPeers implements NetworkDevice, AutoCloseable {
  private static final int LOCAL = 0x0a00_0001;
  private static final int GATEWAY = 0x0a00_0002;
  private static final long GATEWAY_MAC = 0x0200_0000_0002L;
  private static final int FIRST_PEER = 0x0b00_0001;
  private static final int PORTS_PER_PEER = 50_000;
  private static final int FIRST_PORT = 10_000;
  private static final int SERVER_PORT = 80;
  private static final int PEER_ISS = 1_000;
  private static final int RING = 4_096;

  /** MSS 1460, SACK permitted, window scale 7. */
  private static final int[] SYN_OPTIONS = {2, 4, 0x05, 0xb4, 4, 2, 1, 3, 3, 7, 0, 0};

  /** The same with timestamps. */
  private static final int[] ALL_SYN_OPTIONS = {
    2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7
  };

  final NetworkStack stack;
  private final NetInterface net = new NetInterface("eth0", this, 0x0200_0000_0001L, 1_500, -1);
  private final StreamListener listener;
  private final StreamEndpoint[] streams;

  /** Per connection: the stack's initial number, and the next number of the peer. */
  private final int[] iss;

  private final int[] next;

  private final int[] synOptions;
  private final Packet[] ring = new Packet[RING];
  private int held;
  private int lastSyn;
  private final TcpHeader header;
  private final TcpHeader sent;
  long now = 1_000_000_000L;

  /**
   * @param timestamps whether the peers offer them; such send no data here
   */
  ManyPeers(int connections, boolean timestamps) {
    synOptions = timestamps ? ALL_SYN_OPTIONS : SYN_OPTIONS;
    StackConfig config =
        StackConfig.standard("many", 1).withCells(2_048, 16).withEndpoints(connections, 4, 4);
    stack = new NetworkStack(config, new OpenPorts(), null, now);
    net.addAddress(LOCAL, 24);
    stack.addInterface(net);
    Objects.requireNonNull(stack.neighbors()).addStatic(net, GATEWAY, GATEWAY_MAC);
    stack.addRoute(0, 0, GATEWAY, net);
    header = new TcpHeader(stack.pool().slab());
    sent = new TcpHeader(stack.pool().slab());
    listener = Objects.requireNonNull(stack.newListener());
    check(listener.bind(LOCAL, SERVER_PORT));
    check(listener.listen(16));
    streams = new StreamEndpoint[connections];
    iss = new int[connections];
    next = new int[connections];
  }

  private static void check(int result) {
    if (result < 0) {
      throw new IllegalStateException("error " + result);
    }
  }

  /** Establishes all connections. */
  void connect() {
    for (int i = 0; i < streams.length; i++) {
      now += 1_000;
      next[i] = PEER_ISS + 1;
      segment(i, PEER_ISS, 0, TcpHeader.SYN, 0);
      poll();
      iss[i] = lastSyn;
      segment(i, next[i], iss[i] + 1, TcpHeader.ACK, 0);
      poll();
      streams[i] = Objects.requireNonNull(listener.accept());
    }
  }

  StreamEndpoint stream(int i) {
    return streams[i];
  }

  /** The peer of connection {@code i} sends octets; {@link #poll} follows. */
  void data(int i, int bytes) {
    segment(i, next[i], iss[i] + 1, TcpHeader.ACK | TcpHeader.PSH, bytes);
    next[i] += bytes;
  }

  /** Ends a batch; what was sent is done with. */
  void poll() {
    stack.poll(now);
    for (int i = 0; i < held; i++) {
      ring[i].completeByDevice();
    }
    held = 0;
  }

  private void segment(int i, int seq, int ack, int controlBits, int payloadBytes) {
    Packet frame = Objects.requireNonNull(stack.pool().allocateForReceive());
    Slab slab = frame.slab();
    int at = frame.offset();
    int options = (controlBits & TcpHeader.SYN) == 0 ? 0 : synOptions.length;
    int tcpBytes = TcpHeader.BYTES + options + payloadBytes;
    int source = FIRST_PEER + i / PORTS_PER_PEER;
    slab.putLong(at, 0x0200_0000_0001L << 16 | GATEWAY_MAC >>> 32);
    slab.putInt(at + 8, (int) GATEWAY_MAC);
    slab.putShort(at + 12, EthernetHeader.TYPE_IPV4);
    int ip = at + EthernetHeader.BYTES;
    Ipv4Header.write(
        slab,
        ip,
        0,
        Ipv4Header.BYTES + tcpBytes,
        0,
        Ipv4Header.DONT_FRAGMENT,
        64,
        Ipv4Header.PROTOCOL_TCP,
        source,
        LOCAL);
    int tcp = ip + Ipv4Header.BYTES;
    for (int k = 0; k < options; k++) {
      slab.putByte(tcp + TcpHeader.BYTES + k, synOptions[k]);
    }
    int ports = (FIRST_PORT + i % PORTS_PER_PEER) << 16 | SERVER_PORT;
    long sum =
        header.wrap(tcp).write(ports, seq, ack, TcpHeader.BYTES + options, controlBits, 0xffff, 0)
            + InternetChecksum.sum(slab, tcp + TcpHeader.BYTES, options + payloadBytes)
            + InternetChecksum.pseudoHeader(source, LOCAL, Ipv4Header.PROTOCOL_TCP, tcpBytes);
    header.checksum(InternetChecksum.complement(sum));
    frame.setRange(at, EthernetHeader.BYTES + Ipv4Header.BYTES + tcpBytes);
    stack.receive(frame, net, 0, now);
  }

  // ---- the device -----------------------------------------------------------------------------

  @Override
  public boolean transmit(Packet frame, int queue) {
    if (held == RING) {
      return false;
    }
    frame.holdForDevice();
    ring[held++] = frame;
    int tcp = frame.offset() + EthernetHeader.BYTES + Ipv4Header.BYTES;
    if ((sent.wrap(tcp).controlBits() & TcpHeader.SYN) != 0) {
      lastSyn = sent.sequenceNumber();
    }
    return true;
  }

  @Override
  public void close() {
    stack.close();
  }
}
