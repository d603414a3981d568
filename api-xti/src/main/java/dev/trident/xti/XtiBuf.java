package dev.trident.xti;

import dev.trident.c.IntRef;
import io.netty.buffer.ByteBuf;

/**
 * Sending and receiving in Netty's manner: a send consumes readable bytes, a receive appends to
 * what is readable. Everything else is as with the call of {@link Xti} that has the same name.
 */
@SuppressWarnings("MemberName") // the names of C
public final class XtiBuf {
  private final Xti xti;
  private final TUnitdata unit = new TUnitdata();

  /** For endpoints of {@code xti}; one caller at a time. */
  public XtiBuf(Xti xti) {
    this.xti = xti;
  }

  /** Sends the readable bytes and moves the reader index by what was accepted: that, or -1. */
  public int t_snd(int fd, ByteBuf buf, int flags) {
    int sent = xti.send(fd, buf, buf.readerIndex(), buf.readableBytes(), flags);
    if (sent > 0) {
      buf.skipBytes(sent);
    }
    return sent;
  }

  /** Fills the writable bytes and moves the writer index by what was received: that, or -1. */
  public int t_rcv(int fd, ByteBuf buf, IntRef flags) {
    int received = xti.receive(fd, buf, buf.writerIndex(), buf.writableBytes(), flags);
    if (received > 0) {
      buf.writerIndex(buf.writerIndex() + received);
    }
    return received;
  }

  /**
   * Sends the readable bytes as one datagram to the address in {@code to}, and consumes them: 0, or
   * -1.
   */
  public int t_sndudata(int fd, ByteBuf buf, Netbuf to) {
    unit.addr.buf = to.buf;
    unit.addr.len = to.len;
    unit.udata.buf = buf;
    unit.udata.len = buf.readableBytes();
    int result = xti.t_sndudata(fd, unit);
    if (result == 0) {
      buf.skipBytes(unit.udata.len);
    }
    release();
    return result;
  }

  private void release() {
    unit.addr.buf = null;
    unit.udata.buf = null;
  }
}
