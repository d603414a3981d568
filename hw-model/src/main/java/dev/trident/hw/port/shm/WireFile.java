package dev.trident.hw.port.shm;

import static dev.trident.hw.port.shm.Layout.INT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.trident.buffer.Slab;
import dev.trident.hw.port.ffm.Errno;
import dev.trident.hw.port.ffm.FileCalls;
import dev.trident.hw.port.ffm.LinuxException;
import dev.trident.hw.port.ffm.Sys;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file of one wire, mapped, and the end of it that is ours. Beside it lie two FIFOs, by which
 * an end that sleeps is woken.
 *
 * <p>Who is there is a matter of locks on three bytes of the file: one for each end, held as long
 * as the port is open, and one held while somebody joins or leaves, which so happens one at a time.
 * What a killed process held is free at once.
 *
 * <p>Nothing here makes the file shorter: Linux ends a process that touches mapped memory whose
 * file has gone, so nobody else may either, and for that reason only its owner may write it. Its
 * room is reserved when it is made, as a full file system would end the process in the same way.
 */
final class WireFile {
  /** Memory in the guise of a file; other folders may be on a disk. */
  private static final Path FOLDER = Path.of("/dev/shm");

  private static final int OWNER_ONLY = 0600;
  private static final int PERMISSIONS_OF_OTHERS = 0077;
  private static final int FILE_TYPE = 0170000;
  private static final int REGULAR_FILE = 0100000;

  /** Byte 0 and 1 are locked by the ends, this one by whoever joins or leaves. */
  private static final int DOOR = 2;

  /** Tries to join while the last process is leaving. */
  private static final int MOST_TRIES = 100;

  /** What is read before anything is mapped: all that is not slots. */
  private static final int HEADER_BYTES = Layout.slot(0, 0);

  private final Path path;
  private final FileCalls locks;
  private final int fd;
  private final int end;
  private final Arena arena;
  private final Slab slab;
  private final Bell bell;

  private WireFile(Path path, FileCalls locks, int fd, int end, Arena arena, Slab slab, Bell bell) {
    this.path = path;
    this.locks = locks;
    this.fd = fd;
    this.end = end;
    this.arena = arena;
    this.slab = slab;
    this.bell = bell;
  }

  // ---- joining ------------------------------------------------------------------------------

  /**
   * Takes a free end of the wire {@code name}; the first to come makes it.
   *
   * @throws IOException in one line with the remedy
   */
  static WireFile join(String name) throws IOException {
    Path path = FOLDER.resolve("trident-" + name);
    for (int i = 0; i < MOST_TRIES; i++) {
      if (Files.isSymbolicLink(path)) {
        throw new IOException(path + " is a symbolic link; choose another name");
      }
      WireFile file = tryJoin(path);
      if (file != null) {
        return file;
      }
    }
    throw new IOException(path + " comes and goes; end the processes that use it");
  }

  /** Null if the file was removed in between. */
  private static @Nullable WireFile tryJoin(Path path) throws IOException {
    Sys sys = new Sys();
    FileCalls locks = new FileCalls();
    int fd = openFile(sys, path);
    boolean joined = false;
    try {
      int result = locks.lock(fd, DOOR);
      if (result < 0) {
        throw new LinuxException("lock " + path, -result, "look at ls -l " + path);
      }
      if (!isStillNamed(path, fd)) {
        return null;
      }
      WireFile file = enter(path, sys, locks, fd);
      joined = true;
      locks.unlock(fd, DOOR);
      return file;
    } finally {
      if (!joined) {
        sys.close(fd);
      }
    }
  }

