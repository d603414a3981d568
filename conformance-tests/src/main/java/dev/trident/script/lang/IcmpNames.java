package dev.trident.script.lang;

import com.google.common.collect.ImmutableMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;

/** ICMP types and codes (RFC 792, 950, 1122, 1812) as packet lines spell them. */
final class IcmpNames {
  static final int UNREACHABLE = 3;
  static final int FRAG_NEEDED = 4;
  private static final int TIME_EXCEEDED = 11;

  private static final Map<String, Integer> TYPES =
      ImmutableMap.<String, Integer>builder()
          .put("echo_reply", 0)
          .put("unreachable", UNREACHABLE)
          .put("source_quench", 4)
          .put("redirect", 5)
          .put("echo_request", 8)
          .put("time_exceeded", TIME_EXCEEDED)
          .put("parameter_problem", 12)
          .put("timestamp_request", 13)
          .put("timestamp_reply", 14)
          .put("information_request", 15)
          .put("information_reply", 16)
          .put("address_mask_request", 17)
          .put("address_mask_reply", 18)
          .buildOrThrow();

  private static final Map<String, Integer> UNREACHABLE_CODES =
      ImmutableMap.<String, Integer>builder()
          .put("net_unreachable", 0)
          .put("host_unreachable", 1)
          .put("protocol_unreachable", 2)
          .put("port_unreachable", 3)
          .put("frag_needed", FRAG_NEEDED)
          .put("source_route_failed", 5)
          .put("net_unknown", 6)
          .put("host_unknown", 7)
          .put("source_host_isolated", 8)
          .put("net_prohibited", 9)
          .put("host_prohibited", 10)
          .put("net_unreachable_for_tos", 11)
          .put("host_unreachable_for_tos", 12)
          .put("packet_filtered", 13)
          .put("precedence_violation", 14)
          .put("precedence_cutoff", 15)
          .buildOrThrow();

  private static final Map<String, Integer> TIME_EXCEEDED_CODES =
      ImmutableMap.of("ttl_exceeded_in_transit", 0, "frag_reass_exceeded", 1);

  private IcmpNames() {}

  /** The type of that name, or of {@code type_N}. */
  static OptionalInt type(String name) {
    return number(TYPES, "type_", name);
  }

  /** The code of that name for the type, or of {@code code_N}. */
  static OptionalInt code(int type, String name) {
    return number(codes(type), "code_", name);
  }

  /** For messages. */
  static String typeNames() {
    return String.join(", ", new TreeSet<>(TYPES.keySet())) + " or type_N";
  }

  /** For messages. */
  static String codeNames(int type) {
    Map<String, Integer> codes = codes(type);
    return codes.isEmpty() ? "code_N" : String.join(", ", codes.keySet()) + " or code_N";
  }

  private static Map<String, Integer> codes(int type) {
    return switch (type) {
      case UNREACHABLE -> UNREACHABLE_CODES;
      case TIME_EXCEEDED -> TIME_EXCEEDED_CODES;
      default -> Map.of();
    };
  }

  private static OptionalInt number(Map<String, Integer> names, String prefix, String name) {
    Integer known = names.get(name);
    if (known != null) {
      return OptionalInt.of(known);
    }
    if (!name.startsWith(prefix)
        || name.length() > prefix.length() + 3
        || name.length() == prefix.length()
        || !name.substring(prefix.length()).chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalInt.empty();
    }
    int value = Integer.parseInt(name.substring(prefix.length()));
    return value > 0xff ? OptionalInt.empty() : OptionalInt.of(value);
  }
}
