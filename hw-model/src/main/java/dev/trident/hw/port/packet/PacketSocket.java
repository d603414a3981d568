package dev.trident.hw.port.packet;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.trident.hw.port.ffm.Errno;
import dev.trident.hw.port.ffm.LinuxException;
import dev.trident.hw.port.ffm.LinuxInterface;
import dev.trident.hw.port.ffm.Sockets;
import dev.trident.hw.port.ffm.Sys;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * A packet socket (packet(7)) bound to one interface: constants and set-up. Each is for one
 * direction, so that a receiving and a sending thread share nothing.
 */
final class PacketSocket {
  static final int SOL_PACKET = 263;

  /** {@link #SOL_PACKET}, control message: {@code struct tpacket_auxdata}. */
  static final int PACKET_AUXDATA = 8;

  private static final int PACKET_ADD_MEMBERSHIP = 1;
  private static final int PACKET_STATISTICS = 6;
  private static final int PACKET_VNET_HDR = 15;
  private static final int PACKET_IGNORE_OUTGOING = 23;
  private static final int PACKET_MR_PROMISC = 1;

  private static final short ETH_P_ALL = 3;

  /** {@code struct sockaddr_ll}: family, protocol (big-endian), interface, and what is not used. */
  private static final int ADDRESS_BYTES = 20;

  private static final int ADDRESS_PROTOCOL = 2;
  private static final int ADDRESS_INTERFACE = 4;

  /** {@code struct packet_mreq}: interface, type, and what is not used here. */
  private static final int MEMBERSHIP_BYTES = 16;

  private static final int MEMBERSHIP_TYPE = 4;

  /** Frames that wait for us, by the memory that the kernel counts for them. */
  private static final int RECEIVE_BUFFER_BYTES = 4 << 20;

  private PacketSocket() {}

  /**
   * A socket that receives the frames that arrive at {@code device}, each behind a {@link
   * VirtioHeader}, and with the VLAN tag that the kernel took out as a control message.
   *
   * @param promiscuous frames for other hardware addresses than the device's, too
   */
  static int openReceiver(Sockets sockets, LinuxInterface device, boolean promiscuous)
      throws IOException {
    int socket = open(sockets, device);
    boolean done = false;
    try (Arena arena = Arena.ofConfined()) {
      set(sockets, socket, PACKET_VNET_HDR, arena.allocateFrom(JAVA_INT, 1), device);
      set(sockets, socket, PACKET_AUXDATA, arena.allocateFrom(JAVA_INT, 1), device);
      // What this host sends by this device, we among others, has not arrived there.
      set(sockets, socket, PACKET_IGNORE_OUTGOING, arena.allocateFrom(JAVA_INT, 1), device);
      if (promiscuous) {
        MemorySegment membership = arena.allocate(MEMBERSHIP_BYTES, JAVA_INT.byteAlignment());
        membership.set(JAVA_INT, 0, device.index());
        membership.set(JAVA_SHORT, MEMBERSHIP_TYPE, (short) PACKET_MR_PROMISC);
        set(sockets, socket, PACKET_ADD_MEMBERSHIP, membership, device);
      }
      growBuffer(sockets, socket, arena.allocateFrom(JAVA_INT, RECEIVE_BUFFER_BYTES));
      // Last, since frames queue up from here on.
      bind(sockets, socket, device, ETH_P_ALL, arena);
      done = true;
      return socket;
    } finally {
      if (!done) {
        new Sys().close(socket);
      }
    }
  }

  /** A socket that sends by {@code device} and receives nothing. */
  static int openSender(Sockets sockets, LinuxInterface device) throws IOException {
    int socket = open(sockets, device);
    boolean done = false;
    try (Arena arena = Arena.ofConfined()) {
      bind(sockets, socket, device, (short) 0, arena);
      done = true;
      return socket;
    } finally {
      if (!done) {
        new Sys().close(socket);
      }
    }
  }

  /** Of protocol 0, which receives nothing: otherwise frames of all devices came before bind. */
  private static int open(Sockets sockets, LinuxInterface device) throws LinuxException {
    int socket =
        sockets.socket(
            Sockets.AF_PACKET, Sockets.SOCK_RAW | Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC, 0);
    if (socket >= 0) {
      return socket;
    }
    String remedy =
        switch (-socket) {
          case Errno.EPERM, Errno.EACCES ->
              "a packet: port needs CAP_NET_RAW: run as root, or in a user namespace with devices"
                  + " of its own (unshare -Urn)";
          case Errno.EAFNOSUPPORT -> "load the kernel module: modprobe af_packet";
          default -> "close files or raise ulimit -n";
        };
    throw new LinuxException("packet socket for " + device.name(), -socket, remedy);
  }

  private static void bind(
      Sockets sockets, int socket, LinuxInterface device, short protocol, Arena arena)
      throws LinuxException {
    MemorySegment address = arena.allocate(ADDRESS_BYTES, JAVA_INT.byteAlignment());
    address.set(JAVA_SHORT, 0, (short) Sockets.AF_PACKET);
    address.set(JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), ADDRESS_PROTOCOL, protocol);
    address.set(JAVA_INT, ADDRESS_INTERFACE, device.index());
    int result = sockets.bind(socket, address);
    if (result < 0) {
      throw new LinuxException(
          "bind to interface " + device.name(),
          -result,
          result == -Errno.ENETDOWN
              ? "set it up: ip link set " + device.name() + " up"
              : "look at ip link show " + device.name());
    }
  }

  private static void set(
      Sockets sockets, int socket, int option, MemorySegment value, LinuxInterface device)
      throws LinuxException {
    int result = sockets.setsockopt(socket, SOL_PACKET, option, value);
    if (result < 0) {
      throw new LinuxException(
          "packet socket option " + option + " for " + device.name(),
          -result,
          "a packet: port needs Linux 4.20 or newer");
    }
  }

  /** Beyond the machine's limit if we may; if not, the limit has to do. */
  private static void growBuffer(Sockets sockets, int socket, MemorySegment bytes) {
    if (sockets.setsockopt(socket, Sockets.SOL_SOCKET, Sockets.SO_RCVBUFFORCE, bytes) < 0) {
      sockets.setsockopt(socket, Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, bytes);
    }
  }

  /**
   * Frames lost because the socket's buffer was full, since the last call.
   *
   * @param statistics room for {@code struct tpacket_stats}: frames, drops
   * @param length room for its length
   */
  static int dropsSinceAsked(
      Sockets sockets, int socket, MemorySegment statistics, MemorySegment length) {
    length.set(JAVA_INT, 0, (int) statistics.byteSize());
    int result = sockets.getsockopt(socket, SOL_PACKET, PACKET_STATISTICS, statistics, length);
    return result < 0 ? 0 : statistics.get(JAVA_INT, JAVA_INT.byteSize());
  }
}
