package dev.trident.hw.port.vxlan;

import dev.trident.hw.port.PortSpec;
import dev.trident.wire.Ipv4Address;

/**
 * Between whom a tunnel is.
 *
 * @param remote IPv4 address of the other end
 * @param vni VXLAN network identifier, 0..16,777,215
 * @param port UDP port of both ends, 1..65535
 * @param local IPv4 address of this end, or {@code Ipv4Address.ANY} for that of the route
 */
public record VxlanConfig(int remote, int vni, int port, int local) {
  /** The port that IANA has assigned. */
  public static final int DEFAULT_PORT = 4789;

  private static final int MAX_VNI = 0xff_ffff;
  private static final int MAX_PORT = 0xffff;

  /** Checks the ranges; a value beyond them is an {@link IllegalArgumentException} naming it. */
  public VxlanConfig {
    if (!Ipv4Address.isHostAddress(remote) && !Ipv4Address.isLoopback(remote)) {
      throw new IllegalArgumentException(
          "VXLAN peer " + Ipv4Address.format(remote) + " is no address of a host");
    }
    if (vni < 0 || vni > MAX_VNI) {
      throw new IllegalArgumentException("VNI " + vni + " is not 0 to " + MAX_VNI);
    }
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("UDP port " + port + " is not 1 to " + MAX_PORT);
    }
  }

  /**
   * What {@code vxlan:REMOTE} and the parameters {@code vni}, {@code port} and {@code local} say.
   *
   * @throws IllegalArgumentException if one of them is malformed, or {@code vni} is missing
   */
  public static VxlanConfig of(PortSpec spec) {
    if (!spec.isGiven("vni")) {
      throw new IllegalArgumentException(spec + " has no network; add vni=NUMBER");
    }
    String local = spec.text("local");
    return new VxlanConfig(
        address(spec.target()),
        spec.number("vni", 0, 0, MAX_VNI),
        spec.number("port", DEFAULT_PORT, 1, MAX_PORT),
        local == null ? Ipv4Address.ANY : address(local));
  }

  private static int address(String text) {
    try {
      return Ipv4Address.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not like 192.0.2.2", e);
    }
  }

  @Override
  public String toString() {
    return "vxlan:%s?vni=%d&port=%d".formatted(Ipv4Address.format(remote), vni, port);
  }
}
