package dev.trident.hw.port.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Objects;

/**
 * System calls on descriptors and memory, of 64-bit Linux (x86-64, AArch64, RISC-V: the
 * architectures that share the generic constants). Those on sockets are in {@link Sockets}.
 *
 * <p>An instance holds the errno of its last call, so each calling thread has its own. Every method
 * answers as the kernel does: zero or more on success, the negated errno otherwise.
 *
 * <p><b>Memory safety.</b> {@link #read}, {@link #readv} and {@link #write} are given a segment and
 * a range within it. Passing {@code segment.asSlice(...)} to the linker would allocate 40 bytes a
 * frame, so the call is bound with a plain address, computed here after the checks that a slice
 * would have made: native, alive, range within bounds, writable. What an address lacks is the lock
 * that the linker holds on the segment's arena during a call, so the owner must not free the memory
 * while a call runs; for a slab that is the rule anyway, because only one caller at a time uses a
 * stack.
 */
@SuppressWarnings("restricted")
public final class Sys extends SystemCalls {
  /** {@link #open}: read and write. */
  public static final int O_RDWR = 2;

  /** {@link #open}: answer EAGAIN instead of waiting. */
  public static final int O_NONBLOCK = 0x800;

  /** {@link #open}: child processes do not inherit the descriptor. */
  public static final int O_CLOEXEC = 0x8_0000;

  /** {@link #eventfd}: answer EAGAIN instead of waiting. */
  public static final int EFD_NONBLOCK = O_NONBLOCK;

  /** {@link #eventfd}: child processes do not inherit the descriptor. */
  public static final int EFD_CLOEXEC = O_CLOEXEC;

  /** {@link #ppoll}: there is something to read. */
  public static final short POLLIN = 1;

  /** Size of {@code struct pollfd}: int fd, short events, short revents. */
  public static final int POLLFD_BYTES = 8;

  /** Offset of {@code events} in {@code struct pollfd}. */
  public static final int POLLFD_EVENTS = 4;

  /** Offset of {@code revents} in {@code struct pollfd}. */
  public static final int POLLFD_REVENTS = 6;

  /** Size of {@code struct timespec}: long seconds, long nanoseconds. */
  public static final int TIMESPEC_BYTES = 16;

  /** {@link #open}: make the file if it is not there; needs a mode. */
  public static final int O_CREAT = 0x40;

  /** {@link #open}: fail if the file is there. */
  public static final int O_EXCL = 0x80;

  /** {@link #mmap}: may be read. */
  public static final int PROT_READ = 1;

  /** {@link #mmap}: may be written. */
  public static final int PROT_WRITE = 2;

  /** {@link #mmap}: changes are seen by all who map it. */
  public static final int MAP_SHARED = 1;

  /** {@link #mmap}: memory of this process. */
  public static final int MAP_PRIVATE = 2;

  /** {@link #mmap}: memory without a file. */
  public static final int MAP_ANONYMOUS = 0x20;

  /** {@link #mmap}: pages are there at once, so that no first use waits for the kernel. */
  public static final int MAP_POPULATE = 0x8000;

  private static final int ERROR_TEXT_BYTES = 256;

