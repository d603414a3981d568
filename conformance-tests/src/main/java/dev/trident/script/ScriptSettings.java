package dev.trident.script;

import com.google.common.net.InetAddresses;
import dev.trident.script.lang.Script;
import dev.trident.script.lang.UnsupportedFeatureException;
import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * What the option lines of a script say, with the defaults of the public runner.
 *
 * @param stackAddress of the host under test
 * @param prefixBits of its network
 * @param bindPort port of a bind whose address is left to the interpreter
 * @param connectPort the same of a connect
 * @param mergesSegments whether outbound segments may be pieces of a larger one
 * @param tickMicros tick of the stack's timestamps, or 0 if TS values are not compared
 * @param echoesScaled whether an inbound TS ecr needs no equal TS val before it
 * @param packetsFatal whether a packet that does not match ends the script
 * @param strict no tolerance, and no packet left over
 */
record ScriptSettings(
    int stackAddress,
    int prefixBits,
    int peerAddress,
    int mtu,
    int bindPort,
    int connectPort,
    Tolerance tolerance,
    boolean mergesSegments,
    long tickMicros,
    boolean echoesScaled,
    boolean packetsFatal,
    boolean strict) {
  private static final int ADDRESS = 0xc0a8_0001;
  private static final int PREFIX_BITS = 16;
  private static final int PEER = 0xc000_0201;
  private static final int MTU = 1_500;
  private static final int PORT = 8_080;

  private static final ScriptSettings DEFAULTS =
      new ScriptSettings(
          ADDRESS,
          PREFIX_BITS,
          PEER,
          MTU,
          PORT,
          PORT,
          Tolerance.STANDARD,
          true,
          0,
          false,
          true,
          false);

  /**
   * Reads the option lines.
   *
   * @param strict as given by whoever runs the script
   * @throws UnsupportedFeatureException for an option or a value that we do not have
   */
  static ScriptSettings read(Script script, boolean strict) throws UnsupportedFeatureException {
    Builder builder = new Builder();
    builder.strict = strict;
    for (Script.Option option : script.options()) {
      builder.read(option);
    }
    return builder.build();
  }

  private static final class Builder {
    private int stackAddress = DEFAULTS.stackAddress;
    private int peerAddress = DEFAULTS.peerAddress;
    private int prefixBits = DEFAULTS.prefixBits;
    private int mtu = DEFAULTS.mtu;
    private int bindPort = DEFAULTS.bindPort;
    private int connectPort = DEFAULTS.connectPort;
    private long fixedMicros = DEFAULTS.tolerance.fixedMicros();
    private double percent = DEFAULTS.tolerance.percentOfGap();
    private boolean merges = DEFAULTS.mergesSegments;
    private long tickMicros;
    private boolean echoesScaled;
    private boolean packetsFatal = true;
    private boolean strict;

    void read(Script.Option option) throws UnsupportedFeatureException {
      switch (option.name()) {
        case "tolerance_usecs" -> fixedMicros = number(option, Long.MAX_VALUE / 2);
        case "tolerance_percent" -> percent = number(option, 100);
        case "ip_version" -> {
          if (!option.value().equals("ipv4")) {
            throw new UnsupportedFeatureException(option.position(), option.value());
          }
        }
        case "local_ip" -> stackAddress = address(option);
        case "remote_ip" -> peerAddress = address(option);
        case "gateway_ip" -> {
          // Hosts here choose a gateway of their own; nothing of a script shows it.
        }
        case "netmask_ip" -> prefixBits = prefix(option, address(option));
        case "mtu" -> mtu = (int) number(option, MTU);
        case "mss" -> {
          // The size at which pieces are no longer merged: any size is merged here.
        }
        case "bind_port" -> bindPort = (int) number(option, 0xffff);
        case "connect_port" -> connectPort = (int) number(option, 0xffff);
        case "tcp_ts_tick_usecs" -> tickMicros = number(option, 1_000_000_000);
        case "tcp_ts_ecr_scaled" -> echoesScaled = true;
        case "strict_segments" -> merges = false;
        case "non_fatal" -> {
          if (!option.value().equals("packet")) {
            throw unsupported(option);
          }
          packetsFatal = false;
        }
        case "strict" -> {
          // Whoever wants times exact wants to see the segments that really left.
          strict = true;
          merges = false;
        }
        default ->
            throw new UnsupportedFeatureException(option.position(), "option --" + option.name());
      }
    }

    private static long number(Script.Option option, long most) throws UnsupportedFeatureException {
      try {
        long value = Long.parseLong(option.value());
        if (value >= 0 && value <= most) {
          return value;
        }
      } catch (NumberFormatException e) {
        // Falls through to the same answer.
      }
      throw unsupported(option);
    }

    private static int address(Script.Option option) throws UnsupportedFeatureException {
      if (InetAddresses.isInetAddress(option.value())) {
        InetAddress address = InetAddresses.forString(option.value());
        if (address instanceof Inet4Address) {
          return InetAddresses.coerceToInteger(address);
        }
      }
      throw unsupported(option);
    }

    private static int prefix(Script.Option option, int mask) throws UnsupportedFeatureException {
      int bits = Integer.numberOfLeadingZeros(~mask);
      if (bits < 1 || bits > 30 || mask != -1 << (Integer.SIZE - bits)) {
        throw unsupported(option);
      }
      return bits;
    }

    private static UnsupportedFeatureException unsupported(Script.Option option) {
      return new UnsupportedFeatureException(
          option.position(), "option --" + option.name() + "=" + option.value());
    }

    ScriptSettings build() {
      return new ScriptSettings(
          stackAddress,
          prefixBits,
          peerAddress,
          mtu,
          bindPort,
          connectPort,
          strict ? Tolerance.NONE : new Tolerance(fixedMicros, percent),
          merges,
          tickMicros,
          echoesScaled,
          packetsFatal,
          strict);
    }
  }
}
