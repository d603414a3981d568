package dev.trident.hw.port.xdp;

import dev.trident.buffer.Slab;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.ffm.Errno;
import dev.trident.hw.port.ffm.LinuxException;
import dev.trident.hw.port.ffm.LinuxInterface;
import dev.trident.hw.port.ffm.Sockets;
import dev.trident.hw.port.ffm.Sys;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A queue of an interface past the kernel's stack (AF_XDP): frames are read and written in memory
 * that is shared with the kernel, and a system call is made for a batch sent, not for a frame
 * received. The umem is the port's own here, so that each frame is copied once, which is counted.
 *
 * <p>As long as the port is open everything that arrives at the queue comes here, and the kernel of
 * that namespace sees nothing of it. The adapter has the hardware address of the device.
 *
 * <p><b>Offloads of a peer on the same machine</b> (veth). XDP tells nothing of a frame but its
 * bytes. Partial checksums are recognised and completed ({@link XdpOptions#completeChecksums}).
 * Frames of several segments do not come in native mode, which tells the peer that it may not; in
 * SKB mode those of TCP are cut here if the kernel is 6.6 or newer, and lost otherwise, counted by
 * {@link #kernelDrops}: {@code ethtool -K DEVICE tso off gso off} at the peer's end prevents them.
 * VLAN tags that a peer leaves to hardware are lost; {@code ethtool -K DEVICE txvlan off} there.
 *
 * <p>Receiving and sending thread may overlap; each has rings and chunks of its own.
 */
public final class XdpPort implements Port {
  private static final int MAX_MTU_BYTES = 1_500;

  /** Places of each ring, and chunks of each direction. */
  private static final int RING_SIZE = 2_048;

  /** Empty receptions between two looks whether the device is still there, less one; a mask. */
  private static final int LOOK_MASK = (1 << 14) - 1;

  /** How soon a sleeper looks whether the device is still there: poll(2) does not tell. */
  private static final long LOOK_NANOS = 200_000_000;

  /** How soon a sleeper calls a kernel again that could not send everything. */
  private static final long STUCK_NANOS = 1_000_000;

  private final LinuxInterface device;
  private final XdpMode mode;
  private final XdpSocket socket;
  private final XdpProgram program;
  private final Arena arena;
  private final XdpReceiver receiver;
  private final XdpSender sender;
  private final Sockets wakeups = new Sockets();
  private final MemorySegment nothing = Arena.ofAuto().allocate(1);

  private int emptyReceptions;
  private volatile boolean gone;
  private volatile boolean closed;
  private long lostFrames;
  private long drops;

  private XdpPort(
      LinuxInterface device,
      XdpOptions options,
      XdpMode mode,
      XdpSocket socket,
      XdpProgram program,
      MemorySegment umem,
      Arena arena) {
    this.device = device;
    this.mode = mode;
    this.socket = socket;
    this.program = program;
    this.arena = arena;
    Slab slab = new Slab(umem);
    receiver = new XdpReceiver(socket, slab, RING_SIZE, mtuBytes(), options.completeChecksums());
    sender = new XdpSender(socket, slab, RING_SIZE, RING_SIZE);
  }

  /**
   * Opens queue 0 of the interface {@code name} in the best mode that there is.
   *
   * @throws IOException as {@link #open(String, XdpOptions)}
   */
  public static XdpPort open(String name) throws IOException {
    return open(name, XdpOptions.STANDARD);
  }

  /**
   * Opens a queue of the interface {@code name}.
   *
   * @throws IOException in one line with the remedy: no such interface or queue, no privilege
   *     (CAP_BPF, CAP_NET_ADMIN, CAP_NET_RAW), another program attached, a driver without XDP
   */
  public static XdpPort open(String name, XdpOptions options) throws IOException {
    LinuxInterface device = LinuxInterface.find(name);
    if (options.mode() != XdpMode.ANY) {
      return open(device, options, options.mode());
    }
    try {
      return open(device, options, XdpMode.NATIVE);
    } catch (LinuxException e) {
      if (e.errno() == Errno.EPERM || e.errno() == Errno.EBUSY) {
        throw e;
      }
      return open(device, options, XdpMode.SKB);
    }
  }

  private static XdpPort open(LinuxInterface device, XdpOptions options, XdpMode mode)
      throws IOException {
    Arena arena = Arena.ofShared();
    XdpSocket socket = null;
    XdpProgram program = null;
    XdpPort port = null;
    try {
      MemorySegment umem =
          new Sys()
              .mmap(
                  2L * RING_SIZE * XdpSocket.CHUNK_BYTES,
                  Sys.PROT_READ | Sys.PROT_WRITE,
                  Sys.MAP_PRIVATE | Sys.MAP_ANONYMOUS | Sys.MAP_POPULATE,
                  -1,
                  0,
                  arena);
      socket = new XdpSocket(device, umem, RING_SIZE);
      socket.bind(options.queue(), mode);
      program = XdpProgram.attach(device, options.queue(), socket.descriptor(), mode.isInDriver());
      port = new XdpPort(device, options, mode, socket, program, umem, arena);
      return port;
    } finally {
      if (port == null) {
        if (program != null) {
          program.close();
        }
        if (socket != null) {
          socket.close();
        }
        arena.close();
      }
    }
  }

  @Override
  public int mtuBytes() {
    return Math.min(MAX_MTU_BYTES, device.mtuBytes());
  }

  @Override
  public long mac() {
    return device.mac();
  }

  // ---- receiving ----------------------------------------------------------------------------

  @Override
  public int receive(Slab slab, int offset, int capacityBytes) {
    if (closed) {
      return GONE;
    }
    int length = receiver.receive(slab, offset, capacityBytes);
    return length != 0 ? length : onNothing();
  }

  private int onNothing() {
    if (sender.isStuck()) {
      sender.kickAgain();
    }
    if (socket.fill.needsWakeup()) {
      wakeups.recv(socket.descriptor(), nothing, 0, 0, Sockets.MSG_DONTWAIT);
    }
    if ((++emptyReceptions & LOOK_MASK) == 0) {
      look();
    }
    return gone ? GONE : 0;
  }

  private void look() {
    gone |= socket.hasLostDevice();
  }

  @Override
  public int descriptor() {
    return socket.descriptor();
  }

  @Override
  public boolean prepareToSleep() {
    if (closed || gone) {
      return true;
    }
    look();
    return !gone && !receiver.hasFrame();
  }

  @Override
  public long longestSleepNanos() {
    if (closed || gone) {
      return Long.MAX_VALUE;
    }
    return sender.isStuck() ? STUCK_NANOS : LOOK_NANOS;
  }

  // ---- sending ------------------------------------------------------------------------------

  @Override
  public boolean send(Slab slab, int offset, int lengthBytes) {
    if (closed || gone) {
      lostFrames++;
      return true;
    }
    return sender.send(slab, offset, lengthBytes);
  }

  @Override
  public void flush() {
    if (!closed && !gone) {
      sender.flush();
    }
  }

  // ---- counters, end ------------------------------------------------------------------------

  /** The interface in the namespace where this port was opened. */
  public String name() {
    return device.name();
  }

  /** The mode that frames come in, never {@link XdpMode#ANY}. */
  public XdpMode mode() {
    return mode;
  }

  /** Frames received so far; one of several segments counts once. */
  public long receivedFrames() {
    return receiver.frames;
  }

  /** Frames given to the kernel so far. */
  public long sentFrames() {
    return sender.frames;
  }

  /** Frames lost on their way out because the device was gone. */
  public long lostFrames() {
    return lostFrames;
  }

  /** Bytes copied between cells and the umem, in both directions. */
  public long copiedBytes() {
    return receiver.copiedBytes + sender.copiedBytes;
  }

  /** Frames whose checksum was completed here, segments of longer frames included. */
  public long completedChecksums() {
    return receiver.completedChecksums;
  }

  /** Frames of several segments. */
  public long superFrames() {
    return receiver.superFrames;
  }

  /** Of {@link #superFrames}, those that could not be cut and so were lost. */
  public long uncutFrames() {
    return receiver.uncutFrames;
  }

  /** Segments that frames were cut into. */
  public long cutSegments() {
    return receiver.cutSegments();
  }

  /** System calls made to send. */
  public long kicks() {
    return sender.kicks;
  }

  /** Frames that the kernel lost because nobody read fast enough; asks it. Receiver's thread. */
  public long kernelDrops() {
    if (!closed) {
      drops = socket.drops();
    }
    return drops;
  }

  /** Detaches the program, which gives the queue back to the kernel, and frees the umem. */
  @Override
  public void close() {
    if (!closed) {
      kernelDrops();
      closed = true;
      program.close();
      socket.close();
      arena.close();
    }
  }

  @Override
  public String report() {
    return "%s: in %d, out %d, lost %d, dropped by the kernel %d; checksums completed %d, super-frames %d (%d segments, %d uncut), copied bytes %d, kicks %d"
        .formatted(
            this,
            receivedFrames(),
            sentFrames(),
            lostFrames,
            kernelDrops(),
            completedChecksums(),
            superFrames(),
            cutSegments(),
            uncutFrames(),
            copiedBytes(),
            kicks());
  }

  @Override
  public String toString() {
    return "xdp:" + device.name() + " in " + mode + " mode";
  }
}
