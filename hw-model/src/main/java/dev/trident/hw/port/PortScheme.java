package dev.trident.hw.port;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The kinds of wires that an interface can be bound to by name, as people write them. */
public enum PortScheme {
  /** A wire inside this JVM, which joins the interfaces that name it; no {@link Port}. */
  SIM("WIRE"),
  /** Shared memory: another process of this machine that names the same wire. */
  SHM("WIRE"),
  /** A stream socket: passt, QEMU, or another process; {@code listen} to be the one who waits. */
  UNIX("/PATH", "listen"),
  /** A TAP device of Linux: the kernel of this machine. */
  TAP("DEVICE"),
  /** An interface of Linux by packet sockets, with its hardware address if {@code device-mac}. */
  PACKET("DEVICE", "device-mac"),
  /**
   * A queue of an interface of Linux past the kernel's stack: {@code mode} native, copy or skb;
   * {@code umem} own or slab; {@code checksums} complete or verify.
   */
  XDP("DEVICE", "queue", "mode", "umem", "checksums"),
  /** A tunnel over UDP to another machine: network {@code vni}, UDP {@code port}, our address. */
  VXLAN("ADDRESS", "vni", "port", "local");

  private final String target;
  private final ImmutableList<String> parameters;

  PortScheme(String target, String... parameters) {
    this.target = target;
    this.parameters = ImmutableList.copyOf(parameters);
  }

  /** The scheme written {@code name}, without the colon; null if there is none. */
  public static @Nullable PortScheme named(String name) {
    return Arrays.stream(values())
        .filter(scheme -> scheme.text().equals(name))
        .findFirst()
        .orElse(null);
  }

  /** How it is written, without the colon. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What follows it, like "tap:DEVICE". */
  public String usage() {
    return text() + ":" + target;
  }

  /** The names of its own parameters. */
  public List<String> parameters() {
    return parameters;
  }

  /** All of them, as an error shows them. */
  public static String usages() {
    return Arrays.stream(values()).map(PortScheme::usage).collect(Collectors.joining(", "));
  }
}
