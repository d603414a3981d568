package dev.trident.xti;

/** {@code struct t_discon}. */
@SuppressWarnings("MemberName") // the names of C
public final class TDiscon {
  public final Netbuf udata = new Netbuf();

  /** Why: a positive errno value on TCP. */
  public int reason;

  /** Which outstanding indication was withdrawn; -1 elsewhere. */
  public int sequence;
}
