package dev.trident.xti;

/** {@code struct t_unitdata}: a datagram. */
@SuppressWarnings("MemberName") // the names of C
public final class TUnitdata {
  public final Netbuf addr = new Netbuf();
  public final Netbuf opt = new Netbuf();
  public final Netbuf udata = new Netbuf();
}
