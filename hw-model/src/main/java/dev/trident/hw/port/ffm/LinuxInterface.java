package dev.trident.hw.port.ffm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.regex.Pattern;

/**
 * A network interface of the kernel, as it was when it was looked up.
 *
 * @param name at most 15 characters
 * @param index what the kernel calls it while it exists; no other gets that number afterwards
 * @param mac hardware address in the low 48 bits
 * @param mtuBytes largest IP packet
 */
public record LinuxInterface(String name, int index, long mac, int mtuBytes) {
  /** Longest interface name: IFNAMSIZ without its NUL. */
  private static final int MAX_NAME_CHARACTERS = 15;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

  /** {@code struct ifreq}: the name in 16 bytes, then a union. */
  private static final int IFREQ_BYTES = 40;

  private static final int IFREQ_UNION = 16;

  /** Where {@code struct sockaddr} has the hardware address, which is big-endian. */
  private static final int IFREQ_MAC = IFREQ_UNION + 2;

  private static final int MAC_BYTES = 6;

  /** linux/sockios.h. */
  private static final long SIOCGIFNAME = 0x8910;

  private static final long SIOCGIFFLAGS = 0x8913;
  private static final long SIOCGIFMTU = 0x8921;
  private static final long SIOCGIFHWADDR = 0x8927;
  private static final long SIOCGIFINDEX = 0x8933;

  private static final int IFF_UP = 1;
  private static final int ARPHRD_ETHER = 1;

  /**
   * Looks up {@code name} in the network namespace of this thread.
   *
   * @throws IOException in one line with the remedy: not a name, no such interface, or one that
   *     does not carry Ethernet frames
   */
  public static LinuxInterface find(String name) throws IOException {
    if (name.length() > MAX_NAME_CHARACTERS || !NAME.matcher(name).matches()) {
      throw new IOException(
          "'%s' is no name of an interface: 1 to %d letters, digits, _ . -; see ip link show"
              .formatted(name, MAX_NAME_CHARACTERS));
    }
    if (!System.getProperty("os.name", "").equals("Linux")) {
      throw new IOException("interface " + name + ": needs Linux; use the simulated wire (sim:)");
    }
    Sys sys = new Sys();
    int socket =
        new Sockets().socket(Sockets.AF_INET, Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0);
    if (socket < 0) {
      throw new LinuxException("socket", -socket, "close files or raise ulimit -n");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(IFREQ_BYTES, JAVA_LONG.byteAlignment());
      request.setString(0, name);
      ask(sys, socket, SIOCGIFINDEX, request, name);
      int index = request.get(JAVA_INT, IFREQ_UNION);
      ask(sys, socket, SIOCGIFMTU, request, name);
      int mtuBytes = request.get(JAVA_INT, IFREQ_UNION);
      ask(sys, socket, SIOCGIFHWADDR, request, name);
      if (request.get(JAVA_SHORT, IFREQ_UNION) != ARPHRD_ETHER) {
        throw new IOException(
            "interface " + name + " carries no Ethernet frames; choose one with link/ether");
      }
      long mac = 0;
      for (int i = 0; i < MAC_BYTES; i++) {
        mac = (mac << 8) | (request.get(JAVA_BYTE, IFREQ_MAC + i) & 0xff);
      }
      return new LinuxInterface(name, index, mac, mtuBytes);
    } finally {
      sys.close(socket);
    }
  }

  private static void ask(Sys sys, int socket, long question, MemorySegment request, String name)
      throws LinuxException {
    int result = sys.ioctl(socket, question, request);
    if (result < 0) {
      throw new LinuxException(
          "interface " + name,
          -result,
          "ip link show tells which there are in this network namespace");
    }
  }

  /** What became of an interface. */
  public enum Presence {
    /** It is there and set up. */
    UP,
    /** It is there, but down. */
    DOWN,
    /** It was deleted, or moved to another network namespace. */
    GONE
  }

  /**
   * Looks whether an interface is still there, under whatever name.
   *
   * @param socket any socket of the interface's network namespace
   * @param request memory of {@link #requestMemory}
   */
  public static Presence presence(Sys sys, int socket, int index, MemorySegment request) {
    request.set(JAVA_INT, IFREQ_UNION, index);
    if (sys.ioctl(socket, SIOCGIFNAME, request) < 0
        || sys.ioctl(socket, SIOCGIFFLAGS, request) < 0) {
      return Presence.GONE;
    }
    return (request.get(JAVA_SHORT, IFREQ_UNION) & IFF_UP) != 0 ? Presence.UP : Presence.DOWN;
  }

  /** Room for the argument of {@link #presence}, to be made once. */
  public static MemorySegment requestMemory() {
    return Arena.ofAuto().allocate(IFREQ_BYTES, JAVA_LONG.byteAlignment());
  }
}
