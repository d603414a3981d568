package dev.trident.tcpdirect.tcp;

import static dev.trident.endpoint.StreamEndpoint.SEND_MORE;
import static dev.trident.tcpdirect.ZfErrno.EFAULT;
import static dev.trident.tcpdirect.ZfErrno.EINVAL;
import static dev.trident.tcpdirect.ZfErrno.ENOMEM;
import static dev.trident.tcpdirect.ZfErrno.ENOTCONN;

import dev.trident.buffer.PacketPool;
import dev.trident.c.Iovec;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamState;
import dev.trident.tcpdirect.error.ErrnoTranslation;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Sending on a TCP zocket. The send queue is 64 segments, and the zocket is writable while a
 * quarter of that is free; what does not fit is not taken, and the cut-off end of a partial send
 * waits for more as if MSG_MORE had been given.
 */
final class TcpSend {
  /** The only flag there is. */
  static final int MSG_MORE = 0x8000;

  /** Segments in a send queue. */
  static final int QUEUE_SEGMENTS = 64;

  /** Free cells below which only a send that leaves at once is taken: three queues. */
  private static final int LOW_CELLS = 3 * QUEUE_SEGMENTS;

  private final StreamEndpoint endpoint;
  private final PacketPool pool;
  private boolean isSized;

  TcpSend(StreamEndpoint endpoint, PacketPool pool) {
    this.endpoint = endpoint;
    this.pool = pool;
  }

  /** Bytes taken, 1 or more unless {@code length} is 0, or a negative error number. */
  int send(@Nullable ByteBuf buffer, int length, int flags) {
    if ((flags & ~MSG_MORE) != 0 || length < 0) {
      return -EINVAL;
    }
    if (buffer == null) {
      return -EFAULT;
    }
    if (isConnecting()) {
      return -ENOTCONN;
    }
    prepare();
    if (isShortOfMemory(length, flags)) {
      return -ENOMEM;
    }
    int engineFlags = flags == 0 && length <= endpoint.sendSpace() ? 0 : holdBack();
    int result = endpoint.send(buffer, buffer.readerIndex(), length, engineFlags);
    return result >= 0 ? result : ErrnoTranslation.tcpSend(result);
  }

  /** As {@link #send(ByteBuf, int, int)} of several pieces, packed into full segments. */
  int send(Iovec @Nullable [] iov, int count, int flags) {
    if ((flags & ~MSG_MORE) != 0 || count < 0) {
      return -EINVAL;
    }
    if (iov == null || count > iov.length) {
      return -EFAULT;
    }
    long total = 0;
    for (int i = 0; i < count; i++) {
      if (iov[i].iov_len < 0) {
        return -EINVAL;
      }
      total += iov[i].iov_len;
    }
    if (isConnecting()) {
      return -ENOTCONN;
    }
    prepare();
    if (isShortOfMemory(total, flags)) {
      return -ENOMEM;
    }
    int lastFlags = flags == 0 && total <= endpoint.sendSpace() ? 0 : holdBack();
    int sent = 0;
    for (int i = 0; i < count; i++) {
      ByteBuf buffer = iov[i].iov_base;
      int length = iov[i].iov_len;
      int result =
          buffer == null
              ? length == 0 ? 0 : -EFAULT
              : sendPiece(buffer, length, i == count - 1 ? lastFlags : SEND_MORE);
      if (result < 0) {
        return sent > 0 ? sent : result;
      }
      sent += result;
      if (result < length) {
        return sent;
      }
    }
    return sent;
  }

  /** The engine would queue the data; a zocket takes it when it is connected. */
  private boolean isConnecting() {
    StreamState state = endpoint.state();
    return state == StreamState.SYN_SENT || state == StreamState.SYN_RECEIVED;
  }

  /** Once the peer has closed its side nothing is held back. */
  private int holdBack() {
    return endpoint.state() == StreamState.ESTABLISHED ? SEND_MORE : 0;
  }

  private int sendPiece(ByteBuf buffer, int length, int engineFlags) {
    int result = endpoint.send(buffer, buffer.readerIndex(), length, engineFlags);
    return result >= 0 ? result : ErrnoTranslation.tcpSend(result);
  }

  /**
   * Whether a send that would have to be queued is refused because cells run short. Then nothing of
   * it is taken, as the guide promises.
   */
  private boolean isShortOfMemory(long length, int flags) {
    return pool.freeCells() < LOW_CELLS
        && TcpStates.isSending(endpoint.state())
        && (flags != 0 || length > endpoint.mss() || endpoint.unsentBytes() != 0);
  }

  /** The queue is counted in segments, whose size is known once the connection is established. */
  private void prepare() {
    if (!isSized && TcpStates.isSending(endpoint.state())) {
      isSized = true;
      int queueBytes = QUEUE_SEGMENTS * endpoint.mss();
      endpoint.sendBufferBytes(queueBytes);
      endpoint.sendLowWaterBytes(queueBytes / 4);
    }
  }

  /**
   * Room as the library reports it: whole segments, and the rest of a last one that has not been
   * sent. It may be less than what a send would take.
   */
  int space() {
    prepare();
    int mss = endpoint.mss();
    int queued = endpoint.unacknowledgedBytes();
    int unsent = endpoint.unsentBytes();
    int segments = (queued + mss - 1) / mss;
    int tail = unsent % mss;
    int room = tail == 0 ? 0 : mss - tail;
    return Math.min((QUEUE_SEGMENTS - segments) * mss + room, endpoint.sendSpace());
  }
}
