package dev.trident.trace;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a stack counts, as the standard MIBs have it (RFC 2863, RFC 4022, RFC 4113, RFC 4293): a
 * view that computes, and keeps nothing. Values never go down, but for the gauge.
 */
public final class Mib {
  private final Counters counters;
  private final LongSupplier established;

  /**
   * @param established connections in ESTABLISHED or CLOSE-WAIT
   */
  public Mib(Counters counters, LongSupplier established) {
    this.counters = counters;
    this.established = established;
  }

  /** The present value. */
  public long get(MibObject object) {
    return switch (object) {
      case IF_IN_UCAST_PKTS -> count(Counter.FRAMES_RECEIVED);
      case IF_OUT_UCAST_PKTS -> count(Counter.FRAMES_SENT);
      case IP_IN_RECEIVES -> count(Counter.IP_RECEIVED);
      case IP_IN_DELIVERS ->
          count(Counter.ICMP_RECEIVED)
              + count(Counter.UDP_RECEIVED)
              + count(Counter.TCP_SEGMENTS_RECEIVED)
              + count(Counter.IGMP_RECEIVED);
      case IP_OUT_REQUESTS -> count(Counter.IP_SENT);
      case IP_OUT_NO_ROUTES -> count(Counter.IP_NO_ROUTE);
      case ICMP_IN_MSGS -> count(Counter.ICMP_RECEIVED);
      case ICMP_IN_DEST_UNREACHS -> count(Counter.ICMP_UNREACHABLES_RECEIVED);
      case ICMP_IN_TIME_EXCDS -> count(Counter.ICMP_TIME_EXCEEDED_RECEIVED);
      case ICMP_IN_PARM_PROBS -> count(Counter.ICMP_PARAMETER_PROBLEMS_RECEIVED);
      case ICMP_IN_ECHOS -> count(Counter.ICMP_ECHOS_RECEIVED);
      case ICMP_IN_ECHO_REPS -> count(Counter.ICMP_ECHO_REPLIES_RECEIVED);
      case ICMP_OUT_MSGS -> count(Counter.ICMP_SENT);
      case ICMP_OUT_ERRORS -> count(Counter.ICMP_ERRORS_SUPPRESSED);
      case ICMP_OUT_DEST_UNREACHS -> count(Counter.ICMP_UNREACHABLES_SENT);
      case ICMP_OUT_TIME_EXCDS -> count(Counter.ICMP_TIME_EXCEEDED_SENT);
      case ICMP_OUT_PARM_PROBS -> count(Counter.ICMP_PARAMETER_PROBLEMS_SENT);
      case ICMP_OUT_ECHOS -> count(Counter.ICMP_ECHOS_SENT);
      case ICMP_OUT_ECHO_REPS -> count(Counter.ICMP_ECHO_REPLIES_SENT);
      case UDP_IN_DATAGRAMS -> count(Counter.UDP_DELIVERED);
      case UDP_OUT_DATAGRAMS -> count(Counter.UDP_SENT);
      case TCP_ACTIVE_OPENS -> count(Counter.TCP_ACTIVE_OPENS);
      case TCP_PASSIVE_OPENS -> count(Counter.TCP_PASSIVE_OPENS);
      case TCP_ATTEMPT_FAILS -> count(Counter.TCP_ATTEMPTS_FAILED);
      case TCP_ESTAB_RESETS -> count(Counter.TCP_ESTABLISHED_RESET);
      case TCP_CURR_ESTAB -> established.getAsLong();
      case TCP_IN_SEGS -> count(Counter.TCP_SEGMENTS_RECEIVED);
      case TCP_OUT_SEGS -> count(Counter.TCP_SEGMENTS_SENT) - count(Counter.TCP_RETRANSMISSIONS);
      case TCP_RETRANS_SEGS -> count(Counter.TCP_RETRANSMISSIONS);
      case TCP_OUT_RSTS -> count(Counter.TCP_RESETS_SENT);
      case IP_REASM_REQDS -> count(Counter.IP_FRAGMENTS_RECEIVED);
      case IP_REASM_OKS -> count(Counter.IP_REASSEMBLED);
      case IP_FRAG_OKS -> count(Counter.IP_FRAGMENTED);
      case IP_FRAG_FAILS -> count(Counter.IP_FRAGMENTATION_FAILED);
      case IP_FRAG_CREATES -> count(Counter.IP_FRAGMENTS_MADE);
      case IF_IN_DISCARDS,
          IF_IN_ERRORS,
          IF_IN_UNKNOWN_PROTOS,
          IF_OUT_DISCARDS,
          IP_IN_HDR_ERRORS,
          IP_IN_ADDR_ERRORS,
          IP_IN_UNKNOWN_PROTOS,
          IP_IN_DISCARDS,
          IP_OUT_DISCARDS,
          IP_REASM_FAILS,
          ICMP_IN_ERRORS,
          ICMP_IN_SRC_QUENCHS,
          ICMP_IN_REDIRECTS,
          UDP_NO_PORTS,
          UDP_IN_ERRORS,
          TCP_IN_ERRS ->
          drops(object);
    };
  }

