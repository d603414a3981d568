package dev.trident.hw.port.vxlan;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.trident.hw.port.ffm.Errno;
import dev.trident.hw.port.ffm.LinuxException;
import dev.trident.hw.port.ffm.Sockets;
import dev.trident.hw.port.ffm.Sys;
import dev.trident.wire.Ipv4Address;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/** Sets up the UDP socket of a tunnel. */
final class TunnelSocket {
  /** {@code struct sockaddr_in}: family, port and address in network order, zeros. */
  static final int ADDRESS_BYTES = 16;

  private static final int PORT = 2;
  private static final int HOST = 4;

  private static final int IPPROTO_IP = 0;
  private static final int IP_MTU_DISCOVER = 10;
  private static final int IP_RECVERR = 11;
  private static final int IP_MTU = 14;

  /** {@link #IP_MTU_DISCOVER}: never fragment. */
  private static final int IP_PMTUDISC_DO = 2;

  private static final int SO_NO_CHECK = 11;

  private TunnelSocket() {}

  static MemorySegment address(int host, int port) {
    MemorySegment address = Arena.ofAuto().allocate(ADDRESS_BYTES, Integer.BYTES);
    address.set(JAVA_SHORT, 0, (short) Sockets.AF_INET);
    address.set(JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), PORT, (short) port);
    address.set(JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN), HOST, host);
    return address;
  }

  /** The host of an address that the kernel has written. */
  static int hostOf(MemorySegment address) {
    int host = address.get(JAVA_INT, HOST);
    return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(host) : host;
  }

  /**
   * A socket at the local end of the tunnel, not connected: a peer may send from any port, and
   * Linux sends from one that is a hash of the inner flow.
   *
   * @throws IOException in one line with the remedy
   */
  static int open(VxlanConfig config) throws IOException {
    Sockets sockets = new Sockets();
    Sys sys = new Sys();
    int fd = newSocket(sockets);
    boolean opened = false;
    try {
      int result = sockets.bind(fd, address(config.local(), config.port()));
      if (result < 0) {
        throw bindFailure(config, -result);
      }
      // RFC 7348 section 4.3: end points must not fragment.
      set(sockets, fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
      // Otherwise nobody hears of ICMP errors at a socket that is not connected.
      set(sockets, fd, IPPROTO_IP, IP_RECVERR, 1);
      // RFC 7348 section 5: the UDP checksum should be sent as zero; inner packets have their own.
      set(sockets, fd, Sockets.SOL_SOCKET, SO_NO_CHECK, 1);
      opened = true;
      return fd;
    } finally {
      if (!opened) {
        sys.close(fd);
      }
    }
  }

  private static int newSocket(Sockets sockets) throws LinuxException {
    int type = Sockets.SOCK_DGRAM | Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC;
    int fd = sockets.socket(Sockets.AF_INET, type, 0);
    if (fd < 0) {
      throw new LinuxException("UDP socket", -fd, "close files or raise ulimit -n");
    }
    return fd;
  }

  private static LinuxException bindFailure(VxlanConfig config, int errno) {
    String where = Ipv4Address.format(config.local()) + ":" + config.port();
    String remedy =
        switch (errno) {
          case Errno.EADDRINUSE ->
              "a VXLAN device or another program has that port: choose another for both ends"
                  + " (port=)";
          case Errno.EADDRNOTAVAIL -> "give an address of this machine (local=)";
          case Errno.EACCES -> "choose a port above 1023 for both ends (port=)";
          default -> "look at ip address show";
        };
    return new LinuxException("bind UDP " + where, errno, remedy);
  }

  private static void set(Sockets sockets, int fd, int level, int option, int value)
      throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      int result = sockets.setsockopt(fd, level, option, arena.allocateFrom(JAVA_INT, value));
      if (result < 0) {
        throw new LinuxException("setsockopt " + option, -result, "use a newer kernel");
      }
    }
  }

  /**
   * The MTU of the route to the other end.
   *
   * @throws IOException in one line with the remedy: there is no route
   */
  static int outerMtuBytes(VxlanConfig config) throws IOException {
    Sockets sockets = new Sockets();
    int probe = newSocket(sockets);
    try (Arena arena = Arena.ofConfined()) {
      int result = sockets.connect(probe, address(config.remote(), config.port()));
      if (result < 0) {
        throw new LinuxException(
            "reach " + Ipv4Address.format(config.remote()),
            -result,
            "add a route to it: ip route show");
      }
      MemorySegment mtu = arena.allocate(JAVA_INT);
      result =
          sockets.getsockopt(
              probe, IPPROTO_IP, IP_MTU, mtu, arena.allocateFrom(JAVA_INT, Integer.BYTES));
      if (result < 0) {
        throw new LinuxException("getsockopt IP_MTU", -result, "use a newer kernel");
      }
      return mtu.get(JAVA_INT, 0);
    } finally {
      new Sys().close(probe);
    }
  }
}
