package dev.trident.xti.endpoint;

import dev.trident.c.C;
import dev.trident.c.SockAddr;
import dev.trident.xti.Dialect;
import dev.trident.xti.Netbuf;
import dev.trident.xti.XtiConstants;
import dev.trident.xti.error.Failure;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Addresses in a netbuf: {@code struct sockaddr_in}, all numbers in network byte order.
 *
 * <pre>
 *   0        2      4          8               16
 *   +--------+------+----------+---------------+
 *   | family | port | address  | zero          |
 *   +--------+------+----------+---------------+
 * </pre>
 */
public final class SocketAddresses {
  /** {@code sizeof(struct sockaddr_in)}. */
  public static final int BYTES = 16;

  private static final int FAMILY = 0;
  private static final int PORT = 2;
  private static final int ADDRESS = 4;
  private static final int ZERO = 8;

  private SocketAddresses() {}

  /** The memory of {@code addr} if it holds an IPv4 address, otherwise null: TBADADDR. */
  static @Nullable ByteBuf check(Netbuf addr) {
    ByteBuf buf = addr.buf;
    if (buf == null || addr.len != BYTES || !C.inBounds(buf, BYTES)) {
      return null;
    }
    return buf.getShort(buf.readerIndex() + FAMILY) == SockAddr.AF_INET ? buf : null;
  }

  /** The address at the pointer {@code p}, as a plain number. */
  public static int address(ByteBuf p) {
    return p.getInt(p.readerIndex() + ADDRESS);
  }

  /** The port at the pointer {@code p}, 0..65535. */
  public static int port(ByteBuf p) {
    return p.getUnsignedShort(p.readerIndex() + PORT);
  }

  /** Writes {@link #BYTES} bytes at the pointer {@code p}. */
  public static void write(ByteBuf p, int address, int port) {
    int at = p.readerIndex();
    p.setShort(at + FAMILY, SockAddr.AF_INET);
    p.setShort(at + PORT, port);
    p.setInt(at + ADDRESS, address);
    p.setLong(at + ZERO, 0);
  }

  /** Stores an address that a call returns: 0, or TBUFOVFLW and nothing stored. */
  static int store(Netbuf target, int address, int port, Dialect dialect) {
    target.len = 0;
    if (target.maxlen == 0 && dialect.zeroRoomMeansNotWanted()) {
      return 0;
    }
    ByteBuf buf = target.buf;
    if (buf == null || room(target) < BYTES) {
      return Failure.of(XtiConstants.TBUFOVFLW);
    }
    write(buf, address, port);
    target.len = BYTES;
    return 0;
  }

  /** Bytes that can really be written to {@code target}. */
  static int room(Netbuf target) {
    ByteBuf buf = target.buf;
    if (buf == null || buf.isReadOnly() || buf.refCnt() == 0) {
      return 0;
    }
    return Math.max(0, Math.min(target.maxlen, buf.capacity() - buf.readerIndex()));
  }
}
