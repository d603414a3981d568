package dev.trident.hw.port.xdp;

import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import dev.trident.hw.port.CellPort;
import dev.trident.hw.port.ffm.Errno;
import dev.trident.hw.port.ffm.LinuxException;
import dev.trident.hw.port.ffm.LinuxInterface;
import dev.trident.hw.port.ffm.Sockets;
import dev.trident.hw.port.ffm.Sys;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A queue of an interface past the kernel's stack (AF_XDP): frames are read and written in memory
 * that is shared with the kernel (the umem), and a system call is made for a batch sent, not for a
 * frame received.
 *
 * <p>As long as the port is open everything that arrives at the queue comes here, and the kernel of
 * that namespace sees nothing of it. The adapter has the hardware address of the device.
 *
 * <p><b>Whose umem.</b> The port's own: each frame is copied once, which is counted, and the
 * adapter may have any number of virtual interfaces. Or, with {@link XdpOptions#inCells}, the slab
 * of the stack behind an adapter: nothing is copied, and the adapter has no virtual interface but
 * that.
 *
 * <p><b>Offloads of a peer on the same machine</b> (veth). XDP tells nothing of a frame but its
 * bytes. Partial checksums are recognised and completed ({@link XdpOptions#completeChecksums}).
 * Frames of several segments do not come in native mode, which tells the peer that it may not; in
 * SKB mode those of TCP are cut here if the kernel is 6.6 or newer, and lost otherwise, counted by
 * {@link #kernelDrops}: {@code ethtool -K DEVICE tso off gso off} at the peer's end prevents them.
 * VLAN tags that a peer leaves to hardware are lost; {@code ethtool -K DEVICE txvlan off} there.
 *
 * <p>Receiving and sending thread may overlap as long as the umem is the port's own; each has rings
 * and chunks of its own.
 */
public final class XdpPort implements CellPort {
  private static final int MAX_MTU_BYTES = 1_500;

  /** Empty receptions between two looks whether the device is still there, less one; a mask. */
  private static final int LOOK_MASK = (1 << 20) - 1;

  /** How soon a sleeper looks whether the device is still there: poll(2) does not tell. */
  private static final long LOOK_NANOS = 200_000_000;

  /** How soon a sleeper looks after frames that the kernel has not sent or not completed. */
  private static final long WAITING_NANOS = 1_000_000;

  private final LinuxInterface device;
  private final XdpOptions options;
  private final XdpMode mode;
  private final XdpCounters counters = new XdpCounters();
  private final Sockets wakeups = new Sockets();
  private final MemorySegment nothing = Arena.ofAuto().allocate(1);

  /** Of the umem that is the port's own; closed when a slab takes its place. */
  private final Arena arena;

  private final XdpReceiver receiver;
  private final XdpSender sender;

  // These are replaced when a slab becomes the umem, before there is traffic.
  private XdpQueue queue;
  private TransmitKick kick;
  private @Nullable XdpCells cells;

  private int emptyReceptions;
  private int abandoned;
  private volatile boolean gone;
  private volatile boolean closed;
  private long drops;

  private XdpPort(
      LinuxInterface device,
      XdpOptions options,
      XdpMode mode,
      XdpQueue queue,
      MemorySegment umem,
      Arena arena) {
    this.device = device;
    this.options = options;
    this.mode = mode;
    this.queue = queue;
    this.arena = arena;
    Slab slab = new Slab(umem);
    XdpSocket socket = queue.socket();
    int chunks = XdpQueue.RING_SIZE;
    kick = new TransmitKick(socket, counters);
    sender = new XdpSender(socket, slab, chunks, chunks, kick, counters);
    receiver =
        new XdpReceiver(socket, slab, chunks, mtuBytes(), options.completeChecksums(), counters);
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
      if (e.errno() == Errno.EPERM || e.errno() == Errno.EBUSY || options.inCells()) {
        throw e;
      }
      return open(device, options, XdpMode.SKB);
    }
  }

  private static XdpPort open(LinuxInterface device, XdpOptions options, XdpMode mode)
      throws IOException {
    Arena arena = Arena.ofShared();
    XdpPort port = null;
    try {
      MemorySegment umem =
          new Sys()
              .mmap(
                  2L * XdpQueue.RING_SIZE * XdpSocket.CHUNK_BYTES,
                  Sys.PROT_READ | Sys.PROT_WRITE,
                  Sys.MAP_PRIVATE | Sys.MAP_ANONYMOUS | Sys.MAP_POPULATE,
                  -1,
                  0,
                  arena);
      XdpQueue queue = XdpQueue.open(device, options.queue(), mode, umem);
      port = new XdpPort(device, options, mode, queue, umem, arena);
      return port;
    } finally {
      if (port == null) {
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
    if (length == 0) {
      onNothing();
      return gone ? GONE : 0;
    }
    return length;
  }

  private void onNothing() {
    if (kick.isStuck()) {
      kick.again();
    }
    XdpSocket socket = queue.socket();
    if (socket.fill.needsWakeup()) {
      wakeups.recv(socket.descriptor(), nothing, 0, 0, Sockets.MSG_DONTWAIT);
    }
    if ((++emptyReceptions & LOOK_MASK) == 0) {
      look();
    }
  }

  private void look() {
    gone |= queue.socket().hasLostDevice();
  }

  @Override
  public int descriptor() {
    return queue.socket().descriptor();
  }

  @Override
  public boolean prepareToSleep() {
    if (closed || gone) {
      return true;
    }
    look();
    XdpCells inCells = cells;
    return !gone && !(inCells == null ? receiver.hasFrame() : inCells.hasFrame());
  }

  @Override
  public long longestSleepNanos() {
    if (closed || gone) {
      return Long.MAX_VALUE;
    }
    XdpCells inCells = cells;
    boolean waiting = kick.isStuck() || (inCells != null && inCells.hasUnreported());
    return waiting ? WAITING_NANOS : LOOK_NANOS;
  }

  // ---- sending ------------------------------------------------------------------------------

  @Override
  public boolean send(Slab slab, int offset, int lengthBytes) {
    if (closed || gone) {
      counters.lostFrames++;
      return true;
    }
    return sender.send(slab, offset, lengthBytes);
  }

  @Override
  public void flush() {
    if (closed || gone) {
      return;
    }
    if (cells == null) {
      sender.flush();
    } else {
      kick.flush();
    }
  }

  // ---- in the cells of a stack --------------------------------------------------------------

  @Override
  public boolean wantsCells() {
    return options.inCells();
  }

  @Override
  public synchronized void attach(Slab slab) throws IOException {
    kernelDrops();
    queue.close();
    arena.close();
    closed = true;
    queue = XdpQueue.open(device, options.queue(), mode, slab.segment());
    kick = new TransmitKick(queue.socket(), counters);
    cells = new XdpCells(queue.socket(), slab, options.completeChecksums(), counters);
    closed = false;
  }

  private XdpCells cells() {
    XdpCells attached = cells;
    if (attached == null) {
      throw new IllegalStateException(this + " has no stack in whose cells it could work");
    }
    return attached;
  }

  @Override
  public boolean post(Packet cell) {
    return !closed && cells().post(cell);
  }

  @Override
  public void endPosting() {
    cells().endPosting();
  }

  @Override
  public int receiveCell() {
    if (closed) {
      return NONE;
    }
    int start = cells().receive();
    if (start == NONE) {
      onNothing();
    }
    return start;
  }

  @Override
  public boolean isGone() {
    return gone;
  }

  @Override
  public int receivedBytes() {
    return cells().receivedBytes();
  }

  @Override
  public boolean sendCell(int offset, int lengthBytes) {
    XdpCells attached = cells();
    if (closed || gone) {
      counters.lostFrames++;
      abandoned++;
      return true;
    }
    if (attached.isFull()) {
      kick.flush();
      return false;
    }
    attached.send(offset, lengthBytes);
    return true;
  }

  @Override
  public int takeCompleted() {
    XdpCells attached = cells();
    if (closed || gone) {
      int lost = attached.abandon();
      counters.lostFrames += lost;
      int all = lost + abandoned;
      abandoned = 0;
      return all;
    }
    return attached.takeCompleted();
  }

  @Override
  public void stop() {
    close();
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
    return counters.receivedFrames;
  }

  /** Frames given to the kernel so far. */
  public long sentFrames() {
    return counters.sentFrames;
  }

  /** Frames lost on their way out because the device was gone. */
  public long lostFrames() {
    return counters.lostFrames;
  }

  /** Bytes copied between cells and the port's own umem, in both directions. */
  public long copiedBytes() {
    return counters.copiedInBytes + counters.copiedOutBytes;
  }

  /** Frames whose checksum was completed here, segments of longer frames included. */
  public long completedChecksums() {
    return counters.completedChecksums;
  }

  /** Frames of several segments. */
  public long superFrames() {
    return counters.superFrames;
  }

  /** Of {@link #superFrames}, those that could not be cut and so were lost. */
  public long uncutFrames() {
    return counters.uncutFrames;
  }

  /** Segments that frames were cut into. */
  public long cutSegments() {
    return receiver.cutSegments();
  }

  /** System calls made to send. */
  public long kicks() {
    return counters.kicks;
  }

  /** Frames that the kernel lost because nobody read fast enough; asks it. Any thread. */
  public synchronized long kernelDrops() {
    if (!closed) {
      drops = queue.socket().drops();
    }
    return drops;
  }

  /** Detaches the program, which gives the queue back to the kernel, and frees the umem. */
  @Override
  public synchronized void close() {
    if (!closed) {
      kernelDrops();
      closed = true;
      queue.close();
      if (cells == null) {
        arena.close();
      }
    }
  }

  @Override
  public String report() {
    return ("%s: in %d, out %d, lost %d, dropped by the kernel %d; checksums completed %d,"
            + " super-frames %d (%d segments, %d uncut), copied bytes %d, kicks %d")
        .formatted(
            this,
            receivedFrames(),
            sentFrames(),
            lostFrames(),
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
