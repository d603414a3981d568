package dev.trident.hw.port.tap;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.trident.buffer.Slab;
import dev.trident.hw.port.ffm.Errno;
import dev.trident.hw.port.ffm.LinuxException;
import dev.trident.hw.port.ffm.Sys;
import dev.trident.time.Deadline;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.regex.Pattern;

/**
 * A Linux TAP device: Ethernet frames to and from the kernel of this machine, read and written in
 * place in the slab.
 *
 * <p>One thread at a time calls everything but {@link #wakeUp}, which any thread may. Frames carry
 * no FCS and no extra header (IFF_NO_PI), and the kernel sends them with checksums computed, since
 * no offload is announced.
 */
public final class TapPort implements AutoCloseable {
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

  /** Bytes of an eventfd's count. */
  private static final int COUNT_BYTES = 8;

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final String name;
  private final int device;
  private final int wakeEvent;
  private final Sys sys;

  /** The errno of waking threads lives apart from that of the port's thread. Guarded by itself. */
  private final Sys wakers = new Sys();

  private final MemorySegment pollDescriptors;
  private final MemorySegment timeout;
  private final MemorySegment drained;
  private final MemorySegment one;

  private boolean closed;
  private long receivedFrames;
  private long sentFrames;
  private long lostWhileDown;

  private TapPort(String name, int device, int wakeEvent, Sys sys) {
    this.name = name;
    this.device = device;
    this.wakeEvent = wakeEvent;
    this.sys = sys;
    Arena arena = Arena.ofAuto();
    pollDescriptors = arena.allocate(2L * Sys.POLLFD_BYTES, JAVA_LONG.byteAlignment());
    pollDescriptors.set(JAVA_INT, 0, device);
    pollDescriptors.set(JAVA_SHORT, Sys.POLLFD_EVENTS, Sys.POLLIN);
    pollDescriptors.set(JAVA_INT, Sys.POLLFD_BYTES, wakeEvent);
    pollDescriptors.set(JAVA_SHORT, Sys.POLLFD_BYTES + Sys.POLLFD_EVENTS, Sys.POLLIN);
    timeout = arena.allocate(Sys.TIMESPEC_BYTES, JAVA_LONG.byteAlignment());
    drained = arena.allocate(JAVA_LONG);
    one = arena.allocateFrom(JAVA_LONG, 1L);
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
      int wakeEvent = sys.eventfd(0, Sys.EFD_NONBLOCK | Sys.EFD_CLOEXEC);
      if (wakeEvent < 0) {
        throw new LinuxException("eventfd", -wakeEvent, "close files or raise ulimit -n");
      }
      TapPort port = new TapPort(name, device, wakeEvent, sys);
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

  /** The interface name in the namespace where the device was made. */
  public String name() {
    return name;
  }

  /**
   * Reads one frame into {@code capacityBytes} bytes of {@code slab} from {@code offset}; never
   * blocks. A frame that is longer is cut by the kernel without notice, so give room for the MTU
   * and 18 bytes of Ethernet header with tag.
   *
   * @return bytes of the frame, or 0 if none is waiting
   * @throws IllegalStateException if the device is gone, because its namespace was deleted
   */
  public int receive(Slab slab, int offset, int capacityBytes) {
    int result = sys.read(device, slab.segment(), offset, capacityBytes);
    if (result > 0) {
      receivedFrames++;
      return result;
    }
    return switch (-result) {
      case 0, Errno.EAGAIN, Errno.EINTR -> 0;
      default -> throw unusable("read", -result);
    };
  }

  /**
   * Writes one frame of {@code lengthBytes} bytes of {@code slab} from {@code offset}; never blocks
   * and has read the memory when it returns. While the link is down frames are lost and counted, as
   * on an unplugged cable.
   *
   * @return false if the kernel takes no more at the moment; nothing was sent
   * @throws IllegalStateException if the device is gone, because its namespace was deleted
   */
  public boolean send(Slab slab, int offset, int lengthBytes) {
    int result = sys.write(device, slab.segment(), offset, lengthBytes);
    if (result >= 0) {
      sentFrames++;
      return true;
    }
    return switch (-result) {
      case Errno.EAGAIN, Errno.EINTR, Errno.ENOBUFS, Errno.ENOMEM -> false;
      case Errno.EIO -> {
        lostWhileDown++;
        yield true;
      }
      default -> throw unusable("write", -result);
    };
  }

  private IllegalStateException unusable(String call, int errno) {
    return new IllegalStateException(
        call + " on TAP " + name + ": " + Sys.errorText(errno) + " (" + Errno.nameOf(errno) + ")");
  }

  /**
   * Sleeps until a frame is waiting, {@link #wakeUp} is called, the time is over, or a signal
   * comes. A wake-up before the call ends it at once. The thread's interrupt flag is not looked at.
   *
   * @param timeoutNanos from now; 0 or less only looks, {@link Deadline#NEVER} sets no limit
   * @return whether a frame is waiting
   */
  public boolean waitReadable(long timeoutNanos) {
    MemorySegment limit = MemorySegment.NULL;
    if (timeoutNanos != Deadline.NEVER) {
      long nanos = Math.max(0, timeoutNanos);
      timeout.set(JAVA_LONG, 0, nanos / NANOS_PER_SECOND);
      timeout.set(JAVA_LONG, Long.BYTES, nanos % NANOS_PER_SECOND);
      limit = timeout;
    }
    if (sys.ppoll(pollDescriptors, 2, limit) <= 0) {
      return false;
    }
    if (pollDescriptors.get(JAVA_SHORT, Sys.POLLFD_BYTES + Sys.POLLFD_REVENTS) != 0) {
      sys.read(wakeEvent, drained, 0, COUNT_BYTES);
    }
    // An error event counts as readable: receive then says what is wrong.
    return pollDescriptors.get(JAVA_SHORT, Sys.POLLFD_REVENTS) != 0;
  }

  /** Ends the present or else the next {@link #waitReadable}. Any thread; nothing after close. */
  public void wakeUp() {
    synchronized (wakers) {
      if (!closed) {
        wakers.write(wakeEvent, one, 0, COUNT_BYTES);
      }
    }
  }

  /** Frames read so far. */
  public long receivedFrames() {
    return receivedFrames;
  }

  /** Frames the kernel took so far. */
  public long sentFrames() {
    return sentFrames;
  }

  /** Frames lost because the link was down. */
  public long lostWhileDown() {
    return lostWhileDown;
  }

  /**
   * Closes the port; Linux then removes the device in whichever namespace it is. No other call may
   * be under way, {@link #wakeUp} excepted. A second call does nothing.
   */
  @Override
  public void close() {
    synchronized (wakers) {
      if (!closed) {
        closed = true;
        wakers.close(device);
        wakers.close(wakeEvent);
      }
    }
  }
}
