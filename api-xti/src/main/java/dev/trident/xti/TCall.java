package dev.trident.xti;

/** {@code struct t_call}. */
@SuppressWarnings("MemberName") // the names of C
public final class TCall {
  public final Netbuf addr = new Netbuf();
  public final Netbuf opt = new Netbuf();
  public final Netbuf udata = new Netbuf();

  /** Names an indication among those outstanding. */
  public int sequence;
}
