package dev.trident.hw.port.ffm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Slab;
import dev.trident.testkit.Allocations;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * System calls at the bottom of a stack that is deeper than the compiler inlines (15 calls): a host
 * polls its ports from far above them, and with handles in constants each call there left 40 bytes.
 */
@EnabledOnOs(OS.LINUX)
class DeepStackTest {
  private final Sys sys = new Sys();
  private final Sockets sockets = new Sockets();
  private final int event = sys.eventfd(0, Sys.EFD_NONBLOCK | Sys.EFD_CLOEXEC);
  private final int socket =
      sockets.socket(
          Sockets.AF_INET, Sockets.SOCK_DGRAM | Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC, 0);
  private final Slab slab = new Slab(4096);
  private final MemorySegment polled = slab.segment().asSlice(1024, Sys.POLLFD_BYTES);
  private final MemorySegment atOnce = slab.segment().asSlice(2048, Sys.TIMESPEC_BYTES);
  private final MemorySegment spill = slab.segment().asSlice(3072, 8);
  private final MessageHeader message = new MessageHeader(1);

  @AfterEach
  void close() {
    sys.close(event);
    sys.close(socket);
    slab.close();
  }

  @Test
  void shouldAllocateNothing() {
    slab.putLong(0, 1);
    message.range(0, slab.segment(), 0, 64);
    assertThat(Allocations.inTheEnd(this::one)).isZero();
    assertThat(sockets.recvmsg(socket, message, 0)).isEqualTo(-Errno.EAGAIN);
    assertThat(sockets.sendmsg(socket, message, 0)).as("no peer").isNegative();
  }

  private void calls() {
    sys.write(event, slab.segment(), 0, 8);
    sys.readv(event, slab.segment(), 64, 8, spill);
    sys.read(event, slab.segment(), 64, 8);
    sys.ppoll(polled, 1, atOnce);
    sockets.send(socket, slab.segment(), 0, 8, 0);
    sockets.recv(socket, slab.segment(), 64, 8, 0);
    sockets.sendmsg(socket, message, 0);
    sockets.recvmsg(socket, message, 0);
  }

  private void one() {
    two();
  }

  private void two() {
    three();
  }

  private void three() {
    four();
  }

  private void four() {
    five();
  }

  private void five() {
    six();
  }

  private void six() {
    seven();
  }

  private void seven() {
    calls();
  }
}
