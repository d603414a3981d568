package dev.trident.hw.host;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The interfaces of this process by name. Hosts of a simulation may share names, as each program in
 * it is asked about its own host first; the first one that took a name is known here.
 */
final class InterfaceNames {
  /** Longest name, as TCPDirect's guide and Linux have it. */
  static final int MAX_LENGTH = 15;

  private static final Map<String, Host> HOSTS = new ConcurrentHashMap<>();

  private InterfaceNames() {}

  static void check(String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "interface name \"" + name + "\": must have 1 to " + MAX_LENGTH + " characters");
    }
    if (!name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '/')) {
      throw new IllegalArgumentException(
          "interface name \"" + name + "\": no spaces, slashes or control characters");
    }
  }

  /**
   * Registers a name.
   *
   * @throws IllegalArgumentException if another host has it, unless {@code mayShare}
   */
  static void register(String name, Host host, boolean mayShare) {
    Host other = HOSTS.putIfAbsent(name, host);
    if (other != null && !mayShare) {
      throw new IllegalArgumentException(
          "interface name " + name + " is taken by host " + other.name() + " of this process");
    }
  }

  static void unregister(String name, Host host) {
    HOSTS.remove(name, host);
  }

  static @Nullable Host find(String name) {
    return HOSTS.get(name);
  }
}
