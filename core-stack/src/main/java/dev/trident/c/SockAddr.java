package dev.trident.c;

/**
 * {@code struct sockaddr}: an address of some family, of which {@link SockAddrIn} is the only use.
 */
@SuppressWarnings("MemberName") // the names of C
public class SockAddr {
  public static final int AF_UNSPEC = 0;
  public static final int AF_INET = 2;

  /** Address family; settable so that a call's check of it can be provoked. */
  public int sa_family;

  public SockAddr(int sa_family) {
    this.sa_family = sa_family;
  }
}
