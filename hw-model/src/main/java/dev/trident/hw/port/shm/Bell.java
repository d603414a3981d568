package dev.trident.hw.port.shm;

import dev.trident.hw.port.Port;
import dev.trident.hw.port.ffm.LinuxException;
import dev.trident.hw.port.ffm.Sys;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Two FIFOs, one for each end of a wire: a byte in the FIFO of an end wakes it from {@code
 * poll(2)}.
 *
 * <p>They also tell who has died. An end opens its own FIFO for reading only, and the other's for
 * both, which never waits for anybody. So an end that reads the end of file in its own knows that
 * no process is at the other end, and {@code poll} says so at once.
 */
final class Bell {
  private static final int OWNER_ONLY = 0600;
  private static final int DRAINED_BYTES = 64;
  private static final int NONE = -1;

  private final Path ownPath;
  private final int peersFifo;
  private final Sys receiver;
  private final Sys sender = new Sys();
  private final MemorySegment drained = Arena.ofAuto().allocate(DRAINED_BYTES);

  /** {@link #NONE} if it could not be opened again. */
  private int ownFifo;

  private Bell(Path ownPath, int ownFifo, int peersFifo, Sys receiver) {
    this.ownPath = ownPath;
    this.ownFifo = ownFifo;
    this.peersFifo = peersFifo;
    this.receiver = receiver;
  }

  private static Path fifo(Path wire, int end) {
    return wire.resolveSibling(wire.getFileName() + "." + end);
  }

  /** Makes both FIFOs of {@code wire} in place of what a killed process left behind. */
  static void make(Path wire) throws IOException {
    remove(wire);
    Sys sys = new Sys();
    try (Arena arena = Arena.ofConfined()) {
      for (int end = 0; end < 2; end++) {
        String path = fifo(wire, end).toString();
        int result = sys.mkfifo(arena.allocateFrom(path), OWNER_ONLY);
        if (result < 0) {
          throw new LinuxException("mkfifo " + path, -result, "look at ls -l " + path);
        }
      }
    }
  }

  static void remove(Path wire) throws IOException {
    Files.deleteIfExists(fifo(wire, 0));
    Files.deleteIfExists(fifo(wire, 1));
  }

  /** Opens both FIFOs for {@code end}. */
  static Bell open(Path wire, int end) throws IOException {
    Sys sys = new Sys();
    Path ownPath = fifo(wire, end);
    int own = openForReading(sys, ownPath);
    checkOpen(ownPath, own);
    int peers = open(sys, fifo(wire, 1 - end), Sys.O_RDWR);
    if (peers < 0) {
      sys.close(own);
    }
    checkOpen(fifo(wire, 1 - end), peers);
    return new Bell(ownPath, own, peers, sys);
  }

  private static int openForReading(Sys sys, Path path) {
    return open(sys, path, 0);
  }

  private static int open(Sys sys, Path path, int access) {
    try (Arena arena = Arena.ofConfined()) {
      return sys.open(arena.allocateFrom(path.toString()), access | Sys.O_NONBLOCK | Sys.O_CLOEXEC);
    }
  }

  private static void checkOpen(Path path, int fd) throws LinuxException {
    if (fd < 0) {
      throw new LinuxException(
          "open " + path, -fd, "the wire is damaged: end its processes and remove its files");
    }
  }

  /** What becomes readable when somebody rings, or when the last process at the other end goes. */
  int descriptor() {
    return ownFifo == NONE ? Port.NO_DESCRIPTOR : ownFifo;
  }

  /** Wakes the other end. A FIFO full of unread rings needs no further one. */
  void ring() {
    sender.write(peersFifo, drained, 0, 1);
  }

  /**
   * Takes what was rung.
   *
   * @return whether a process is at the other end, as far as can be seen
   */
  boolean drain() {
    return receiver.read(ownFifo, drained, 0, DRAINED_BYTES) != 0;
  }

  /**
   * Waits for the next process at the other end: only a FIFO opened anew is silent when there is
   * none. Opened before the old one is closed, so that no ring is lost in between.
   */
  void awaitNext() {
    int again = openForReading(receiver, ownPath);
    if (ownFifo != NONE) {
      receiver.close(ownFifo);
    }
    ownFifo = again < 0 ? NONE : again;
  }

  void close() {
    sender.close(peersFifo);
    if (ownFifo != NONE) {
      receiver.close(ownFifo);
      ownFifo = NONE;
    }
  }
}
