package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.TcpProfile;
import dev.trident.testkit.TestPorts;
import dev.trident.time.Deadline;
import dev.trident.time.Now;
import dev.trident.time.TimerWheel;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One TCP layer over a {@link FakeIp}, with a clock moved by hand. */
final class TcpHost {
  static final long MILLIS = 1_000_000L;

  /** Just before a 64-bit clock wraps. */
  static final long START = Long.MAX_VALUE - 100 * MILLIS;

  final PacketPool pool;
  final Counters counters = new Counters();
  final FakeIp ip;
  final TestPorts ports = new TestPorts();
  final TimerWheel wheel = new TimerWheel(START);
  final Now time = new Now(START);
  final TcpLayer layer;
  final int address;
  long now = START;

  /** The cell that the next segment comes in; null for any. */
  @Nullable Packet received;

  TcpHost(int address, TcpProfile profile) {
    this(address, StackConfig.standard("test", 7).withProfile(profile));
  }

  TcpHost(int address, StackConfig config) {
    this.address = address;
    pool = new PacketPool(config.cells(), config.runCells(), config.loans());
    ip = new FakeIp(pool, address);
    layer = new TcpLayer(config, pool, counters, ip, wheel, ports, time);
    layer.addInterface(ip.netInterface());
  }

  StreamEndpoint newStream() {
    return Objects.requireNonNull(layer.newStream());
  }

  StreamListener listen(int port, int backlog) {
    StreamListener listener = Objects.requireNonNull(layer.newListener());
    check(listener.bind(address, port));
    check(listener.listen(backlog));
    return listener;
  }

  static void check(int result) {
    if (result < 0) {
      throw new AssertionError(StackError.of(result));
    }
  }

  /** Delivers a segment without ending the batch. */
  void deliver(byte[] segment, int source, int flowHint) {
    deliver(segment, source, address, flowHint);
  }

  void deliver(byte[] segment, int source, int destination, int flowHint) {
    Packet posted = received;
    received = null;
    Packet packet = posted != null ? posted : Objects.requireNonNull(pool.allocateForReceive());
    int start = packet.offset() + 14 + 20;
    packet.setRange(start, segment.length);
    packet.networkOffset = start - 20;
    pool.slab().putByte(packet.networkOffset + 1, 0);
    pool.slab().copyFrom(segment, 0, start, segment.length);
    layer.onDatagram(packet, source, destination, flowHint, now);
  }

  /** An ICMP error quotes a segment of ours with the relative sequence number {@code seq}. */
  void icmp(Peer peer, int type, int code, int seq) {
    icmp(peer, type, code, seq, 0);
  }

  /** As above; a router says what the next link takes. */
  void tooBig(Peer peer, int seq, int nextHopMtu) {
    icmp(peer, 3, 4, seq, nextHopMtu);
  }

  private void icmp(Peer peer, int type, int code, int seq, int nextHopMtu) {
    Packet packet = Objects.requireNonNull(pool.allocateForReceive());
    int at = packet.offset();
    pool.slab().putInt(at, peer.hostPort << 16 | peer.port);
    pool.slab().putInt(at + 4, peer.hostIss + seq);
    layer.onIcmpError(packet, at, type, code, address, FakeIp.PEER, nextHopMtu, now);
    packet.release();
    flush();
  }

  /** Ends a batch, and runs what the user is owed. */
  void flush() {
    layer.flush(now);
    pool.completions().drain();
  }

  /** Moves the clock, waking timers at their times. */
  void advance(long nanos) {
    long end = now + nanos;
    while (true) {
      long next = wheel.nextDeadlineNanos();
      if (next == Deadline.NEVER || next - end > 0) {
        break;
      }
      now = next - now > 0 ? next : now;
      time.nanos(now);
      wheel.advance(now);
      flush();
    }
    now = end;
    time.nanos(now);
    wheel.advance(now);
    flush();
  }

  long count(Counter counter) {
    return counters.get(counter);
  }

  long drops(DropReason reason) {
    return counters.get(reason);
  }
}
