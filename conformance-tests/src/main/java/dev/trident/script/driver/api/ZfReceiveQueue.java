package dev.trident.script.driver.api;

import static dev.trident.tcpdirect.Zf.*;

import dev.trident.tcpdirect.ZfErrno;
import dev.trident.tcpdirect.Zft;
import dev.trident.tcpdirect.ZftMsg;
import io.netty.buffer.ByteBuf;

/**
 * Looks into the receive queue of a TCP zocket, which a zero-copy receive shows whole and whose end
 * may say that nothing of it was used.
 */
final class ZfReceiveQueue {
  /** Packets that a look shows at most: more than a window holds. */
  private static final int SHOWN_PACKETS = 1_024;

  private ZfReceiveQueue() {}

  /** How many bytes wait. */
  static long bytes(Zft ts) {
    ZftMsg message = new ZftMsg(SHOWN_PACKETS);
    zft_zc_recv(ts, message, 0);
    long count = 0;
    for (int i = 0; i < message.iovcnt; i++) {
      count += message.iov[i].iov_len;
    }
    if (message.iovcnt > 0) {
      zft_zc_recv_done_some(ts, message, 0);
    }
    return count;
  }

  /**
   * Copies what waits, as much as fits, and takes nothing: the count, 0 at the end of the stream,
   * or a negative error number.
   */
  static int look(Zft ts, ByteBuf buffer, int length) {
    ZftMsg message = new ZftMsg(SHOWN_PACKETS);
    zft_zc_recv(ts, message, 0);
    if (message.iovcnt == 0) {
      return -ZfErrno.EAGAIN;
    }
    int count = 0;
    for (int i = 0; i < message.iovcnt; i++) {
      ByteBuf packet = message.iov[i].iov_base;
      int part = Math.min(message.iov[i].iov_len, length - count);
      if (packet != null && part > 0) {
        buffer.setBytes(count, packet, packet.readerIndex(), part);
        count += part;
      }
    }
    int result = zft_zc_recv_done_some(ts, message, 0);
    return count > 0 ? count : Math.min(result, 0);
  }
}
