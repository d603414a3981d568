package dev.trident.tcp;

import dev.trident.buffer.Fragment;
import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.buffer.Slab;
import dev.trident.endpoint.StackError;
import dev.trident.ip.Ipv4Output;
import dev.trident.ip.Path;
import dev.trident.link.NetInterface;
import dev.trident.link.NetworkDevice;
import dev.trident.link.TestNeighbors;
import dev.trident.wire.InternetChecksum;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * IP and device in one: keeps a copy of each segment sent, as a receiver would see it. Behaves like
 * the real ones where TCP depends on it: the range covers a frame afterwards, packets are held
 * until {@link #complete}, and a full ring refuses.
 */
final class FakeIp implements Ipv4Output, NetworkDevice {
  static final int LOCAL = 0x0a000001;
  static final int PEER = 0x0a000002;
  private static final int MTU = 1_500;
  private static final int FRAME_HEADERS = 14 + 20;

  /** A filter that was asked for. */
  record Filter(int localAddress, int localPort, int remoteAddress, int remotePort, int hint) {}

  private final PacketPool pool;
  private final int local;
  private final NetInterface netInterface = new NetInterface("eth0", this, 2, MTU, -1);
  private final Slab gather = new Slab(4_096);

  final ArrayDeque<byte[]> sent = new ArrayDeque<>();
  final List<Packet> held = new ArrayList<>();
  final List<@Nullable Filter> filters = new ArrayList<>();

  /** Whether packets are held until {@link #complete}; otherwise they are read at once. */
  boolean holds;

  /** Whether what is sent is forgotten, without garbage. */
  boolean silent;

  boolean full;

  /** Of the last segment sent. */
  boolean dontFragment;

  boolean unroutable;
  private @Nullable Path lastPath;
  int maxFilters = Integer.MAX_VALUE;

  FakeIp(PacketPool pool, int local) {
    this.pool = pool;
    this.local = local;
    netInterface.addAddress(local, 24);
  }

  NetInterface netInterface() {
    return netInterface;
  }

  /** The device has read all it was given. */
  void complete() {
    held.forEach(Packet::completeByDevice);
    held.clear();
  }

  @Override
  public @Nullable Path route(int source, int destination) {
    if (unroutable) {
      return null;
    }
    int from = source == 0 ? local : source;
    Path path = lastPath;
    if (path == null || path.source() != from || path.destination() != destination) {
      path = new Path(netInterface, from, destination, TestNeighbors.resolved(destination));
      lastPath = path;
    }
    return path;
  }

  @Override
  public boolean isLocalAddress(int address) {
    return address == local;
  }

  @Override
  public int maxSegmentBytes(Path path) {
    return MTU - 20;
  }

  @Override
  public int send(Packet segment, Path path, int protocol, int ttl, int tos, boolean dontFragment) {
    int tcpOffset = segment.offset();
    if (silent) {
      segment.push(FRAME_HEADERS);
      return 0;
    }
    byte[] bytes = gather(segment, tcpOffset);
    segment.push(FRAME_HEADERS);
    if (full) {
      return StackError.WOULD_BLOCK.code;
    }
    sent.add(bytes);
    this.dontFragment = dontFragment;
    if (holds) {
      segment.holdForDevice();
      held.add(segment);
    }
    return 0;
  }

  private byte[] gather(Packet segment, int tcpOffset) {
    pool.slab().copyTo(tcpOffset, gather, 0, segment.length());
    int end = segment.length();
    for (Fragment each = segment.fragments(); each != null; each = each.next()) {
      each.copyTo(gather, end);
      end += each.lengthBytes();
    }
    if (segment.needsChecksum()) {
      int field = segment.checksumField() - tcpOffset;
      gather.putShort(field, InternetChecksum.complement(InternetChecksum.sum(gather, 0, end)));
    }
    byte[] bytes = new byte[end];
    gather.copyTo(0, bytes, 0, end);
    return bytes;
  }

  @Override
  public void sendUnreachable(Packet refused, int code, long nowNanos) {
    throw new AssertionError("TCP refuses by RST");
  }

  @Override
  public boolean transmit(Packet frame, int queue) {
    throw new AssertionError("TCP sends through IP");
  }

  @Override
  public void releaseQueue(int queue) {}

  @Override
  public void flushQueue(int queue) {}

  @Override
  public int steer(
      int protocol,
      int localAddress,
      int localPort,
      int remoteAddress,
      int remotePort,
      int flowHint) {
    if (installedFilters() >= maxFilters) {
      return -1;
    }
    filters.add(new Filter(localAddress, localPort, remoteAddress, remotePort, flowHint));
    return filters.size() - 1;
  }

  @Override
  public void unsteer(int filter) {
    filters.set(filter, null);
  }

  long installedFilters() {
    return filters.stream().filter(java.util.Objects::nonNull).count();
  }
}
