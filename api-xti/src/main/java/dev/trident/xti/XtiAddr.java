package dev.trident.xti;

import dev.trident.c.C;
import dev.trident.c.SockAddrIn;
import dev.trident.xti.endpoint.SocketAddresses;
import io.netty.buffer.ByteBuf;

/**
 * Moves addresses between {@link SockAddrIn} and the bytes of a netbuf, as {@code memcpy} of a
 * {@code struct sockaddr_in} does in C. The family is in network byte order too, as on the
 * big-endian machines of the time.
 */
public final class XtiAddr {
  private XtiAddr() {}

  /**
   * Makes {@code target} hold {@code address}: into its memory if there is enough, into new memory
   * otherwise. Sets {@code len}, and {@code maxlen} with new memory.
   */
  public static void put(Netbuf target, SockAddrIn address) {
    ByteBuf buf = target.buf;
    if (buf == null || !C.writable(buf, SocketAddresses.BYTES)) {
      buf = C.malloc(SocketAddresses.BYTES);
      target.buf = buf;
      target.maxlen = SocketAddresses.BYTES;
    }
    SocketAddresses.write(buf, address.sin_addr, address.sin_port);
    target.len = SocketAddresses.BYTES;
  }

  /**
   * The address that {@code source} holds.
   *
   * @throws IllegalArgumentException if it holds fewer than 16 bytes
   */
  public static SockAddrIn get(Netbuf source) {
    ByteBuf buf = source.buf;
    if (buf == null || source.len < SocketAddresses.BYTES) {
      throw new IllegalArgumentException("no address in the netbuf: len " + source.len);
    }
    return new SockAddrIn(SocketAddresses.address(buf), SocketAddresses.port(buf));
  }

  /** Gives {@code target} memory for an address: what a call will fill in. */
  public static void room(Netbuf target) {
    target.buf = C.malloc(SocketAddresses.BYTES);
    target.maxlen = SocketAddresses.BYTES;
    target.len = 0;
  }
}
