package dev.trident.treck;

/** {@code struct ip_mreq_source} (RFC 3678 section 4.1): one source of a group. */
@SuppressWarnings("MemberName") // the names of RFC 3678
public final class IpMreqSource {
  /** {@code sizeof(struct ip_mreq_source)}. */
  public static final int SIZEOF = 12;

  /** The group. */
  public int imr_multiaddr;

  /** Who sends to it. */
  public int imr_sourceaddr;

  /** An address of the interface; 0 lets the route to the group decide. */
  public int imr_interface;

  public IpMreqSource() {}

  public IpMreqSource(int imr_multiaddr, int imr_sourceaddr, int imr_interface) {
    this.imr_multiaddr = imr_multiaddr;
    this.imr_sourceaddr = imr_sourceaddr;
    this.imr_interface = imr_interface;
  }
}
