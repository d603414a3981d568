package dev.trident.hw.port.ffm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.util.Objects;

/**
 * What all groups of system calls share: how a function is bound, the errno of the last call, and
 * the checks that a range of memory passes before its address leaves Java.
 *
 * <p>An instance holds the errno of its last call, so each calling thread has its own. Every method
 * of a subclass answers as the kernel does: zero or more on success, the negated errno otherwise.
 * None throws for an outcome. {@code critical} linking is not used on purpose: it would save 4 of
 * 250 ns and keep the JVM from reaching a safepoint while the kernel works.
 *
 * <p><b>Garbage.</b> A handle that captures errno makes a slice of {@link #captured} in each call,
 * 40 bytes that go away only if the compiler inlines all of the handle. Bound to a constant, the
 * handle becomes part of whoever calls, and at the bottom of a deep stack (from about twelve calls)
 * inlining ends in the middle of it. The calls of the data path therefore go through an instance's
 * field, which the compiler does not see through: the handle is compiled by itself, always whole,
 * whatever the depth of its callers.
 */
@SuppressWarnings("restricted")
abstract class SystemCalls {
  private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
  private static final long ERRNO_OFFSET =
      CAPTURED.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

  /** Option of every bound call: its errno goes to {@link #captured}. */
  static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");

  /** Where a call leaves its errno. */
  final MemorySegment captured = Arena.ofAuto().allocate(CAPTURED);

  /** The answer for a result of the C library's: itself, or the negated errno. */
  final int answer(long result) {
    return result >= 0 ? (int) result : -errno();
  }

  final int errno() {
    return captured.get(JAVA_INT, ERRNO_OFFSET);
  }

  /**
   * The address of a range that the kernel will read.
   *
   * @throws IndexOutOfBoundsException if the range is not within {@code memory}
   * @throws IllegalStateException if {@code memory} has been freed
   * @throws IllegalArgumentException if it is not native
   */
  static long readable(MemorySegment memory, long offset, int lengthBytes) {
    Objects.checkFromIndexSize(offset, lengthBytes, memory.byteSize());
    if (!memory.isNative()) {
      throw new IllegalArgumentException("a system call needs native memory");
    }
    if (!memory.scope().isAlive()) {
      throw new IllegalStateException("system call on memory that has been freed");
    }
    return memory.address() + offset;
  }

  /** As {@link #readable}, for a range that the kernel will write. */
  static long writable(MemorySegment memory, long offset, int lengthBytes) {
    if (memory.isReadOnly()) {
      throw new IllegalArgumentException("read into read-only memory");
    }
    return readable(memory, offset, lengthBytes);
  }

  static MethodHandle bind(String name, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    MemorySegment function =
        linker
            .defaultLookup()
            .find(name)
            .orElseThrow(
                () -> new UnsupportedOperationException(name + "(2) is missing: not Linux?"));
    return linker.downcallHandle(function, descriptor, options);
  }

  /** A downcall declares {@link Throwable}, but only a bug in this room makes one throw. */
  static RuntimeException linkageFailure(Throwable e) {
    if (e instanceof RuntimeException unchecked) {
      return unchecked;
    }
    if (e instanceof Error error) {
      throw error;
    }
    throw new AssertionError("a system call threw a checked exception", e);
  }
}
