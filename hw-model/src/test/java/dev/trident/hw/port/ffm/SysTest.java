package dev.trident.hw.port.ffm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.trident.buffer.Slab;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** System calls on an eventfd, which needs no privilege: it holds a count of 8 bytes. */
@EnabledOnOs(OS.LINUX)
class SysTest {
  private static final int MOST_WINDOWS = 400;

  private final Sys sys = new Sys();
  private final int event = sys.eventfd(0, Sys.EFD_NONBLOCK | Sys.EFD_CLOEXEC);
  private final Slab slab = new Slab(4096);

  @AfterEach
  void close() {
    sys.close(event);
    slab.close();
  }

  @Test
  void shouldReadAndWriteAtAnOffset() {
    slab.segment().set(JAVA_LONG, 64, 42L);
    assertThat(sys.write(event, slab.segment(), 64, 8)).isEqualTo(8);
    assertThat(sys.read(event, slab.segment(), 4088, 8)).isEqualTo(8);
    assertThat(slab.segment().get(JAVA_LONG, 4088)).isEqualTo(42L);
  }

  @Test
  void shouldSpillWhatExceedsTheRange() {
    MemorySegment spill = slab.segment().asSlice(2048, 16);
    slab.segment().set(JAVA_LONG, 0, 0x0102_0304_0506_0708L);
    sys.write(event, slab.segment(), 0, 8);
    assertThat(sys.readv(event, slab.segment(), 1024, 3, spill)).isEqualTo(8);
    assertThat(slab.getByte(1024)).isEqualTo(slab.getByte(0));
    assertThat(slab.getByte(1027)).isZero();
    assertThat(slab.getByte(2048)).isEqualTo(slab.getByte(3));
    assertThatThrownBy(() -> sys.readv(event, slab.segment(), 4090, 8, spill))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void shouldAnswerTheNegatedErrno() {
    assertThat(sys.read(event, slab.segment(), 0, 8)).isEqualTo(-Errno.EAGAIN);
    assertThat(sys.read(-1, slab.segment(), 0, 8)).isEqualTo(-Errno.EBADF);
    assertThat(sys.write(event, slab.segment(), 0, 7)).isEqualTo(-Errno.EINVAL);
    assertThat(sys.close(-1)).isEqualTo(-Errno.EBADF);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom("/nowhere/at/all");
      assertThat(sys.open(path, Sys.O_RDWR)).isEqualTo(-Errno.ENOENT);
      assertThat(sys.ioctl(event, 0, path)).isNegative();
    }
  }

  @Test
  void shouldThrowWhenRangeLeavesTheMemory() {
    assertThatThrownBy(() -> sys.read(event, slab.segment(), 4089, 8))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> sys.write(event, slab.segment(), -1, 8))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> sys.write(event, slab.segment(), 0, -1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void shouldThrowWhenMemoryIsFreed() {
    slab.close();
    assertThatThrownBy(() -> sys.write(event, slab.segment(), 0, 8))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldRefuseReadIntoReadOnlyMemory() {
    assertThatThrownBy(() -> sys.read(event, slab.segment().asReadOnly(), 0, 8))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldNameCallCauseAndRemedyInOneLine() {
    assertThat(new LinuxException("open /dev/x", Errno.ENOENT, "make it"))
        .hasMessage("open /dev/x: No such file or directory (ENOENT); make it");
  }

  @Test
  void shouldAllocateNothingPerCall() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    // However long the compiler takes on a busy machine: one window without garbage is the proof.
    for (int window = 0; window < MOST_WINDOWS && least > 0; window++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 5_000; i++) {
        sys.write(event, slab.segment(), 0, 8);
        sys.read(event, slab.segment(), 8, 8);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isZero();
  }
}
