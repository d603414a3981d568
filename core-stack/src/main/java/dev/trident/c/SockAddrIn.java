package dev.trident.c;

import com.google.common.net.InetAddresses;

/**
 * {@code struct sockaddr_in}. Port and address are plain numbers, not in network byte order: the
 * port 80 is 80, and 10.0.0.1 is 0x0a000001.
 */
@SuppressWarnings("MemberName") // the names of C
public final class SockAddrIn extends SockAddr {
  /** {@code sizeof(struct sockaddr_in)}. */
  public static final int SIZEOF = 16;

  public static final int INADDR_ANY = 0;

  /** Port, 0..65535; 0 lets the call choose one. */
  public int sin_port;

  /** Address; 0 is {@link #INADDR_ANY}. */
  public int sin_addr;

  public SockAddrIn() {
    super(AF_INET);
  }

  public SockAddrIn(int sin_addr, int sin_port) {
    super(AF_INET);
    this.sin_addr = sin_addr;
    this.sin_port = sin_port;
  }

  /**
   * An address from dotted text.
   *
   * @throws IllegalArgumentException if {@code dotted} is not four numbers 0..255
   */
  public static SockAddrIn of(String dotted, int port) {
    return new SockAddrIn(C.inet_addr(dotted), port);
  }

  @Override
  public String toString() {
    return InetAddresses.fromInteger(sin_addr).getHostAddress() + ":" + sin_port;
  }
}
