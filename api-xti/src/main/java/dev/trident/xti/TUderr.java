package dev.trident.xti;

/** {@code struct t_uderr}: what became of a datagram. */
@SuppressWarnings("MemberName") // the names of C
public final class TUderr {
  public final Netbuf addr = new Netbuf();
  public final Netbuf opt = new Netbuf();

  /** An errno value on UDP. */
  public int error;
}
