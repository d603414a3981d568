package dev.trident.xti.event;

import static dev.trident.xti.XtiConstants.*;

import dev.trident.xti.Dialect;

/**
 * Which pending events make which call fail with TLOOK. Calls that are not listed never do, except
 * the receiving ones: they meet a disconnect or release when no data is left before it.
 */
public enum LookRule {
  ACCEPT(0, T_DISCONNECT | T_LISTEN, T_DISCONNECT | T_LISTEN),
  CONNECT(T_DISCONNECT | T_LISTEN),
  LISTEN(T_DISCONNECT),
  RCVCONNECT(T_DISCONNECT),
  RCVREL(T_DISCONNECT),
  RCVUDATA(T_UDERR),
  SND(T_DISCONNECT, T_DISCONNECT | T_ORDREL, T_DISCONNECT),
  SNDUDATA(T_UDERR, T_UDERR, 0),
  SNDREL(T_DISCONNECT, T_DISCONNECT, 0),
  SNDDIS(T_DISCONNECT),
  UNBIND(T_LISTEN | T_DATA | T_UDERR);

  private final int xti;
  private final int xti4;
  private final int tli;

  LookRule(int everywhere) {
    this(everywhere, everywhere, everywhere);
  }

  LookRule(int xti, int xti4, int tli) {
    this.xti = xti;
    this.xti4 = xti4;
    this.tli = tli;
  }

  /** The events that make the call fail, as bits. */
  public int events(Dialect dialect) {
    return switch (dialect) {
      case XTI -> xti;
      case XTI4 -> xti4;
      case TLI -> tli;
    };
  }
}
