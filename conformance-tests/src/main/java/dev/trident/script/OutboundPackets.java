package dev.trident.script;

import dev.trident.script.driver.ApiDriver;
import dev.trident.script.driver.ApiDriver.Sent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The packets that the stack has sent and no line has asked for, in order; one can be looked at
 * before it is taken.
 */
final class OutboundPackets {
  private final ApiDriver driver;
  private final Trace trace;
  private final long startNanos;
  private @Nullable LivePacket next;

  OutboundPackets(ApiDriver driver, Trace trace, long startNanos) {
    this.driver = driver;
    this.trace = trace;
    this.startNanos = startNanos;
  }

  /** The next packet of {@code flow}, waited for until {@code limitNanos}; null if none came. */
  @Nullable LivePacket peek(Flow flow, boolean icmp, long limitNanos) throws MismatchException {
    while (true) {
      LivePacket packet = next;
      if (packet == null) {
        Sent sent = driver.takeOutbound();
        if (sent == null) {
          if (!driver.runUntilOutbound(limitNanos)) {
            return null;
          }
          continue;
        }
        packet = LivePacket.read(sent);
        next = packet;
      }
      if (packet.isIcmp() ? icmp || isFrom(flow, packet) : flow.isSenderOf(packet)) {
        return packet;
      }
      trace.add(
          micros(packet),
          PacketText.of(PacketComparison.inScript(packet, flow))
              + "  (ignored: another connection's)");
      next = null;
    }
  }

  /** ICMP from the host to the flow's peer. */
  private static boolean isFrom(Flow flow, LivePacket packet) {
    return packet.destination() == flow.remoteAddress();
  }

  /** Takes the packet last looked at, and those that continue it up to {@code payloadBytes}. */
  LivePacket take(Flow flow, int payloadBytes, boolean merge, long limitNanos)
      throws MismatchException {
    LivePacket first = Objects.requireNonNull(next);
    next = null;
    if (!merge || !first.isTcp() || first.payloadBytes() >= payloadBytes) {
      return first;
    }
    List<LivePacket> pieces = new ArrayList<>(List.of(first));
    int collected = first.payloadBytes();
    while (collected > 0 && collected < payloadBytes) {
      LivePacket piece = peek(flow, false, limitNanos);
      boolean continues =
          piece != null
              && pieces.getLast().payloadBytes() == first.payloadBytes()
              && pieces.getLast().isContinuedBy(piece)
              && collected + piece.payloadBytes() <= payloadBytes;
      if (piece == null || !continues) {
        break;
      }
      pieces.add(piece);
      collected += piece.payloadBytes();
      next = null;
    }
    return pieces.size() == 1 ? first : LivePacket.merge(pieces);
  }

  private long micros(LivePacket packet) {
    return (packet.nanos() - startNanos) / 1_000;
  }

  /** Packets of {@code flow} that have left and that nobody has asked for. */
  List<LivePacket> leftOver(Flow flow) throws MismatchException {
    List<LivePacket> left = new ArrayList<>();
    for (LivePacket packet = peek(flow, false, driver.nowNanos());
        packet != null;
        packet = peek(flow, false, driver.nowNanos())) {
      left.add(packet);
      next = null;
    }
    return left;
  }
}
