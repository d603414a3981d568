package dev.trident.tcpdirect;

/** {@code struct udphdr}, a UDP header (RFC 768), with plain numbers. */
public final class UdpHdr {
  /** Source port. */
  public int source;

  /** Destination port. */
  public int dest;

  /** Length of header and payload. */
  public int len;

  public int check;
}
