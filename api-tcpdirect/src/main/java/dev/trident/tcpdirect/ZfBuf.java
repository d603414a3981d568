package dev.trident.tcpdirect;

import io.netty.buffer.ByteBuf;

/**
 * Sending and receiving in Netty's manner: a send consumes readable bytes, a receive appends.
 * Errors are those of the C calls; indices move by what was moved, and not on an error.
 */
public final class ZfBuf {
  private ZfBuf() {}

  /**
   * Sends the readable bytes or the part that fits, as {@link Zf#zft_send_single}.
   *
   * @param flags 0 or {@link Zf#MSG_MORE}
   * @return bytes taken from {@code buf}, or a negative error number
   */
  public static int send(Zft ts, ByteBuf buf, int flags) {
    int sent = ts.zocket.send(buf, buf.readableBytes(), flags);
    if (sent > 0) {
      buf.skipBytes(sent);
    }
    return sent;
  }

  /**
   * Appends received bytes, as many as are writable without growing {@code buf}, as {@link
   * Zf#zft_recv}.
   *
   * @return bytes appended, 0 at the end of the stream, or a negative error number
   */
  public static int recv(Zft ts, ByteBuf buf) {
    return ts.zocket.receive(buf);
  }

  /**
   * Sends the readable bytes as one datagram, as {@link Zf#zfut_send_single}.
   *
   * @return bytes sent, or a negative error number
   */
  public static int send(Zfut us, ByteBuf buf) {
    int sent = us.zocket.sendSingle(buf, buf.readableBytes());
    if (sent > 0) {
      buf.skipBytes(sent);
    }
    return sent;
  }

  /**
   * Appends the oldest datagram, copied.
   *
   * @return its bytes, which may be 0; -EAGAIN if there is none; -EMSGSIZE if it is longer than the
   *     writable bytes, which leaves it queued
   */
  public static int recv(Zfur us, ByteBuf buf) {
    return us.zocket.receive(buf);
  }
}
