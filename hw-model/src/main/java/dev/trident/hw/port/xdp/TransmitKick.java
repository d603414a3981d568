package dev.trident.hw.port.xdp;

import dev.trident.hw.port.ffm.Errno;
import dev.trident.hw.port.ffm.Sockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Makes the kernel send what lies in the ring {@code tx}: one system call for a batch. Used by the
 * sending thread, except {@link #again}.
 */
final class TransmitKick {
  /** Frames that one call sends at most, in copy mode. */
  private static final int KERNEL_BATCH = 32;

  private final XdpSocket socket;
  private final XdpCounters counters;
  private final Sockets calls = new Sockets();
  private final Sockets receiversCalls = new Sockets();
  private final MemorySegment nothing = Arena.ofAuto().allocate(1);

  /** The kernel could not take everything; whoever receives calls it again. */
  private volatile boolean stuck;

  TransmitKick(XdpSocket socket, XdpCounters counters) {
    this.socket = socket;
    this.counters = counters;
  }

  /** Publishes what was put into the ring, and calls the kernel if it sleeps. */
  void flush() {
    if ((socket.tx.publish() || stuck) && socket.tx.kernelSleeps()) {
      kick();
    }
  }

  /** The kernel sends a batch for each call, and answers EAGAIN if there is more. */
  private void kick() {
    int tries = 2 + 2 * socket.tx.size() / KERNEL_BATCH;
    while (tries-- > 0) {
      counters.kicks++;
      int result = calls.send(socket.descriptor(), nothing, 0, 0, Sockets.MSG_DONTWAIT);
      if (result >= 0 || socket.tx.isConsumed()) {
        stuck = false;
        return;
      }
      if (result != -Errno.EAGAIN && result != -Errno.EINTR) {
        break;
      }
    }
    // EBUSY, ENOBUFS: its queue is full; ENETDOWN: the device is down. All of that may pass.
    stuck = true;
  }

  /** Whether frames wait for the kernel to be called again; any thread. */
  boolean isStuck() {
    return stuck;
  }

  /**
   * Calls the kernel again on the receiving thread: a sender may have nothing more to send. The
   * flag goes down before the call, so that what a sender says meanwhile stays said.
   */
  void again() {
    stuck = false;
    if (receiversCalls.send(socket.descriptor(), nothing, 0, 0, Sockets.MSG_DONTWAIT) < 0) {
      stuck = true;
    }
  }
}