  /**
   * The object that counts packets dropped for {@code reason}; null if the MIBs have none, as for
   * most of what TCP drops.
   */
  public static @Nullable MibObject objectOf(DropReason reason) {
    return switch (reason) {
      case NONE -> null;
      case ETHERNET_TRUNCATED,
          ETHERNET_TOO_LONG,
          ETHERNET_SOURCE_MULTICAST,
          ETHERNET_VLAN_TRUNCATED ->
          MibObject.IF_IN_ERRORS;
      case ETHERNET_UNKNOWN_TYPE, ETHERNET_LENGTH_FORMAT, ETHERNET_IPV6, ETHERNET_RARP ->
          MibObject.IF_IN_UNKNOWN_PROTOS;
      case DEVICE_RING_FULL -> MibObject.IF_OUT_DISCARDS;
      case ARP_TABLE_FULL, ARP_QUEUE_FULL, ARP_UNRESOLVED -> MibObject.IP_OUT_DISCARDS;
      case IP_TRUNCATED,
          IP_BAD_VERSION,
          IP_BAD_HEADER_LENGTH,
          IP_BAD_TOTAL_LENGTH,
          IP_BAD_CHECKSUM,
          IP_BAD_OPTIONS ->
          MibObject.IP_IN_HDR_ERRORS;
      case IP_BAD_SOURCE, IP_BAD_DESTINATION, IP_NOT_FOR_US -> MibObject.IP_IN_ADDR_ERRORS;
      case IP_TUNNEL, IP_UNKNOWN_PROTOCOL -> MibObject.IP_IN_UNKNOWN_PROTOS;
      case ICMP_REDIRECT_IGNORED -> MibObject.ICMP_IN_REDIRECTS;
      case ICMP_QUENCH_IGNORED -> MibObject.ICMP_IN_SRC_QUENCHS;
      case ICMP_TRUNCATED, ICMP_BAD_CHECKSUM, ICMP_BAD_CODE, ICMP_BAD_QUOTE, ICMP_BAD_MTU ->
          MibObject.ICMP_IN_ERRORS;
      case UDP_NO_ENDPOINT -> MibObject.UDP_NO_PORTS;
      case TCP_TRUNCATED,
          TCP_BAD_DATA_OFFSET,
          TCP_BAD_CHECKSUM,
          TCP_BAD_PORT,
          TCP_BAD_FLAGS,
          TCP_NOT_UNICAST ->
          MibObject.TCP_IN_ERRS;
      default -> otherObjectOf(reason);
    };
  }

  /** What the group has for all that is not named. */
  private static @Nullable MibObject otherObjectOf(DropReason reason) {
    return switch (MibGroup.of(reason)) {
      case INTERFACES -> MibObject.IF_IN_DISCARDS;
      case IP ->
          reason.name().startsWith("IP_FRAGMENT")
              ? MibObject.IP_REASM_FAILS
              : MibObject.IP_IN_DISCARDS;
      case UDP -> MibObject.UDP_IN_ERRORS;
      case ARP, ICMP, IGMP, TCP -> null;
    };
  }

  private long count(Counter counter) {
    return counters.get(counter);
  }

  private long drops(MibObject object) {
    long sum = 0;
    for (DropReason reason : DropReason.values()) {
      if (objectOf(reason) == object) {
        sum += counters.get(reason);
      }
    }
    return sum;
  }

  /** Packets that the layer of {@code group} has dropped, for any reason. */
  public long drops(MibGroup group) {
    long sum = 0;
    for (DropReason reason : DropReason.values()) {
      if (reason != DropReason.NONE && MibGroup.of(reason) == group) {
        sum += counters.get(reason);
      }
    }
    return sum;
  }

  /** All objects with their values. */
  public Map<MibObject, Long> all() {
    Map<MibObject, Long> values = new EnumMap<>(MibObject.class);
    for (MibObject object : MibObject.values()) {
      values.put(object, get(object));
    }
    return values;
  }

  /**
   * A table for people: each group with its objects, and below them the reasons why packets were
   * dropped, as far as there were such.
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (MibGroup group : MibGroup.values()) {
      text.append(group).append('\n');
      for (MibObject object : MibObject.values()) {
        if (object.group() == group) {
          line(text, object.objectName(), get(object));
        }
      }
      for (DropReason reason : DropReason.values()) {
        if (reason != DropReason.NONE
            && MibGroup.of(reason) == group
            && counters.get(reason) != 0) {
          line(text, "dropped: " + reason, counters.get(reason));
        }
      }
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, long value) {
    text.append(String.format("  %-36s %12d%n", name, value));
  }
}
