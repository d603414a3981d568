package dev.trident.hw.host;

import com.google.common.primitives.Ints;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.PortScheme;
import dev.trident.hw.port.PortSpec;
import dev.trident.wire.MacAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@code TRIDENT_INTERFACES} says.
 *
 * <pre>
 *   interfaces = interface *( ";" interface )        a last ";" and white space around are ignored
 *   interface  = name "=" port ":" target [ "?" parameter *( "&amp;" parameter ) ]
 *   parameter  = key [ "=" value ]
 * </pre>
 *
 * Errors name the character, counted from 1, what is wrong there, and what would be right.
 */
final class InterfaceParser {
  /** The host of interfaces that name none. */
  static final String DEFAULT_HOST = "local";

  private static final List<String> KEYS =
      List.of("ip", "gw", "mtu", "mac", "vlan", "host", "start", "rx", "tx", "pcap");

  private static final String SHAPE =
      "an interface is written NAME=PORT:TARGET?ip=ADDRESS/BITS, like"
          + " eth0=tap:trident0?ip=10.9.0.2/24";

  private static final Pattern MAC = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");

  private static final int MAX_RING = 4_096;

  /** A value and where it stands, counted from 0. */
  private record Value(String text, int at) {}

  private final String source;
  private final String text;
  private final Map<String, Value> parameters = new LinkedHashMap<>();

  private InterfaceParser(String source, String text) {
    this.source = source;
    this.text = text;
  }

  /**
   * Reads {@code text}.
   *
   * @param source what errors call it, like "TRIDENT_INTERFACES"
   * @return at least one interface; names differ
   * @throws SetUpException if it is malformed
   */
  static List<InterfaceSpec> parse(String source, String text) {
    InterfaceParser parser = new InterfaceParser(source, text);
    List<InterfaceSpec> found = new ArrayList<>();
    Map<String, Integer> places = new HashMap<>();
    for (int start = 0; start < text.length(); ) {
      int semicolon = text.indexOf(';', start);
      int end = semicolon < 0 ? text.length() : semicolon;
      int from = start;
      int to = end;
      while (from < to && text.charAt(from) <= ' ') {
        from++;
      }
      while (from < to && text.charAt(to - 1) <= ' ') {
        to--;
      }
      if (from < to) {
        InterfaceSpec spec = parser.parseInterface(from, to);
        Integer earlier = places.putIfAbsent(spec.name(), from);
        if (earlier != null) {
          throw parser.error(
              from,
              "interface "
                  + spec.name()
                  + " is there already, at character "
                  + (earlier + 1)
                  + "; give it another name");
        }
        found.add(spec);
      }
      start = end + 1;
    }
    if (found.isEmpty()) {
      throw new SetUpException(source + " is empty; " + SHAPE);
    }
    return found;
  }

  private InterfaceSpec parseInterface(int from, int to) {
    int equals = indexOf('=', from, to);
    int colon = equals < 0 ? -1 : indexOf(':', equals, to);
    int question = indexOf('?', from, to);
    int pathEnd = question < 0 ? to : question;
    if (equals < 0 || equals > pathEnd) {
      throw error(from, "\"" + text.substring(from, pathEnd) + "\" has no =; " + SHAPE);
    }
    String name = text.substring(from, equals);
    checked(from, () -> InterfaceNames.check(name));
    if (colon < 0 || colon > pathEnd) {
      throw error(
          equals + 1,
          "\""
              + text.substring(equals + 1, pathEnd)
              + "\" names no port; known are "
              + PortScheme.usages());
    }
    String written = text.substring(equals + 1, colon);
    PortScheme scheme = PortScheme.named(written);
    if (scheme == null) {
      throw error(
          equals + 1, "unknown port \"" + written + ":\"; known are " + PortScheme.usages());
    }
    String target = text.substring(colon + 1, pathEnd);
    if (target.isEmpty()) {
      throw error(colon + 1, "nothing behind " + written + ":; write " + scheme.usage());
    }
    readParameters(scheme, pathEnd + 1, to);
    return spec(name, scheme, target, from);
  }

  private void readParameters(PortScheme scheme, int from, int to) {
    parameters.clear();
    for (int start = from; start < to; ) {
      int ampersand = indexOf('&', start, to);
      int end = ampersand < 0 ? to : ampersand;
      int equals = indexOf('=', start, end);
      String key = text.substring(start, equals < 0 ? end : equals);
      if (!KEYS.contains(key) && !scheme.parameters().contains(key)) {
        throw error(
            start,
            "unknown parameter \""
                + key
                + "\"; "
                + scheme.text()
                + ": knows "
                + Stream.concat(scheme.parameters().stream(), KEYS.stream())
                    .collect(Collectors.joining(", ")));
      }
      if (equals < 0 && KEYS.contains(key)) {
        throw error(start, key + " has no value; write " + key + "=...");
      }
      int at = equals < 0 ? end : equals + 1;
      if (parameters.putIfAbsent(key, new Value(text.substring(at, end), at)) != null) {
        throw error(start, key + " is given twice");
      }
      start = end + 1;
    }
  }

