package dev.trident.xti.endpoint;

import com.google.common.base.Splitter;
import dev.trident.xti.XtiConstants;
import java.util.List;

/**
 * The next-state table of XTI. Next to a state stands what happens to {@code ocnt}, the number of
 * connect indications that were shown and not yet answered: {@code =0} it becomes 0, {@code ++} and
 * {@code --} it changes by one. A dash is a call that fails with TOUTSTATE.
 */
public final class StateTable {
  /** The columns; their places are the numbers of the states. */
  private static final String STATES = "UNINIT UNBND IDLE OUTCON INCON DATAXFER OUTREL INREL";

  private static final String TABLE =
      """
      OPENED      UNBND  -         -         -         -           -         -       -
      BIND        -      IDLE=0    -         -         -           -         -       -
      OPTMGMT     -      UNBND     IDLE      OUTCON    INCON       DATAXFER  OUTREL  INREL
      UNBIND      -      -         UNBND     -         -           -         -       -
      CLOSED      -      UNINIT    UNINIT    UNINIT    UNINIT      UNINIT    UNINIT  UNINIT
      SNDUDATA    -      -         IDLE      -         -           -         -       -
      RCVUDATA    -      -         IDLE      -         -           -         -       -
      RCVUDERR    -      -         IDLE      -         -           -         -       -
      CONNECT1    -      -         DATAXFER  -         -           -         -       -
      CONNECT2    -      -         OUTCON    -         -           -         -       -
      RCVCONNECT  -      -         -         DATAXFER  -           -         -       -
      LISTEN      -      -         INCON++   -         INCON++     -         -       -
      ACCEPT1     -      -         -         -         DATAXFER--  -         -       -
      ACCEPT2     -      -         -         -         IDLE--      -         -       -
      ACCEPT3     -      -         -         -         INCON--     -         -       -
      PASS_CONN   -      DATAXFER  DATAXFER  -         -           -         -       -
      SND         -      -         -         -         -           DATAXFER  -       INREL
      RCV         -      -         -         -         -           DATAXFER  OUTREL  -
      SNDDIS1     -      -         -         IDLE      IDLE--      IDLE      IDLE    IDLE
      SNDDIS2     -      -         -         -         INCON--     -         -       -
      RCVDIS1     -      -         -         IDLE      -           IDLE      IDLE    IDLE
      RCVDIS2     -      -         -         -         IDLE--      -         -       -
      RCVDIS3     -      -         -         -         INCON--     -         -       -
      SNDREL      -      -         -         -         -           OUTREL    -       IDLE
      RCVREL      -      -         -         -         -           INREL     IDLE    -
      """;

  /** What a call in a wrong state leads to. */
  public static final int INVALID = -1;

  private static final int STATE_COUNT = 8;
  private static final int CLEAR_OCNT = Integer.MIN_VALUE;

  private static final byte[] NEXT = new byte[StateEvent.values().length * STATE_COUNT];
  private static final int[] OCNT = new int[NEXT.length];

  static {
    List<String> states = Splitter.on(' ').splitToList(STATES);
    Splitter cells = Splitter.on(' ').omitEmptyStrings();
    for (String line : Splitter.on('\n').omitEmptyStrings().split(TABLE)) {
      List<String> row = cells.splitToList(line);
      int event = StateEvent.valueOf(row.get(0)).ordinal();
      for (int state = 0; state < STATE_COUNT; state++) {
        String cell = row.get(1 + state);
        int at = event * STATE_COUNT + state;
        OCNT[at] = ocntOf(cell);
        NEXT[at] = (byte) states.indexOf(cell.replaceAll("[^A-Z]", "")); // -1 for a dash
      }
    }
  }

  private StateTable() {}

  private static int ocntOf(String cell) {
    if (cell.endsWith("=0")) {
      return CLEAR_OCNT;
    }
    return cell.endsWith("++") ? 1 : cell.endsWith("--") ? -1 : 0;
  }

  /** Whether {@code event} may happen in {@code state}. */
  public static boolean isValid(StateEvent event, int state) {
    return next(event, state) != INVALID;
  }

  /** The state after {@code event} in {@code state}, or {@link #INVALID}. */
  public static int next(StateEvent event, int state) {
    return NEXT[event.ordinal() * STATE_COUNT + state];
  }

  /** {@code ocnt} after {@code event} in {@code state}. */
  public static int ocnt(StateEvent event, int state, int ocnt) {
    int change = OCNT[event.ordinal() * STATE_COUNT + state];
    return change == CLEAR_OCNT ? 0 : ocnt + change;
  }

  /** The name of a state, for messages. */
  static String name(int state) {
    return state == XtiConstants.T_UNINIT
        ? "T_UNINIT"
        : "T_" + Splitter.on(' ').splitToList(STATES).get(state);
  }
}
