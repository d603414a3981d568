package dev.trident.xti;

/** {@code struct t_bind}. */
@SuppressWarnings("MemberName") // the names of C
public final class TBind {
  public final Netbuf addr = new Netbuf();

  /** Connect indications that may be outstanding; above 0 the endpoint listens. */
  public int qlen;
}
