package dev.trident.treck;

/** {@code struct linger}: the value of the option SO_LINGER. */
@SuppressWarnings("MemberName") // the names of BSD
public final class Linger {
  /** {@code sizeof(struct linger)}. */
  public static final int SIZEOF = 8;

  /** Not 0: tfClose of a stream minds {@link #l_linger}. 0: it returns at once. */
  public int l_onoff;

  /** Seconds that a blocking tfClose waits for the close handshake; 0 aborts the connection. */
  public int l_linger;

  public Linger() {}

  public Linger(int l_onoff, int l_linger) {
    this.l_onoff = l_onoff;
    this.l_linger = l_linger;
  }
}
