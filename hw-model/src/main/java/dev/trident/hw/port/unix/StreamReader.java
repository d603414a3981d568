package dev.trident.hw.port.unix;

import static dev.trident.hw.port.unix.FrameStream.LENGTH_BYTES;
import static dev.trident.hw.port.unix.FrameStream.MAX_FRAME_BYTES;
import static dev.trident.hw.port.unix.FrameStream.MIN_FRAME_BYTES;

import dev.trident.buffer.Slab;
import dev.trident.hw.port.ffm.Errno;
import dev.trident.hw.port.ffm.Sockets;
import java.lang.foreign.Arena;

/**
 * Cuts what arrives at a stream socket into frames. One system call fetches as many as there are;
 * the buffer has room for the longest frame and what comes along with it.
 */
final class StreamReader {
  /** {@link #receive}: the peer has closed, or sent what is no frame. */
  static final int ENDED = -1;

  /** Frames passed over in a call at most, so that a flood of them cannot hold up the host. */
  private static final int MOST_SHORT_FRAMES = 32;

  private static final int BUFFER_BYTES = 2 * (LENGTH_BYTES + MAX_FRAME_BYTES);

  private final Sockets sockets = new Sockets();
  private final Slab buffer = new Slab(BUFFER_BYTES, Arena.ofAuto());

  /** What has arrived and was not handed on. */
  private int from;

  private int to;

  private long shortFrames;
  private long badLengths;

  /** A new stream begins. */
  void reset() {
    from = 0;
    to = 0;
  }

  /** As {@code Port.receive}, or {@link #ENDED}. */
  int receive(int fd, Slab into, int offset, int capacityBytes) {
    int passed = 0;
    while (passed < MOST_SHORT_FRAMES) {
      int length = frameLength();
      if (length < 0) {
        badLengths++;
        return ENDED;
      }
      if (length > 0) {
        int frame = from + LENGTH_BYTES;
        from = frame + length;
        if (length >= MIN_FRAME_BYTES) {
          if (length <= capacityBytes) {
            buffer.copyTo(frame, into, offset, length);
          }
          return length;
        }
        shortFrames++;
        passed++;
      } else {
        int result = fill(fd);
        if (result <= 0) {
          return result;
        }
      }
    }
    return 0;
  }

  /** Whether {@link #receive} would find something that no descriptor tells of any more. */
  boolean hasFrame() {
    return frameLength() != 0;
  }

  /** Of the frame that is wholly there; 0 if none is; -1 if what is there is no length. */
  private int frameLength() {
    int available = to - from;
    if (available < LENGTH_BYTES) {
      return 0;
    }
    int length = buffer.getInt(from);
    if (length <= 0 || length > MAX_FRAME_BYTES) {
      return -1;
    }
    return available >= LENGTH_BYTES + length ? length : 0;
  }

  /** Fetches more: how many bytes, 0 if there are none, {@link #ENDED}. */
  private int fill(int fd) {
    if (from > 0) {
      buffer.copy(from, 0, to - from);
      to -= from;
      from = 0;
    }
    int result = sockets.recv(fd, buffer.segment(), to, BUFFER_BYTES - to, 0);
    if (result > 0) {
      to += result;
      return result;
    }
    return switch (-result) {
      case Errno.EAGAIN, Errno.EINTR -> 0;
      default -> ENDED;
    };
  }

  /** Frames passed over since they were shorter than an Ethernet header. */
  long shortFrames() {
    return shortFrames;
  }

  /** Streams given up since a length was zero or beyond all frames. */
  long badLengths() {
    return badLengths;
  }
}
