package dev.trident.hw.port.xdp;

import dev.trident.buffer.Slab;
import dev.trident.hw.port.ffm.Errno;
import dev.trident.hw.port.ffm.Sockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The sending half of a port with a umem of its own: copies frames into chunks and collects the
 * chunks when the kernel has completed them, in whatever order. Used by the sending thread alone,
 * except {@link #kickAgain}.
 */
final class XdpSender {
  /** Frames that one call of the kernel sends at most, in copy mode. */
  private static final int KERNEL_BATCH = 32;

  private final XdpSocket socket;
  private final Slab umem;
  private final Sockets calls = new Sockets();
  private final Sockets receiversCalls = new Sockets();
  private final MemorySegment nothing = Arena.ofAuto().allocate(1);

  /** Chunks that are free, by their address. */
  private final int[] free;

  private int freeCount;

  /** The kernel could not take everything; whoever receives calls it again. */
  private volatile boolean stuck;

  long frames;
  long copiedBytes;
  long kicks;

  /** Owns {@code chunks} chunks from {@code firstChunk} on. */
  XdpSender(XdpSocket socket, Slab umem, int firstChunk, int chunks) {
    this.socket = socket;
    this.umem = umem;
    free = new int[chunks];
    for (int chunk = firstChunk + chunks - 1; chunk >= firstChunk; chunk--) {
      free[freeCount++] = chunk * XdpSocket.CHUNK_BYTES;
    }
  }

  /** Puts a frame down; answers false if there is no room. */
  boolean send(Slab slab, int offset, int lengthBytes) {
    if (freeCount == 0 || socket.tx.isFull()) {
      flush();
      if (freeCount == 0 || socket.tx.isFull()) {
        return false;
      }
    }
    int chunk = free[--freeCount];
    slab.copyTo(offset, umem, chunk, lengthBytes);
    socket.tx.put(chunk, lengthBytes);
    frames++;
    copiedBytes += lengthBytes;
    return true;
  }

  /** Lets the kernel send what was put down. */
  void flush() {
    collect();
    if ((socket.tx.publish() || stuck) && socket.tx.kernelSleeps()) {
      kick();
    }
    collect();
  }

  private void collect() {
    if (socket.completion.isEmpty()) {
      return;
    }
    do {
      free[freeCount++] = (int) socket.completion.address();
      socket.completion.advance();
    } while (!socket.completion.isEmpty());
    socket.completion.release();
  }

  /** The kernel sends a batch for each call, and answers EAGAIN if there is more. */
  private void kick() {
    int tries = 2 + 2 * socket.tx.size() / KERNEL_BATCH;
    while (tries-- > 0) {
      kicks++;
      int result = calls.send(socket.descriptor(), nothing, 0, 0, Sockets.MSG_DONTWAIT);
      if (result >= 0 || socket.tx.isConsumed()) {
        stuck = false;
        return;
      }
      if (result != -Errno.EAGAIN && result != -Errno.EINTR) {
        break;
      }
      collect();
    }
    // EBUSY, ENOBUFS: its queue is full; ENETDOWN: the device is down. All of that may pass.
    stuck = true;
  }

  /** Whether frames wait for the kernel to be called again; any thread. */
  boolean isStuck() {
    return stuck;
  }

  /** Calls the kernel again on the receiving thread: a sender may have nothing more to send. */
  void kickAgain() {
    if (receiversCalls.send(socket.descriptor(), nothing, 0, 0, Sockets.MSG_DONTWAIT) >= 0) {
      stuck = false;
    }
  }
}
