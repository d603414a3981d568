package dev.trident.treck;

/** {@code struct ip_mreq}: a group, and the interface on which it is joined. */
@SuppressWarnings("MemberName") // the names of BSD
public final class IpMreq {
  /** {@code sizeof(struct ip_mreq)}. */
  public static final int SIZEOF = 8;

  /** The group. */
  public int imr_multiaddr;

  /** An address of the interface; 0 lets the route to the group decide. */
  public int imr_interface;

  public IpMreq() {}

  public IpMreq(int imr_multiaddr, int imr_interface) {
    this.imr_multiaddr = imr_multiaddr;
    this.imr_interface = imr_interface;
  }
}
