package dev.trident.xti.event;

import static dev.trident.xti.XtiConstants.*;

/**
 * Which of several pending events t_look shows: the order of their arrival, as far as the engine
 * keeps it.
 *
 * <p>A disconnect comes behind data that is still unread, as it did on the wire, but before a
 * release, which it discards. T_GODATA and T_GOEXDATA come before data, since a caller who reads
 * slowly would otherwise never see them; t_look clears them, so they do not hide anything.
 */
public final class LookOrder {
  private static final int[] ORDER = {
    T_UDERR, T_CONNECT, T_GOEXDATA, T_GODATA, T_EXDATA, T_DATA, T_DISCONNECT, T_ORDREL, T_LISTEN,
  };

  private LookOrder() {}

  /**
   * The first event of {@code pending}, 0 if there is none.
   *
   * @param disconnectFirst whether a disconnect is shown before anything else, because a call has
   *     failed with TLOOK on its account
   */
  public static int first(int pending, boolean disconnectFirst) {
    if (disconnectFirst && (pending & T_DISCONNECT) != 0) {
      return T_DISCONNECT;
    }
    for (int event : ORDER) {
      if ((pending & event) != 0) {
        return event;
      }
    }
    return 0;
  }
}
