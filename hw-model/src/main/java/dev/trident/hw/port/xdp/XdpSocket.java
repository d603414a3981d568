package dev.trident.hw.port.xdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.trident.hw.port.ffm.Errno;
import dev.trident.hw.port.ffm.LinuxException;
import dev.trident.hw.port.ffm.LinuxInterface;
import dev.trident.hw.port.ffm.Sockets;
import dev.trident.hw.port.ffm.Sys;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;

/**
 * An AF_XDP socket with its four rings over memory that it is given (the umem), which must stay
 * until it is closed.
 *
 * <pre>
 *   fill:  empty chunks to the kernel  ->  rx: frames from the kernel
 *   tx:    frames to the kernel        ->  completion: their chunks back
 * </pre>
 */
final class XdpSocket implements AutoCloseable {
  /** Size of a chunk of umem; a cell. */
  static final int CHUNK_BYTES = 2_048;

  /** What the kernel keeps free in front of a received frame (XDP_PACKET_HEADROOM). */
  static final int HEADROOM_BYTES = 256;

  private static final int SOL_XDP = 283;
  private static final int MMAP_OFFSETS = 1;
  private static final int UMEM_REG = 4;
  private static final int STATISTICS = 7;

  private static final int COPY = 1 << 1;
  private static final int USE_NEED_WAKEUP = 1 << 3;
  private static final int USE_SG = 1 << 4;

  /** {@code struct xdp_umem_reg}: address, length, size of chunks, headroom, flags. */
  private static final int REGISTRATION_BYTES = 32;

  /** Four times {@code struct xdp_ring_offset}: producer, consumer, entries, flags. */
  private static final int OFFSETS_BYTES = 128;

  private static final int RING_OFFSET_BYTES = 32;

  /** {@code struct sockaddr_xdp}: family, flags, interface, queue, shared umem. */
  private static final int ADDRESS_BYTES = 16;

  /** {@code struct xdp_statistics}. */
  private static final int STATISTICS_BYTES = 48;

  private static final int BUSY_TRIES = 50;
  private static final long BUSY_NANOS = 10_000_000;

  /** The rings, in the order in which {@link #MMAP_OFFSETS} tells of them. */
  private enum Role {
    RX(2, 0, Ring.DESCRIPTOR_BYTES),
    TX(3, 0x8000_0000L, Ring.DESCRIPTOR_BYTES),
    FILL(5, 0x1_0000_0000L, Ring.ADDRESS_BYTES),
    COMPLETION(6, 0x1_8000_0000L, Ring.ADDRESS_BYTES);

    /** The socket option that sets its size. */
    private final int option;

    /** Where it is in what the socket lets be mapped. */
    private final long page;

    private final int entryBytes;

    Role(int option, long page, int entryBytes) {
      this.option = option;
      this.page = page;
      this.entryBytes = entryBytes;
    }
  }

  private final Sockets sockets = new Sockets();
  private final Arena arena = Arena.ofShared();
  private final MemorySegment error = arena.allocate(JAVA_INT);

  // Of whoever asks for statistics, one at a time.
  private final Sockets questions = new Sockets();
  private final MemorySegment statistics = arena.allocate(STATISTICS_BYTES, 8);
  private final MemorySegment statisticsLength = arena.allocate(JAVA_INT);
  private final MemorySegment optionLength = arena.allocate(JAVA_INT);
  private final LinuxInterface device;
  private int socket;

  final ProducerRing fill;
  final ConsumerRing rx;
  final ProducerRing tx;
  final ConsumerRing completion;

