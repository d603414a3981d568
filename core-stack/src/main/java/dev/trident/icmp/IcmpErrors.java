package dev.trident.icmp;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.ip.Ipv4Errors;
import dev.trident.ip.Ipv4Output;
import dev.trident.ip.Path;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.wire.IcmpMessage;
import dev.trident.wire.InternetChecksum;
import dev.trident.wire.Ipv4Address;
import dev.trident.wire.Ipv4Header;

/** ICMP errors about datagrams that nobody here wants, as far as RFC 1122 section 3.2.2 allows. */
public final class IcmpErrors implements Ipv4Errors {
  /** Quoted bytes: the whole message stays below the 576 bytes that every host accepts. */
  private static final int MAX_QUOTE_BYTES = 540;

  private static final int PER_SECOND = 100;
  private static final int BURST = 20;

  private final PacketPool pool;
  private final Counters counters;
  private final Ipv4Output output;
  private final int ttl;
  private final Ipv4Header header;
  private final IcmpMessage message;
  private final ErrorRateLimit limit;

  public IcmpErrors(PacketPool pool, Counters counters, Ipv4Output output, int ttl, long nowNanos) {
    this.pool = pool;
    this.counters = counters;
    this.output = output;
    this.ttl = ttl;
    header = new Ipv4Header(pool.slab());
    message = new IcmpMessage(pool.slab());
    limit = new ErrorRateLimit(PER_SECOND, BURST, nowNanos);
  }

  @Override
  public void send(Packet refused, int type, int code, int parameter, long nowNanos) {
    Ipv4Header view = header.read(refused.slab(), refused.networkOffset);
    int source = view.destination();
    int destination = view.source();
    if (!mayBeAnswered(view, refused) || !limit.take(nowNanos)) {
      counters.increment(Counter.ICMP_ERRORS_SUPPRESSED);
      return;
    }
    Path path = output.route(source, destination);
    Packet answer = path == null ? null : pool.allocate();
    if (path == null || answer == null) {
      counters.increment(Counter.ICMP_ERRORS_SUPPRESSED);
      return;
    }
    int present = refused.offset() + refused.length() - refused.networkOffset;
    int quoted = Math.min(Math.min(view.totalLength(), present), MAX_QUOTE_BYTES);
    int start = answer.offset();
    answer.setRange(start, IcmpMessage.BYTES + quoted);
    pool.slab().copy(refused.networkOffset, start + IcmpMessage.BYTES, quoted);
    message.wrap(pool.slab(), start).start(type, code, parameter);
    message.checksum(
        InternetChecksum.complement(
            InternetChecksum.sum(pool.slab(), start, IcmpMessage.BYTES + quoted)));
    if (output.send(answer, path, Ipv4Header.PROTOCOL_ICMP, ttl, 0, false) == 0) {
      IcmpCounting.onErrorSent(counters, type);
    }
    answer.release();
  }

  /** Never about an error, a fragment beyond the first, a group, or from nobody in particular. */
  private boolean mayBeAnswered(Ipv4Header view, Packet refused) {
    return (view.protocol() != Ipv4Header.PROTOCOL_ICMP || isQuery(view, refused))
        && view.fragmentOffsetBytes() == 0
        && Ipv4Address.isHostAddress(view.source())
        && output.isLocalAddress(view.destination());
  }

  /** ICMP that is no error: of what is unknown one cannot tell. */
  private static boolean isQuery(Ipv4Header view, Packet refused) {
    int type = refused.networkOffset + view.headerBytes();
    if (type >= refused.offset() + refused.length()) {
      return false;
    }
    return switch (refused.slab().getUnsignedByte(type)) {
      case IcmpMessage.ECHO, IcmpMessage.ECHO_REPLY -> true;
      default -> false;
    };
  }
}
