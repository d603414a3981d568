package dev.trident.xti;

/** {@code struct t_optmgmt}. */
@SuppressWarnings("MemberName") // the names of C
public final class TOptmgmt {
  public final Netbuf opt = new Netbuf();
  public int flags;
}