  private static final MethodHandle OPEN =
      bind(
          "open",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
          CAPTURE,
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE =
      bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), CAPTURE);
  private static final MethodHandle READ =
      bind("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG), CAPTURE);
  private static final MethodHandle READV =
      bind("readv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT), CAPTURE);
  private static final MethodHandle WRITE =
      bind("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG), CAPTURE);
  private static final MethodHandle IOCTL =
      bind(
          "ioctl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
          CAPTURE,
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle PPOLL =
      bind("ppoll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS), CAPTURE);
  private static final MethodHandle EVENTFD =
      bind("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), CAPTURE);
  private static final MethodHandle MMAP =
      bind(
          "mmap",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG),
          CAPTURE);
  private static final MethodHandle MUNMAP =
      bind("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG), CAPTURE);
  private static final MethodHandle FTRUNCATE =
      bind("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG), CAPTURE);
  private static final MethodHandle MKFIFO =
      bind("mkfifo", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), CAPTURE);
  private static final MethodHandle STRERROR =
      bind("strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT));

  // Fields, and not the constants: see SystemCalls on garbage.
  private final MethodHandle read = READ;
  private final MethodHandle readv = READV;
  private final MethodHandle write = WRITE;
  private final MethodHandle ppoll = PPOLL;

  /** Two times {@code struct iovec}: base, length. */
  private final MemorySegment iovecs = Arena.ofAuto().allocate(JAVA_LONG, 4);

  /** {@code open(2)} of the NUL-terminated {@code path}: a descriptor, or the negated errno. */
  public int open(MemorySegment path, int flags) {
    return open(path, flags, 0);
  }

  /**
   * {@code open(2)} of a path that may be made: a descriptor, or the negated errno.
   *
   * @param mode permissions of a new file, such as 0600 in octal
   */
  public int open(MemorySegment path, int flags, int mode) {
    try {
      int fd = (int) OPEN.invokeExact(captured, path, flags, mode);
      return answer(fd);
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /** {@code close(2)}: 0 or the negated errno; the descriptor is gone in either case. */
  public int close(int fd) {
    try {
      int result = (int) CLOSE.invokeExact(captured, fd);
      return answer(result);
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /**
   * {@code read(2)} into {@code lengthBytes} bytes of {@code memory} from {@code offset}: bytes
   * read, 0 at end of file, or the negated errno. Blocks unless the descriptor is non-blocking.
   *
   * @throws IndexOutOfBoundsException if the range is not within {@code memory}
   * @throws IllegalStateException if {@code memory} has been freed
   * @throws IllegalArgumentException if {@code memory} is not native or is read-only
   */
  public int read(int fd, MemorySegment memory, long offset, int lengthBytes) {
    long address = writable(memory, offset, lengthBytes);
    try {
      long result = (long) read.invokeExact(captured, fd, address, (long) lengthBytes);
      return answer(result);
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /**
   * {@code readv(2)} into the range of {@code memory} that {@link #read} would use, and from there
   * into {@code spill}: for descriptors that cut a message to the room given without notice, since
   * a result beyond {@code lengthBytes} tells that the message was longer.
   *
   * @throws IndexOutOfBoundsException if the range is not within {@code memory}
   * @throws IllegalStateException if {@code memory} or {@code spill} has been freed
   * @throws IllegalArgumentException if either is not native or is read-only
   */
  public int readv(
      int fd, MemorySegment memory, long offset, int lengthBytes, MemorySegment spill) {
    iovecs.setAtIndex(JAVA_LONG, 0, writable(memory, offset, lengthBytes));
    iovecs.setAtIndex(JAVA_LONG, 1, lengthBytes);
    iovecs.setAtIndex(JAVA_LONG, 2, writable(spill, 0, (int) spill.byteSize()));
    iovecs.setAtIndex(JAVA_LONG, 3, spill.byteSize());
    try {
      long result = (long) readv.invokeExact(captured, fd, iovecs, 2);
      return answer(result);
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /**
   * {@code write(2)} of {@code lengthBytes} bytes of {@code memory} from {@code offset}: bytes
   * written, or the negated errno. Blocks unless the descriptor is non-blocking.
   *
   * @throws IndexOutOfBoundsException if the range is not within {@code memory}
   * @throws IllegalStateException if {@code memory} has been freed
   * @throws IllegalArgumentException if {@code memory} is not native
   */
  public int write(int fd, MemorySegment memory, long offset, int lengthBytes) {
    long address = readable(memory, offset, lengthBytes);
    try {
      long result = (long) write.invokeExact(captured, fd, address, (long) lengthBytes);
      return answer(result);
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /** {@code ioctl(2)} with a pointer argument: 0 or more, or the negated errno. */
  public int ioctl(int fd, long request, MemorySegment argument) {
    try {
      int result = (int) IOCTL.invokeExact(captured, fd, request, argument);
      return answer(result);
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /**
   * {@code ppoll(2)} with the thread's signal mask: how many descriptors have events, 0 after the
   * timeout, or the negated errno (EINTR if a signal came first).
   *
   * @param descriptors {@code count} times {@code struct pollfd}
   * @param timeout a {@code struct timespec}, or {@link MemorySegment#NULL} to wait without limit
   */
  public int ppoll(MemorySegment descriptors, int count, MemorySegment timeout) {
    Objects.checkFromIndexSize(0, (long) count * POLLFD_BYTES, descriptors.byteSize());
    try {
      int result =
          (int) ppoll.invokeExact(captured, descriptors, (long) count, timeout, MemorySegment.NULL);
      return answer(result);
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /** {@code eventfd(2)}: a descriptor that counts, or the negated errno. */
  public int eventfd(int initialCount, int flags) {
    try {
      int fd = (int) EVENTFD.invokeExact(captured, initialCount, flags);
      return answer(fd);
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /** {@code ftruncate(2)}: 0 or the negated errno. */
  public int ftruncate(int fd, long lengthBytes) {
    try {
      return answer((int) FTRUNCATE.invokeExact(captured, fd, lengthBytes));
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /** {@code mkfifo(3)} at the NUL-terminated {@code path}: 0 or the negated errno. */
  public int mkfifo(MemorySegment path, int mode) {
    try {
      return answer((int) MKFIFO.invokeExact(captured, path, mode));
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /**
   * {@code mmap(2)} at an address of the kernel's choice. The memory is unmapped when {@code arena}
   * closes. A file must not become shorter while it is mapped: the kernel ends a process that
   * touches what is gone.
   *
   * @param fd a descriptor, or -1 with {@link #MAP_ANONYMOUS}
   * @throws LinuxException if the kernel refuses
   */
  public MemorySegment mmap(
      long lengthBytes, int protection, int flags, int fd, long offset, Arena arena)
      throws LinuxException {
    long address;
    try {
      address = (long) MMAP.invokeExact(captured, 0L, lengthBytes, protection, flags, fd, offset);
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
    if (address == -1) {
      throw new LinuxException(
          "mmap of " + lengthBytes + " bytes", errno(), "free memory, or raise ulimit -v and -l");
    }
    return MemorySegment.ofAddress(address).reinterpret(lengthBytes, arena, Sys::munmap);
  }

  private static void munmap(MemorySegment mapped) {
    try {
      int result =
          (int) MUNMAP.invokeExact(new Sys().captured, mapped.address(), mapped.byteSize());
      assert result == 0 : "munmap refused";
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /** The C library's sentence for a positive error number. */
  public static synchronized String errorText(int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(ERROR_TEXT_BYTES).getString(0);
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }
}