  /**
   * A socket that is not yet bound.
   *
   * @param umem memory that begins at a page, a multiple of {@link #CHUNK_BYTES} long
   * @param size entries of each ring, a power of two
   * @throws IOException in one line with the remedy: no privilege, no AF_XDP, memory locked already
   */
  XdpSocket(LinuxInterface device, MemorySegment umem, int size) throws IOException {
    this.device = device;
    socket = sockets.socket(Sockets.AF_XDP, Sockets.SOCK_RAW | Sockets.SOCK_CLOEXEC, 0);
    boolean done = false;
    try {
      check(socket, "AF_XDP socket");
      register(umem);
      MemorySegment sizeOption = arena.allocateFrom(JAVA_INT, size);
      for (Role ring : Role.values()) {
        check(sockets.setsockopt(socket, SOL_XDP, ring.option, sizeOption), "ring");
      }
      MemorySegment offsets = arena.allocate(OFFSETS_BYTES, 8);
      optionLength.set(JAVA_INT, 0, OFFSETS_BYTES);
      check(
          sockets.getsockopt(socket, SOL_XDP, MMAP_OFFSETS, offsets, optionLength), "ring offsets");
      rx = new ConsumerRing(map(Role.RX, offsets, size));
      tx = new ProducerRing(map(Role.TX, offsets, size));
      fill = new ProducerRing(map(Role.FILL, offsets, size));
      completion = new ConsumerRing(map(Role.COMPLETION, offsets, size));
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  private void register(MemorySegment umem) throws LinuxException {
    MemorySegment registration = arena.allocate(REGISTRATION_BYTES, 8);
    registration.set(JAVA_LONG, 0, umem.address());
    registration.set(JAVA_LONG, 8, umem.byteSize());
    registration.set(JAVA_INT, 16, CHUNK_BYTES);
    check(
        sockets.setsockopt(socket, SOL_XDP, UMEM_REG, registration),
        "lock " + (umem.byteSize() >> 10) + " KiB of memory");
  }

  private Ring.Place map(Role ring, MemorySegment offsets, int size) throws LinuxException {
    long at = (long) ring.ordinal() * RING_OFFSET_BYTES;
    Ring.Layout layout =
        new Ring.Layout(
            offsets.get(JAVA_LONG, at),
            offsets.get(JAVA_LONG, at + 8),
            offsets.get(JAVA_LONG, at + 16),
            offsets.get(JAVA_LONG, at + 24));
    MemorySegment memory =
        new Sys()
            .mmap(
                layout.entries() + (long) size * ring.entryBytes,
                Sys.PROT_READ | Sys.PROT_WRITE,
                Sys.MAP_SHARED | Sys.MAP_POPULATE,
                socket,
                ring.page,
                arena);
    return new Ring.Place(memory, layout, ring.entryBytes, size);
  }

  private void check(int result, String what) throws LinuxException {
    if (result >= 0) {
      return;
    }
    String remedy =
        switch (-result) {
          case Errno.EPERM, Errno.EACCES ->
              "XDP needs CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW: run as root, or use packet:";
          case Errno.ENOBUFS, Errno.ENOMEM -> "raise ulimit -l, or run with CAP_IPC_LOCK";
          case Errno.EAFNOSUPPORT -> "the kernel has no CONFIG_XDP_SOCKETS: use packet:";
          case Errno.EBUSY -> "another socket has that queue: choose another, or end its program";
          case Errno.EINVAL -> "look at its queues: ls /sys/class/net/" + device.name() + "/queues";
          case Errno.EOPNOTSUPP -> "its driver has no XDP: choose mode=skb";
          case Errno.ENETDOWN -> "set it up: ip link set " + device.name() + " up";
          default -> "look at ip link show " + device.name();
        };
    throw new LinuxException("xdp: port at " + device.name() + ", " + what, -result, remedy);
  }

  /**
   * Binds it to a queue, with wake-ups on demand.
   *
   * @param mode how frames get here, not {@link XdpMode#ANY}
   * @throws IOException in one line with the remedy: no such queue, or it is another's
   */
  void bind(int queue, XdpMode mode) throws IOException {
    int flags = USE_NEED_WAKEUP | (mode == XdpMode.NATIVE ? 0 : COPY);
    int result = -Errno.EINVAL;
    if (mode == XdpMode.SKB) {
      // Frames of several segments come in pieces then; kernels before 6.6 drop them.
      result = bindWhenFree(queue, flags | USE_SG);
    }
    if (result == -Errno.EINVAL) {
      result = bindWhenFree(queue, flags);
    }
    check(result, "queue " + queue);
  }

  /** The kernel frees the queue of a socket that was closed when it has time. */
  private int bindWhenFree(int queue, int flags) {
    int result = bind(queue, flags);
    boolean interrupted = false;
    for (int i = 0; i < BUSY_TRIES && result == -Errno.EBUSY; i++) {
      // A nap ends at once while the interrupt flag is set.
      interrupted |= Thread.interrupted();
      LockSupport.parkNanos(BUSY_NANOS);
      result = bind(queue, flags);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return result;
  }

  private int bind(int queue, int flags) {
    try (Arena short_ = Arena.ofConfined()) {
      MemorySegment address = short_.allocate(ADDRESS_BYTES, JAVA_INT.byteAlignment());
      address.set(JAVA_SHORT, 0, (short) Sockets.AF_XDP);
      address.set(JAVA_SHORT, 2, (short) flags);
      address.set(JAVA_INT, 4, device.index());
      address.set(JAVA_INT, 8, queue);
      return sockets.bind(socket, address);
    }
  }

  /** The socket's descriptor; -1 after {@link #close}. */
  int descriptor() {
    return socket;
  }

  /** Whether the device was deleted since the last call. Receiver's thread. */
  boolean hasLostDevice() {
    optionLength.set(JAVA_INT, 0, Integer.BYTES);
    int result =
        sockets.getsockopt(socket, Sockets.SOL_SOCKET, Sockets.SO_ERROR, error, optionLength);
    return result == 0 && error.get(JAVA_INT, 0) != 0;
  }

  /** Frames that the kernel lost for want of chunks or places in the ring. One thread at a time. */
  long drops() {
    statisticsLength.set(JAVA_INT, 0, STATISTICS_BYTES);
    int result = questions.getsockopt(socket, SOL_XDP, STATISTICS, statistics, statisticsLength);
    // rx_dropped and rx_ring_full; rx_fill_ring_empty_descs counts attempts, not frames.
    return result < 0 ? 0 : statistics.get(JAVA_LONG, 0) + statistics.get(JAVA_LONG, 24);
  }

  @Override
  public void close() {
    if (socket >= 0) {
      new Sys().close(socket);
    }
    if (arena.scope().isAlive()) {
      socket = -1;
      arena.close();
    }
  }
}