  private InterfaceSpec spec(String name, PortScheme scheme, String target, int from) {
    Value ip = parameters.get("ip");
    if (ip == null) {
      throw error(from, "interface " + name + " has no address; add ip=ADDRESS/BITS");
    }
    List<Cidr> own = new ArrayList<>();
    checked(ip.at, () -> own.addAll(Cidr.parseOwn(ip.text)));
    Map<String, String> ofPort = new HashMap<>();
    for (String key : scheme.parameters()) {
      Value value = parameters.get(key);
      if (value != null) {
        ofPort.put(key, value.text);
      }
    }
    return new InterfaceSpec(
        name,
        text("host", DEFAULT_HOST),
        new PortSpec(scheme, target, ofPort),
        ip.text,
        gateway(own),
        mac(),
        options(scheme),
        parameters.containsKey("pcap") ? text("pcap", "") : null);
  }

  private @Nullable String gateway(List<Cidr> own) {
    Value gw = parameters.get("gw");
    if (gw == null) {
      return null;
    }
    int[] address = new int[1];
    checked(gw.at, () -> address[0] = Cidr.parseAddress(gw.text));
    if (own.stream().noneMatch(cidr -> cidr.contains(address[0]))) {
      throw error(gw.at, "gateway " + gw.text + " is in no network of this interface's ip");
    }
    return gw.text;
  }

  private long mac() {
    Value mac = parameters.get("mac");
    if (mac == null) {
      return Port.ANY_MAC;
    }
    if (!MAC.matcher(mac.text).matches()) {
      throw error(mac.at, "\"" + mac.text + "\" is not like 02:00:00:00:00:01");
    }
    long address = MacAddress.parse(mac.text);
    if (address == 0 || MacAddress.isGroup(address)) {
      throw error(mac.at, "mac " + mac.text + " is no single adapter's; try 02:00:00:00:00:01");
    }
    return address;
  }

  private NicOptions options(PortScheme scheme) {
    NicOptions plain = NicOptions.STANDARD;
    NicOptions options =
        plain
            .withMtu(number("mtu", plain.mtuBytes(), 68, plain.mtuBytes()))
            .withVlan(number("vlan", plain.vlan(), 1, 4_094))
            .withRings(ring("rx", plain.rxRing()), ring("tx", plain.txRing()));
    return options.withAddressStart(addressStart(scheme));
  }

  /** Strangers may remember another owner of the address; in this JVM there are none. */
  private AddressStart addressStart(PortScheme scheme) {
    Value start = parameters.get("start");
    if (start == null) {
      return scheme == PortScheme.SIM ? AddressStart.IMMEDIATE : AddressStart.ANNOUNCED;
    }
    return switch (start.text.toUpperCase(Locale.ROOT)) {
      case "IMMEDIATE" -> AddressStart.IMMEDIATE;
      case "ANNOUNCED" -> AddressStart.ANNOUNCED;
      case "PROBED" -> AddressStart.PROBED;
      default ->
          throw error(start.at, "start=" + start.text + ": must be immediate, announced or probed");
    };
  }

  private int ring(String key, int otherwise) {
    int descriptors = number(key, otherwise, 64, MAX_RING);
    if (Integer.bitCount(descriptors) != 1) {
      throw error(
          at(key), key + "=" + descriptors + ": must be a power of two from 64 to " + MAX_RING);
    }
    return descriptors;
  }

  private int number(String key, int otherwise, int min, int max) {
    Value value = parameters.get(key);
    if (value == null) {
      return otherwise;
    }
    Integer number = Ints.tryParse(value.text);
    if (number == null || number < min || number > max) {
      throw error(
          value.at, key + "=" + value.text + ": must be a number from " + min + " to " + max);
    }
    return number;
  }

  private String text(String key, String otherwise) {
    Value value = parameters.get(key);
    if (value == null) {
      return otherwise;
    }
    if (value.text.isEmpty()) {
      throw error(value.at, key + "= has no value");
    }
    return value.text;
  }

  private int at(String key) {
    Value value = parameters.get(key);
    return value == null ? 0 : value.at;
  }

  private int indexOf(char wanted, int from, int to) {
    int index = text.indexOf(wanted, from);
    return index < to ? index : -1;
  }

  private void checked(int at, Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      throw error(at, String.valueOf(e.getMessage()));
    }
  }

  private SetUpException error(int at, String what) {
    return new SetUpException(source + ", character " + (at + 1) + ": " + what);
  }
}
