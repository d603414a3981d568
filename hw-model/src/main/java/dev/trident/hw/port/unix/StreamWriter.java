package dev.trident.hw.port.unix;

import static dev.trident.hw.port.unix.FrameStream.LENGTH_BYTES;

import dev.trident.buffer.Slab;
import dev.trident.hw.port.ffm.Errno;
import dev.trident.hw.port.ffm.Sockets;
import java.lang.foreign.Arena;

/**
 * Collects frames and writes them to a stream socket, many by one system call. What the socket does
 * not take stays in the buffer, which is bounded; a frame that was begun is finished first.
 */
final class StreamWriter {
  private static final int BUFFER_BYTES = 256 << 10;

  private final Sockets sockets = new Sockets();
  private final Slab buffer = new Slab(BUFFER_BYTES, Arena.ofAuto());

  /** What is to be written. */
  private int from;

  private int to;

  /** Where the first frame begins of which not all is written. */
  private int firstFrame;

  /** Puts a frame into the buffer; false if it has no room. */
  boolean offer(Slab source, int offset, int lengthBytes) {
    int needed = LENGTH_BYTES + lengthBytes;
    if (to + needed > BUFFER_BYTES) {
      makeRoom();
      if (to + needed > BUFFER_BYTES) {
        return false;
      }
    }
    buffer.putInt(to, lengthBytes);
    source.copyTo(offset, buffer, to + LENGTH_BYTES, lengthBytes);
    to += needed;
    return true;
  }

  private void makeRoom() {
    buffer.copy(firstFrame, 0, to - firstFrame);
    from -= firstFrame;
    to -= firstFrame;
    firstFrame = 0;
  }

  /** Bytes to be written. */
  int pendingBytes() {
    return to - from;
  }

  /** Writes what the socket takes: false if the peer has gone. */
  boolean write(int fd) {
    while (from < to) {
      int result = sockets.send(fd, buffer.segment(), from, to - from, Sockets.MSG_NOSIGNAL);
      if (result < 0) {
        passWritten();
        return result == -Errno.EAGAIN || result == -Errno.EINTR || result == -Errno.ENOBUFS;
      }
      from += result;
    }
    from = 0;
    to = 0;
    firstFrame = 0;
    return true;
  }

  private void passWritten() {
    while (next(firstFrame) <= from) {
      firstFrame = next(firstFrame);
    }
  }

  /** A new stream begins: how many frames were not wholly written to the one before. */
  int reset() {
    int frames = 0;
    for (int at = firstFrame; at < to; at = next(at)) {
      frames++;
    }
    from = 0;
    to = 0;
    firstFrame = 0;
    return frames;
  }

  private int next(int frame) {
    return frame + LENGTH_BYTES + buffer.getInt(frame);
  }
}
