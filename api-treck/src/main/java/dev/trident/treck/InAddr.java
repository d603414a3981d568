package dev.trident.treck;

/** {@code struct in_addr}: the value of the option IPO_MULTICAST_IF. */
@SuppressWarnings("MemberName") // the names of BSD
public final class InAddr {
  /** {@code sizeof(struct in_addr)}. */
  public static final int SIZEOF = 4;

  public int s_addr;

  public InAddr() {}

  public InAddr(int s_addr) {
    this.s_addr = s_addr;
  }
}
