package dev.trident.hw.port.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * {@code bpf(2)}, as far as an XDP program needs it. Rules as in {@link Sys}; set-up only. The C
 * library has no name for the call, so that it goes by its number.
 */
public final class Bpf extends SystemCalls {
  private static final MethodHandle SYSCALL =
      bind(
          "syscall",
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT),
          CAPTURE,
          Linker.Option.firstVariadicArg(1));

  /** Of x86-64; the generic table (AArch64, RISC-V) has another. */
  private static final long NUMBER = System.getProperty("os.arch").equals("amd64") ? 321 : 280;

  private static final int MAP_CREATE = 0;
  private static final int MAP_UPDATE_ELEM = 2;
  private static final int PROG_LOAD = 5;
  private static final int LINK_CREATE = 28;

  private static final int MAP_TYPE_XSKMAP = 17;
  private static final int PROG_TYPE_XDP = 6;
  private static final int ATTACH_TYPE_XDP = 37;
  private static final int INSTRUCTION_BYTES = 8;

  /** {@code union bpf_attr} as far as it is used here; the rest counts as zero. */
  private static final int ATTRIBUTE_BYTES = 72;

  private int call(int command, MemorySegment attribute) {
    try {
      return answer(
          (long) SYSCALL.invokeExact(captured, NUMBER, command, attribute, ATTRIBUTE_BYTES));
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /** A map from queue numbers to AF_XDP sockets: a descriptor, or the negated errno. */
  public int createSocketMap(int entries) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attribute = arena.allocate(ATTRIBUTE_BYTES, JAVA_LONG.byteAlignment());
      attribute.set(JAVA_INT, 0, MAP_TYPE_XSKMAP);
      attribute.set(JAVA_INT, 4, Integer.BYTES);
      attribute.set(JAVA_INT, 8, Integer.BYTES);
      attribute.set(JAVA_INT, 12, entries);
      return call(MAP_CREATE, attribute);
    }
  }

  /** Puts {@code value} into a map at {@code key}: 0 or the negated errno. */
  public int update(int map, int key, int value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attribute = arena.allocate(ATTRIBUTE_BYTES, JAVA_LONG.byteAlignment());
      attribute.set(JAVA_INT, 0, map);
      attribute.set(JAVA_LONG, 8, arena.allocateFrom(JAVA_INT, key).address());
      attribute.set(JAVA_LONG, 16, arena.allocateFrom(JAVA_INT, value).address());
      return call(MAP_UPDATE_ELEM, attribute);
    }
  }

  /**
   * Loads an XDP program: a descriptor, or the negated errno.
   *
   * @param instructions {@code struct bpf_insn}s as they lie in memory
   * @param flags of {@code BPF_PROG_LOAD}
   */
  public int loadXdp(long[] instructions, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment code = arena.allocateFrom(JAVA_LONG, instructions);
      MemorySegment license = arena.allocateFrom("Apache-2.0", StandardCharsets.US_ASCII);
      MemorySegment attribute = arena.allocate(ATTRIBUTE_BYTES, JAVA_LONG.byteAlignment());
      attribute.set(JAVA_INT, 0, PROG_TYPE_XDP);
      attribute.set(JAVA_INT, 4, (int) (code.byteSize() / INSTRUCTION_BYTES));
      attribute.set(JAVA_LONG, 8, code.address());
      attribute.set(JAVA_LONG, 16, license.address());
      attribute.set(JAVA_INT, 44, flags);
      attribute.set(JAVA_INT, 68, ATTACH_TYPE_XDP);
      return call(PROG_LOAD, attribute);
    }
  }

  /**
   * Attaches an XDP program to an interface for as long as the answer, a descriptor, stays open;
   * otherwise the negated errno.
   *
   * @param flags of {@code BPF_LINK_CREATE}: in which mode
   */
  public int attachXdp(int program, int interfaceIndex, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attribute = arena.allocate(ATTRIBUTE_BYTES, JAVA_LONG.byteAlignment());
      attribute.set(JAVA_INT, 0, program);
      attribute.set(JAVA_INT, 4, interfaceIndex);
      attribute.set(JAVA_INT, 8, ATTACH_TYPE_XDP);
      attribute.set(JAVA_INT, 12, flags);
      return call(LINK_CREATE, attribute);
    }
  }
}
