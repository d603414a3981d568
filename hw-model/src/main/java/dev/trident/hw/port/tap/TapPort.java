package dev.trident.hw.port.tap;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.trident.buffer.Slab;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.ffm.Errno;
import dev.trident.hw.port.ffm.LinuxException;
import dev.trident.hw.port.ffm.Sys;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A Linux TAP device: Ethernet frames to and from the kernel of this machine, read and written in
 * place in the slab.
 *
 * <p>Frames carry no extra header (IFF_NO_PI), and the kernel sends them with checksums computed,
 * since no offload is announced. A receiving and a sending thread may overlap: each has an errno of
 * its own.
 */
public final class TapPort implements Port {
  private static final String CLONE_DEVICE = "/dev/net/tun";

  /** Longest interface name: IFNAMSIZ without its NUL. */
  private static final int MAX_NAME_CHARACTERS = 15;

  /** What {@code ip} takes for a name without quoting, and never for an option. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

  /** linux/if_tun.h: {@code _IOW('T', 202, int)}. */
  private static final long TUNSETIFF = 0x4004_54CAL;

  private static final short IFF_TAP = 0x0002;
  private static final short IFF_NO_PI = 0x1000;

  /** {@code struct ifreq}: the name in 16 bytes, then a union whose first member here is flags. */
  private static final int IFREQ_BYTES = 40;

  private static final int IFREQ_FLAGS = 16;

  /** Room for what exceeds the capacity given to {@link #receive}: no frame is longer. */
  private static final int SPILL_BYTES = 1 << 16;

  private static final int ETHERNET_MTU_BYTES = 1_500;

  private final String name;

  /** The descriptor; -1 after {@link #close}, so that a late call cannot meet a reused number. */
  private int device;

  private final int mtuBytes;
  private final Sys receiver;
  private final Sys sender = new Sys();

  private final MemorySegment spill;

  private long receivedFrames;
  private long sentFrames;
  private long lostFrames;

  private TapPort(String name, int device, int mtuBytes, Sys receiver) {
    this.name = name;
    this.device = device;
    this.mtuBytes = mtuBytes;
    this.receiver = receiver;
    spill = Arena.ofAuto().allocate(SPILL_BYTES);
  }

  /**
   * Makes the TAP device {@code name}, or attaches to a persistent one of that name nobody uses.
   * The link is down until somebody sets it up ({@code ip link set NAME up}).
   *
   * @param name 1 to 15 letters, digits, {@code _ . -}, the first a letter or digit
   * @throws IOException in one line with the remedy: a name Linux would not take, no Linux, no
   *     {@code /dev/net/tun}, no privilege, or the name is in use
   */
  public static TapPort open(String name) throws IOException {
    checkName(name);
    if (!System.getProperty("os.name", "").equals("Linux")) {
      throw new IOException("a tap: port needs Linux; use the simulated wire (sim:) here");
    }
    Sys sys = new Sys();
    int device = openCloneDevice(sys);
    try {
      attach(sys, device, name);
      TapPort port = new TapPort(name, device, mtuOf(name), sys);
      device = -1;
      return port;
    } finally {
      if (device >= 0) {
        sys.close(device);
      }
    }
  }

  private static void checkName(String name) throws IOException {
    if (name.length() > MAX_NAME_CHARACTERS) {
      throw new IOException(
          "interface name "
              + name
              + " has "
              + name.length()
              + " characters, Linux allows "
              + MAX_NAME_CHARACTERS
              + "; choose a shorter one");
    }
    if (!NAME.matcher(name).matches()) {
      throw new IOException(
          "interface name '" + name + "' is not made of letters, digits, _ . -; choose another");
    }
  }

  private static int openCloneDevice(Sys sys) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      int fd =
          sys.open(arena.allocateFrom(CLONE_DEVICE), Sys.O_RDWR | Sys.O_NONBLOCK | Sys.O_CLOEXEC);
      if (fd >= 0) {
        return fd;
      }
      String remedy =
          switch (-fd) {
            case Errno.ENOENT, Errno.ENODEV, Errno.ENXIO ->
                "load the kernel module: modprobe tun (in a container: --device /dev/net/tun)";
            case Errno.EPERM, Errno.EACCES -> "run as root, or with CAP_NET_ADMIN and access to it";
            default -> "look at ls -l " + CLONE_DEVICE;
          };
      throw new LinuxException("open " + CLONE_DEVICE, -fd, remedy);
    }
  }

  private static void attach(Sys sys, int device, String name) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(IFREQ_BYTES, JAVA_LONG.byteAlignment());
      request.setString(0, name);
      request.set(JAVA_SHORT, IFREQ_FLAGS, (short) (IFF_TAP | IFF_NO_PI));
      int result = sys.ioctl(device, TUNSETIFF, request);
      if (result >= 0) {
        return;
      }
      String remedy =
          switch (-result) {
            case Errno.EPERM -> "making a TAP device needs CAP_NET_ADMIN: run as root";
            case Errno.EBUSY -> "another process uses that name: choose another";
            case Errno.EINVAL -> "an interface of that name exists and is no TAP: choose another";
            default -> "look at ip link show " + name;
          };
      throw new LinuxException("make TAP device " + name, -result, remedy);
    }
  }

  /** The MTU of the device at present, at most Ethernet's, which is also what a new one has. */
  private static int mtuOf(String name) {
    try {
      String text = Files.readString(Path.of("/sys/class/net", name, "mtu"));
      return Math.min(ETHERNET_MTU_BYTES, Integer.parseInt(text.strip()));
    } catch (IOException noSysfs) {
      return ETHERNET_MTU_BYTES;
    }
  }

  /** The interface name in the namespace where the device was made. */
  public String name() {
    return name;
  }

  @Override
  public int mtuBytes() {
    return mtuBytes;
  }

  @Override
  public int receive(Slab slab, int offset, int capacityBytes) {
    int result = receiver.readv(device, slab.segment(), offset, capacityBytes, spill);
    if (result > 0) {
      receivedFrames++;
      return result;
    }
    return switch (-result) {
      case 0, Errno.EAGAIN, Errno.EINTR -> 0;
      // EBADFD: the device was deleted, for example together with its namespace.
      default -> GONE;
    };
  }

  @Override
  public boolean send(Slab slab, int offset, int lengthBytes) {
    int result = sender.write(device, slab.segment(), offset, lengthBytes);
    if (result >= 0) {
      sentFrames++;
      return true;
    }
    return switch (-result) {
      case Errno.EAGAIN, Errno.EINTR, Errno.ENOBUFS, Errno.ENOMEM -> false;
      default -> {
        // EIO: the link is down. A cable that is not plugged in loses frames just so.
        lostFrames++;
        yield true;
      }
    };
  }

  @Override
  public int descriptor() {
    return device;
  }

  /** Frames read so far. */
  public long receivedFrames() {
    return receivedFrames;
  }

  /** Frames the kernel took so far. */
  public long sentFrames() {
    return sentFrames;
  }

  /** Frames lost because the link was down, the device gone, or the frame too short. */
  public long lostFrames() {
    return lostFrames;
  }

  @Override
  public String report() {
    return "%s: in %d, out %d, lost %d".formatted(this, receivedFrames, sentFrames, lostFrames);
  }

  @Override
  public String toString() {
    return "tap:" + name;
  }

  /** Closes the descriptors; Linux then removes the device, in whichever namespace it is. */
  @Override
  public void close() {
    if (device >= 0) {
      sender.close(device);
      device = -1;
    }
  }
}
