package dev.trident.hw.port.xdp;

import dev.trident.hw.port.ffm.Bpf;
import dev.trident.hw.port.ffm.Errno;
import dev.trident.hw.port.ffm.LinuxException;
import dev.trident.hw.port.ffm.LinuxInterface;
import dev.trident.hw.port.ffm.Sys;
import java.io.IOException;
import java.nio.ByteOrder;

/**
 * The program that hands the frames of one queue to a socket, and its map; attached to an interface
 * until it is closed or this process dies. Other queues stay the kernel's.
 *
 * <pre>
 *   r2 = ctx->rx_queue_index
 *   r1 = map
 *   r3 = XDP_PASS                       what becomes of frames of queues without a socket
 *   r0 = bpf_redirect_map(r1, r2, r3)
 *   return r0
 * </pre>
 */
final class XdpProgram implements AutoCloseable {
  private static final int LDX_WORD = 0x61;
  private static final int LD_DOUBLE_WORD = 0x18;
  private static final int MOV_CONSTANT = 0xb7;
  private static final int CALL = 0x85;
  private static final int EXIT = 0x95;

  private static final int PSEUDO_MAP_FD = 1;
  private static final int RX_QUEUE_INDEX = 16;
  private static final int XDP_PASS = 2;
  private static final int REDIRECT_MAP = 51;

  /**
   * {@code BPF_F_XDP_HAS_FRAGS}: frames may lie in several pieces, which this program never sees.
   */
  private static final int HAS_FRAGMENTS = 1 << 5;

  private static final int SKB_MODE = 1 << 1;
  private static final int DRIVER_MODE = 1 << 2;

  private final Sys sys = new Sys();
  private int map = -1;
  private int program = -1;
  private int link = -1;

  private XdpProgram() {}

  /**
   * Loads and attaches it.
   *
   * @throws IOException in one line with the remedy
   */
  static XdpProgram attach(LinuxInterface device, int queue, int socket, boolean driver)
      throws IOException {
    XdpProgram made = new XdpProgram();
    boolean done = false;
    try {
      made.load(device, queue, socket);
      made.link(device, driver);
      done = true;
      return made;
    } finally {
      if (!done) {
        made.close();
      }
    }
  }

  private void load(LinuxInterface device, int queue, int socket) throws LinuxException {
    Bpf bpf = new Bpf();
    map = check(bpf.createSocketMap(queue + 1), "make the map of sockets", device);
    check(bpf.update(map, queue, socket), "enter the socket of " + device.name(), device);
    long[] instructions = {
      instruction(LDX_WORD, 2, 1, RX_QUEUE_INDEX, 0),
      instruction(LD_DOUBLE_WORD, 1, PSEUDO_MAP_FD, 0, map),
      0,
      instruction(MOV_CONSTANT, 3, 0, 0, XDP_PASS),
      instruction(CALL, 0, 0, 0, REDIRECT_MAP),
      instruction(EXIT, 0, 0, 0, 0)
    };
    program = check(bpf.loadXdp(instructions, HAS_FRAGMENTS), "load the program", device);
  }

  private void link(LinuxInterface device, boolean driver) throws LinuxException {
    int result = new Bpf().attachXdp(program, device.index(), driver ? DRIVER_MODE : SKB_MODE);
    if (result >= 0) {
      link = result;
      return;
    }
    String remedy =
        switch (-result) {
          case Errno.EBUSY, Errno.EEXIST ->
              "another XDP program is there: ip link set dev " + device.name() + " xdp off";
          case Errno.EOPNOTSUPP -> "its driver has no XDP: choose mode=skb";
          case Errno.ERANGE, Errno.EINVAL -> "choose a smaller MTU at both ends, or mode=skb";
          default -> remedyFor(-result);
        };
    throw new LinuxException("attach XDP to " + device.name(), -result, remedy);
  }

  private static int check(int result, String what, LinuxInterface device) throws LinuxException {
    if (result < 0) {
      throw new LinuxException(
          "xdp: port at " + device.name() + ", " + what, -result, remedyFor(-result));
    }
    return result;
  }

  private static String remedyFor(int errno) {
    return switch (errno) {
      case Errno.EPERM, Errno.EACCES ->
          "XDP needs CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW: run as root, or use packet:";
      case Errno.ENOMEM -> "raise ulimit -l";
      default -> "use a kernel with CONFIG_XDP_SOCKETS and CONFIG_BPF_SYSCALL, 5.9 or newer";
    };
  }

  /** {@code struct bpf_insn}: code, two registers, offset, constant, in the machine's order. */
  private static long instruction(int code, int to, int from, int offset, int constant) {
    boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    long registers = little ? to | (from << 4) : (to << 4) | from;
    return little
        ? code | (registers << 8) | ((long) offset << 16) | ((long) constant << 32)
        : ((long) code << 56) | (registers << 48) | ((long) offset << 32) | constant;
  }

  /** Detaches it; frames are the kernel's again. */
  @Override
  public void close() {
    for (int descriptor : new int[] {link, program, map}) {
      if (descriptor >= 0) {
        sys.close(descriptor);
      }
    }
    link = -1;
    program = -1;
    map = -1;
  }
}