  private static int openFile(Sys sys, Path path) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path.toString());
      int fd = sys.open(name, Sys.O_RDWR | Sys.O_CREAT | Sys.O_CLOEXEC, OWNER_ONLY);
      if (fd >= 0) {
        return fd;
      }
      String remedy =
          switch (-fd) {
            case Errno.EACCES, Errno.EPERM ->
                "another user has a wire of that name: choose another";
            case Errno.ENOENT, Errno.ENOTDIR -> "mount a tmpfs at " + FOLDER;
            case Errno.EMFILE -> "close files or raise ulimit -n";
            default -> "look at ls -l " + path;
          };
      throw new LinuxException("open " + path, -fd, remedy);
    }
  }

  /**
   * Whether the name still leads to the file that was opened: its last user may have removed it.
   */
  private static boolean isStillNamed(Path path, int fd) throws IOException {
    try {
      Map<String, Object> named =
          Files.readAttributes(path, "unix:ino,dev", LinkOption.NOFOLLOW_LINKS);
      return named.equals(Files.readAttributes(opened(fd), "unix:ino,dev"));
    } catch (NoSuchFileException removed) {
      return false;
    }
  }

  private static Path opened(int fd) {
    return Path.of("/proc/self/fd", Integer.toString(fd));
  }

  /** The door is held: nobody else is here, who is not at an end. */
  private static WireFile enter(Path path, Sys sys, FileCalls locks, int fd) throws IOException {
    boolean empty = checkFile(path, fd);
    MemorySegment header = Arena.ofAuto().allocate(HEADER_BYTES, JAVA_INT.byteAlignment());
    sys.read(fd, header, 0, HEADER_BYTES);
    int end = takeEnd(locks, fd);
    if (end < 0) {
      throw new IOException(
          "%s joins the processes %d and %d already; choose another name"
              .formatted(path, processOf(header, 0), processOf(header, 1)));
    }
    boolean alone = locks.tryLock(fd, 1 - end) == 0;
    if (alone) {
      locks.unlock(fd, 1 - end);
    }
    // A process that was killed while it made the file leaves zeros.
    boolean unmade = empty || header.get(JAVA_INT, Layout.MAGIC_AT) == 0;
    if (!(alone && unmade)) {
      checkHeader(path, header);
    }
    boolean entered = false;
    Arena arena = Arena.ofShared();
    try {
      if (alone) {
        reserve(path, locks, fd);
        Bell.make(path);
      }
      int access = Sys.PROT_READ | Sys.PROT_WRITE;
      MemorySegment mapped = sys.mmap(Layout.BYTES, access, Sys.MAP_SHARED, fd, 0, arena);
      if (alone) {
        begin(mapped);
      }
      // Whoever was here before: the other end must not take us for them.
      INT.setRelease(mapped, (long) Layout.end(end), Layout.NOBODY);
      WireFile file =
          new WireFile(path, locks, fd, end, arena, new Slab(mapped), Bell.open(path, end));
      entered = true;
      return file;
    } finally {
      if (!entered) {
        arena.close();
        if (empty) {
          remove(path);
        }
      }
    }
  }

  /** Answers whether the file is new. */
  private static boolean checkFile(Path path, int fd) throws IOException {
    int mode = (int) Files.getAttribute(opened(fd), "unix:mode");
    long size = Files.size(opened(fd));
    if ((mode & FILE_TYPE) != REGULAR_FILE) {
      throw new IOException(path + " is no regular file; choose another name");
    }
    if ((int) Files.getAttribute(opened(fd), "unix:uid") != userOfThisProcess()) {
      // Root could open it, and its owner make it shorter under our feet.
      throw new IOException(path + " is another user's; choose another name");
    }
    if ((mode & PERMISSIONS_OF_OTHERS) != 0) {
      throw new IOException(
          "%s is open to others (mode %o); remove it if nobody uses it, or choose another name"
              .formatted(path, mode & ~FILE_TYPE));
    }
    if (size != 0 && size != Layout.BYTES) {
      throw new IOException(
          "%s has %d bytes and a wire %d; remove it if nobody uses it, or choose another name"
              .formatted(path, size, Layout.BYTES));
    }
    return size == 0;
  }

  /** To whom files belong that this process makes: the last of the four that proc(5) lists. */
  private static int userOfThisProcess() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"), ISO_8859_1)) {
      if (line.startsWith("Uid:")) {
        return Integer.parseUnsignedInt(line.substring(line.lastIndexOf('\t') + 1));
      }
    }
    throw new IOException("/proc/self/status does not say whose this process is; mount proc");
  }

  private static int takeEnd(FileCalls locks, int fd) {
    for (int end = 0; end < 2; end++) {
      if (locks.tryLock(fd, end) == 0) {
        return end;
      }
    }
    return -1;
  }

  private static int processOf(MemorySegment header, int end) {
    return header.get(JAVA_INT, Layout.end(end) + Layout.PROCESS);
  }

  private static void checkHeader(Path path, MemorySegment header) throws IOException {
    if (header.get(JAVA_INT, Layout.MAGIC_AT) != Layout.MAGIC) {
      throw new IOException(path + " is no wire; remove it, or choose another name");
    }
    int version = header.get(JAVA_INT, Layout.VERSION_AT);
    if (version != Layout.VERSION
        || header.get(JAVA_INT, Layout.SLOTS_AT) != Layout.SLOTS
        || header.get(JAVA_INT, Layout.SLOT_BYTES_AT) != Layout.SLOT_BYTES) {
      throw new IOException(
          "%s is a wire of another version (%d, ours %d); end its processes and remove it"
              .formatted(path, version, Layout.VERSION));
    }
  }

  private static void reserve(Path path, FileCalls locks, int fd) throws LinuxException {
    int result = locks.reserve(fd, Layout.BYTES);
    if (result < 0) {
      throw new LinuxException(
          "reserve " + Layout.BYTES + " bytes for " + path, -result, "make room in " + FOLDER);
    }
  }

  /** Both rings are empty, without marks of frames of old, and both ends free; magic comes last. */
  private static void begin(MemorySegment mapped) {
    mapped.fill((byte) 0);
    mapped.set(JAVA_INT, Layout.VERSION_AT, Layout.VERSION);
    mapped.set(JAVA_INT, Layout.SLOTS_AT, Layout.SLOTS);
    mapped.set(JAVA_INT, Layout.SLOT_BYTES_AT, Layout.SLOT_BYTES);
    INT.setRelease(mapped, (long) Layout.MAGIC_AT, Layout.MAGIC);
  }

  // ---- being there --------------------------------------------------------------------------

  Slab slab() {
    return slab;
  }

  Bell bell() {
    return bell;
  }

  /** 0 or 1: which end is ours. */
  int end() {
    return end;
  }

  /** Tells the other end that we are here; only then is anything sent to us. */
  void arrive() {
    MemorySegment shared = slab.segment();
    int process = (int) ProcessHandle.current().pid();
    int join;
    do {
      join = (int) INT.getAndAdd(shared, (long) Layout.JOINS_AT, 1) + 1;
    } while (join == Layout.NOBODY);
    INT.setOpaque(shared, (long) Layout.end(end) + Layout.PROCESS, process);
    INT.setRelease(shared, (long) Layout.end(end), join);
    bell.ring();
  }

  // ---- leaving ------------------------------------------------------------------------------

  /** Gives the end back; the last to leave removes the files. */
  void leave() throws IOException {
    Sys sys = new Sys();
    try {
      locks.lock(fd, DOOR);
      INT.setRelease(slab.segment(), (long) Layout.end(end), Layout.NOBODY);
      // This wakes the other end.
      bell.close();
      if (locks.tryLock(fd, 1 - end) == 0 && isStillNamed(path, fd)) {
        remove(path);
      }
    } finally {
      arena.close();
      sys.close(fd);
    }
  }

  /**
   * This process ends with the wire in use: as {@link #leave}, except that memory and descriptors
   * are left to the kernel, which gives the locks back, too.
   */
  void abandon() throws IOException {
    locks.lock(fd, DOOR);
    INT.setRelease(slab.segment(), (long) Layout.end(end), Layout.NOBODY);
    if (locks.tryLock(fd, 1 - end) == 0 && isStillNamed(path, fd)) {
      remove(path);
    }
  }

  /** The file goes last: as long as it is there, others wait at its door. */
  private static void remove(Path path) throws IOException {
    Bell.remove(path);
    Files.deleteIfExists(path);
  }
}
