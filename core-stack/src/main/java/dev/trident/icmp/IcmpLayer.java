package dev.trident.icmp;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.endpoint.StackError;
import dev.trident.ip.Ipv4Input;
import dev.trident.ip.Ipv4Output;
import dev.trident.ip.Path;
import dev.trident.ip.PathMtuCache;
import dev.trident.ip.ProtocolHandler;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.IcmpMessage;
import dev.trident.wire.InternetChecksum;
import dev.trident.wire.Ipv4Header;
import org.jspecify.annotations.Nullable;

/**
 * ICMP input (RFC 792): echo requests are answered, errors about our datagrams go to the transport
 * that sent them, and all else ends here under a reason of its own. Nothing received changes a
 * route, an address or a rate.
 */
public final class IcmpLayer implements ProtocolHandler {
  private static final int WOULD_BLOCK = StackError.WOULD_BLOCK.code;
  private static final int NO_BUFFERS = StackError.NO_BUFFERS.code;
  private static final int MESSAGE_TOO_LONG = StackError.MESSAGE_TOO_LONG.code;
  private static final int MAX_UNREACHABLE_CODE = 15;
  private static final int MAX_TIME_EXCEEDED_CODE = 1;
  private static final int MAX_PARAMETER_PROBLEM_CODE = 2;

  /** What an error must quote behind the IP header: ports and a sequence number. */
  private static final int MIN_QUOTED_DATA_BYTES = 8;

  private final PacketPool pool;
  private final Counters counters;
  private final Ipv4Output output;
  private final Ipv4Input input;
  private final EchoClients echoes;
  private static final long MILLI_NANOS = 1_000_000L;
  private static final long DAY_NANOS = 86_400_000L * MILLI_NANOS;

  private final int ttl;
  private final IcmpMessage message;
  private final Ipv4Header header;
  private boolean answersTimestamps;
  private long utcOffsetNanos;

  /**
   * @param echoes who waits for echo replies
   * @param input who knows the transports that errors are passed to
   */
  public IcmpLayer(
      PacketPool pool,
      Counters counters,
      Ipv4Output output,
      Ipv4Input input,
      EchoClients echoes,
      int ttl) {
    this.pool = pool;
    this.counters = counters;
    this.output = output;
    this.input = input;
    this.echoes = echoes;
    this.ttl = ttl;
    message = new IcmpMessage(pool.slab());
    header = new Ipv4Header(pool.slab());
  }

  @Override
  public void onDatagram(Packet packet, int source, int destination, int flowHint, long nowNanos) {
    counters.increment(Counter.ICMP_RECEIVED);
    IcmpMessage view = message.wrap(packet.slab(), packet.offset());
    DropReason reason =
        packet.fragments() == null ? view.check(packet.length()) : view.check(packet);
    if (reason == DropReason.NONE) {
      reason = dispatch(view, packet, source, destination, nowNanos);
    }
    if (reason != DropReason.NONE) {
      counters.drop(reason);
    }
    packet.release();
  }

  private DropReason dispatch(
      IcmpMessage view, Packet packet, int source, int destination, long nowNanos) {
    int code = view.code();
    IcmpCounting.onReceived(counters, view.type());
    return switch (view.type()) {
      case IcmpMessage.ECHO -> onEcho(view, packet, source, destination);
      case IcmpMessage.ECHO_REPLY -> onEchoReply(packet, source, nowNanos);
      case IcmpMessage.UNREACHABLE -> onError(view, packet, code, MAX_UNREACHABLE_CODE, nowNanos);
      case IcmpMessage.TIME_EXCEEDED ->
          onError(view, packet, code, MAX_TIME_EXCEEDED_CODE, nowNanos);
      case IcmpMessage.PARAMETER_PROBLEM ->
          onError(view, packet, code, MAX_PARAMETER_PROBLEM_CODE, nowNanos);
      case IcmpMessage.TIMESTAMP -> onTimestamp(view, packet, source, destination, nowNanos);
      case IcmpMessage.SOURCE_QUENCH -> DropReason.ICMP_QUENCH_IGNORED;
      case IcmpMessage.REDIRECT -> DropReason.ICMP_REDIRECT_IGNORED;
      default -> DropReason.ICMP_UNKNOWN_TYPE;
    };
  }

