package dev.trident.tcpdirect;

/** {@code struct iphdr}, the fixed part of an IPv4 header (RFC 791), with plain numbers. */
@SuppressWarnings("MemberName") // the names of C
public final class IpHdr {
  public int version;

  /** Header length in words of 4 bytes, options included. */
  public int ihl;

  public int tos;
  public int tot_len;
  public int id;

  /** Flags in bits 13 to 15, fragment offset in units of 8 bytes below. */
  public int frag_off;

  public int ttl;
  public int protocol;
  public int check;

  /** Source address as a number. */
  public int saddr;

  /** Destination address as a number. */
  public int daddr;
}
