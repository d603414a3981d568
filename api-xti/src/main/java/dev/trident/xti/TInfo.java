package dev.trident.xti;

/** {@code struct t_info}: what a provider offers. Sizes are bytes, -1 no limit, -2 not offered. */
@SuppressWarnings("MemberName") // the names of C
public final class TInfo {
  /** Largest address. */
  public int addr;

  /** Largest option buffer. */
  public int options;

  /** Largest unit of data; 0 for a stream of bytes. */
  public int tsdu;

  /** Largest unit of expedited data. */
  public int etsdu;

  /** Largest data with a connect. */
  public int connect;

  /** Largest data with a disconnect. */
  public int discon;

  /** T_COTS, T_COTS_ORD or T_CLTS. */
  public int servtype;

  /** T_SENDZERO, T_ORDRELDATA; not in TLI, 0 there. */
  public int flags;
}