  // ---- echo -----------------------------------------------------------------------------------

  /** Identifier, sequence number and data go back as they came, from the address asked. */
  private DropReason onEcho(IcmpMessage view, Packet request, int source, int destination) {
    DropReason reason = checkQuery(view, destination);
    if (reason != DropReason.NONE) {
      return reason;
    }
    int checksum =
        InternetChecksum.update(
            view.checksum(), IcmpMessage.ECHO << 8, IcmpMessage.ECHO_REPLY << 8);
    if (checksum == 0) {
      checksum = 0xffff; // the same to ones' complement, and right where all else is zero, too
    }
    Packet reply = replyCell(request);
    if (reply == null) {
      return DropReason.NO_MEMORY;
    }
    view.wrap(pool.slab(), reply.offset()).type(IcmpMessage.ECHO_REPLY).checksum(checksum);
    reason = sendReply(reply, request, source, destination);
    if (reason == DropReason.NONE) {
      counters.increment(Counter.ICMP_ECHO_REPLIES_SENT);
    }
    return reason;
  }

  private DropReason checkQuery(IcmpMessage view, int destination) {
    if (!output.isLocalAddress(destination)) {
      return DropReason.ICMP_BROADCAST_ECHO;
    }
    return view.code() != 0 ? DropReason.ICMP_BAD_CODE : DropReason.NONE;
  }

  /** Sends a reply from where the request went to, to where it came from. */
  private DropReason sendReply(Packet reply, Packet request, int source, int destination) {
    Path path = output.route(/* source= */ destination, /* destination= */ source);
    DropReason reason = DropReason.IP_NO_ROUTE;
    if (path != null) {
      int tos = header.read(request.slab(), request.networkOffset).tos();
      int result = output.send(reply, path, Ipv4Header.PROTOCOL_ICMP, ttl, tos, false);
      if (result == 0) {
        counters.increment(Counter.ICMP_SENT);
      }
      reason = reasonOf(result);
    }
    reply.release();
    return reason;
  }

  /** Of a neighbour that does not answer the neighbour cache has counted the drop. */
  private static DropReason reasonOf(int result) {
    if (result == WOULD_BLOCK) {
      return DropReason.DEVICE_RING_FULL;
    }
    if (result == NO_BUFFERS) {
      return DropReason.NO_MEMORY;
    }
    return result == MESSAGE_TOO_LONG ? DropReason.IP_FRAGMENT_TOO_LONG : DropReason.NONE;
  }

  /**
   * The request's own cells if nobody else has them, otherwise a copy; one reference to give up.
   */
  private @Nullable Packet replyCell(Packet request) {
    if (request.references() == 1) {
      request.retain();
      return request;
    }
    Packet copy = request.fragments() == null ? pool.allocate() : null;
    if (copy != null) {
      copy.setRange(copy.offset(), request.length());
      pool.slab().copy(request.offset(), copy.offset(), request.length());
      counters.add(Counter.BYTES_COPIED_WITHIN, request.length());
    }
    return copy;
  }

  private DropReason onEchoReply(Packet reply, int source, long nowNanos) {
    int ttlOfReply = header.read(reply.slab(), reply.networkOffset).ttl();
    return echoes.onReply(reply, source, ttlOfReply, nowNanos);
  }

  // ---- the time -----------------------------------------------------------------------------

  /**
   * Answers timestamp requests from now on (RFC 792, RFC 1122 section 3.2.2.8), which tells
   * everybody the time of this host's clock.
   *
   * @param offsetNanos from the stack's clock to the time since 1970-01-01 00:00 UT
   */
  public void answerTimestamps(long offsetNanos) {
    answersTimestamps = true;
    utcOffsetNanos = offsetNanos;
  }

