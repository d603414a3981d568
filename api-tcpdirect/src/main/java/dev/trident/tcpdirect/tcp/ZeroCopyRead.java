package dev.trident.tcpdirect.tcp;

import static dev.trident.tcpdirect.ZfErrno.EINVAL;

import dev.trident.buffer.CellBuf;
import dev.trident.c.Iovec;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.tcpdirect.ZftMsg;
import dev.trident.tcpdirect.error.ErrnoTranslation;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * The zero-copy read of one zocket: which packets it shows to the user, by whose message. A handle
 * is issued per packet shown and released by done, or when the same packets are shown again.
 *
 * <p>The end of the stream is a packet of length zero behind the data. Done never consumes it: it
 * is shown again by every later read.
 */
final class ZeroCopyRead {
  private static final int ENDED = Readiness.PEER_CLOSED | Readiness.CLOSED | Readiness.ERROR;
  private static final int OPEN = 1;

  private final StreamEndpoint endpoint;
  private CellBuf[] shown = new CellBuf[4];
  private int count;
  private int bytes;
  private boolean showsEnd;
  private @Nullable ZftMsg message;

  ZeroCopyRead(StreamEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  boolean isOutstanding() {
    return message != null;
  }

  boolean isOutstanding(ZftMsg msg) {
    return message == msg;
  }

  /** Fills {@code msg}; whether it shows anything, or was not asked to. */
  boolean show(ZftMsg msg) {
    int places = msg.iovcnt;
    if (places < 0 || places > msg.iov.length) {
      throw new IllegalArgumentException(
          "iovcnt " + places + ": the message has " + msg.iov.length + " places");
    }
    release();
    if (places > shown.length) {
      shown = new CellBuf[msg.iov.length];
    }
    int packets = endpoint.peek(shown, places);
    int length = 0;
    for (int i = 0; i < packets; i++) {
      CellBuf handle = shown[i];
      Iovec iov = msg.iov[i];
      iov.iov_base = handle;
      iov.iov_len = handle.capacity();
      length += handle.capacity();
    }
    count = packets;
    bytes = length;
    int left = endpoint.receivablePackets() - packets;
    int filled = packets;
    if (endpoint.readiness().isAny(ENDED)) {
      if (left == 0 && packets < places) {
        Iovec end = msg.iov[packets];
        end.iov_base = Unpooled.EMPTY_BUFFER;
        end.iov_len = 0;
        showsEnd = true;
        filled++;
      } else {
        left++;
      }
    }
    msg.iovcnt = filled;
    msg.pkts_left = left;
    message = filled == 0 ? null : msg;
    return filled != 0 || places == 0;
  }

  /** The packet at {@code index} of what is shown; null for the end of the stream. */
  @Nullable CellBuf shown(int index) {
    return index < count ? shown[index] : null;
  }

  /** Everything shown has been used: 1 open, 0 end of stream, or the negative error behind it. */
  int done() {
    return doneSome(bytes);
  }

  /** As {@link #done} for the first {@code length} bytes; -EINVAL if fewer were shown. */
  int doneSome(long length) {
    if (length < 0 || length > bytes) {
      return -EINVAL;
    }
    boolean isEnd = showsEnd && length == bytes;
    release();
    endpoint.consume((int) length);
    if (!isEnd) {
      return OPEN;
    }
    int error = endpoint.pendingError();
    return error == 0 ? 0 : ErrnoTranslation.result(error);
  }

  /** Takes back what is shown. */
  void release() {
    for (int i = 0; i < count; i++) {
      shown[i].release();
    }
    count = 0;
    bytes = 0;
    showsEnd = false;
    message = null;
  }
}