  /** The originate timestamp goes back as it came; received and sent is now. */
  private DropReason onTimestamp(
      IcmpMessage view, Packet request, int source, int destination, long nowNanos) {
    if (!answersTimestamps) {
      return DropReason.ICMP_UNKNOWN_TYPE;
    }
    if (request.length() < IcmpMessage.TIMESTAMP_BYTES || request.fragments() != null) {
      return DropReason.ICMP_TRUNCATED;
    }
    DropReason reason = checkQuery(view, destination);
    if (reason != DropReason.NONE) {
      return reason;
    }
    Packet reply = replyCell(request);
    if (reply == null) {
      return DropReason.NO_MEMORY;
    }
    reply.trimTo(IcmpMessage.TIMESTAMP_BYTES);
    int start = reply.offset();
    int millis = (int) (Math.floorMod(nowNanos + utcOffsetNanos, DAY_NANOS) / MILLI_NANOS);
    view.wrap(pool.slab(), start).toTimestampReply(millis);
    view.checksum(
        InternetChecksum.complement(
            InternetChecksum.sum(pool.slab(), start, IcmpMessage.TIMESTAMP_BYTES)));
    return sendReply(reply, request, source, destination);
  }

  // ---- errors -----------------------------------------------------------------------------------

  private DropReason onError(
      IcmpMessage view, Packet packet, int code, int maxCode, long nowNanos) {
    if (code > maxCode) {
      return DropReason.ICMP_BAD_CODE;
    }
    int quote = packet.offset() + IcmpMessage.BYTES;
    int present = packet.length() - IcmpMessage.BYTES;
    Ipv4Header quoted = header.wrap(packet.slab(), quote);
    if (quoted.checkQuoted(present) != DropReason.NONE
        || present - quoted.headerBytes() < MIN_QUOTED_DATA_BYTES
        || quoted.fragmentOffsetBytes() != 0
        || !output.isLocalAddress(quoted.source())) {
      return DropReason.ICMP_BAD_QUOTE;
    }
    ProtocolHandler transport = input.handler(quoted.protocol());
    if (transport == null) {
      return DropReason.ICMP_NO_ENDPOINT;
    }
    int type = view.type();
    boolean tooBig =
        type == IcmpMessage.UNREACHABLE && code == IcmpMessage.CODE_FRAGMENTATION_NEEDED;
    int nextHopMtu = tooBig ? nextHopMtu(view, quoted.totalLength()) : 0;
    if (tooBig && (nextHopMtu < PathMtuCache.MIN_MTU_BYTES || nextHopMtu >= quoted.totalLength())) {
      return DropReason.ICMP_BAD_MTU;
    }
    transport.onIcmpError(
        packet,
        quote + quoted.headerBytes(),
        type,
        code,
        quoted.source(),
        quoted.destination(),
        nextHopMtu,
        nowNanos);
    return DropReason.NONE;
  }

  /** A router of before RFC 1191 does not say: then the next plateau is as good as any guess. */
  private static int nextHopMtu(IcmpMessage view, int quotedBytes) {
    int told = view.nextHopMtu();
    return told == 0 ? PathMtuCache.plateauBelow(quotedBytes) : told;
  }

  /** An error about one of our own ICMP messages: an echo request. */
  @Override
  public void onIcmpError(
      Packet packet,
      int slabOffset,
      int type,
      int code,
      int source,
      int destination,
      int nextHopMtu,
      long nowNanos) {
    DropReason reason = echoes.onError(packet, slabOffset, type, code, destination);
    if (reason != DropReason.NONE) {
      counters.drop(reason);
    }
  }

  @Override
  public void onUnreachable(int destination, long nowNanos) {
    echoes.onUnreachable(destination);
  }
}
