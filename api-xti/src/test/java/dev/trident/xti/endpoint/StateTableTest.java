package dev.trident.xti.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.testkit.Requirement;
import dev.trident.xti.XtiConstants;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Cell by cell against the table of the standard, written down here a second time. */
class StateTableTest {
  /** In the order of their numbers. */
  private static final List<String> STATES =
      List.of("UNINIT", "UNBND", "IDLE", "OUTCON", "INCON", "DATAXFER", "OUTREL", "INREL");

  /** Transitions as "event: state to state, ..."; whatever is not here is not valid. */
  private static final List<String> TRANSITIONS =
      List.of(
          "OPENED: UNINIT to UNBND",
          "BIND: UNBND to IDLE",
          "OPTMGMT: UNBND to UNBND, IDLE to IDLE, OUTCON to OUTCON, INCON to INCON,"
              + " DATAXFER to DATAXFER, OUTREL to OUTREL, INREL to INREL",
          "UNBIND: IDLE to UNBND",
          "CLOSED: UNBND to UNINIT, IDLE to UNINIT, OUTCON to UNINIT, INCON to UNINIT,"
              + " DATAXFER to UNINIT, OUTREL to UNINIT, INREL to UNINIT",
          "SNDUDATA: IDLE to IDLE",
          "RCVUDATA: IDLE to IDLE",
          "RCVUDERR: IDLE to IDLE",
          "CONNECT1: IDLE to DATAXFER",
          "CONNECT2: IDLE to OUTCON",
          "RCVCONNECT: OUTCON to DATAXFER",
          "LISTEN: IDLE to INCON, INCON to INCON",
          "ACCEPT1: INCON to DATAXFER",
          "ACCEPT2: INCON to IDLE",
          "ACCEPT3: INCON to INCON",
          "PASS_CONN: UNBND to DATAXFER, IDLE to DATAXFER",
          "SND: DATAXFER to DATAXFER, INREL to INREL",
          "RCV: DATAXFER to DATAXFER, OUTREL to OUTREL",
          "SNDDIS1: OUTCON to IDLE, INCON to IDLE, DATAXFER to IDLE, OUTREL to IDLE, INREL to IDLE",
          "SNDDIS2: INCON to INCON",
          "RCVDIS1: OUTCON to IDLE, DATAXFER to IDLE, OUTREL to IDLE, INREL to IDLE",
          "RCVDIS2: INCON to IDLE",
          "RCVDIS3: INCON to INCON",
          "SNDREL: DATAXFER to OUTREL, INREL to IDLE",
          "RCVREL: DATAXFER to INREL, OUTREL to IDLE");

  private static int expected(StateEvent event, int state) {
    for (String line : TRANSITIONS) {
      String[] parts = line.split(": ", -1);
      if (parts[0].equals(event.name())) {
        for (String cell : parts[1].split(", ", -1)) {
          String[] ends = cell.split(" to ", -1);
          if (STATES.indexOf(ends[0]) == state) {
            return STATES.indexOf(ends[1]);
          }
        }
        return StateTable.INVALID;
      }
    }
    throw new AssertionError("no row for " + event);
  }

  @TestFactory
  @Requirement({
    "XTI-state.T_UNINIT-01",
    "XTI-state.T_UNBND-02",
    "XTI-state.T_IDLE-01",
    "XTI-state.T_OUTCON-01",
    "XTI-state.T_INCON-01",
    "XTI-state.T_DATAXFER-01",
    "XTI-state.T_OUTREL-01",
    "XTI-state.T_INREL-01"
  })
  Stream<DynamicTest> shouldMoveAsTheStandardSaysInEveryCell() {
    return Arrays.stream(StateEvent.values())
        .flatMap(
            event ->
                STATES.stream()
                    .map(
                        state ->
                            DynamicTest.dynamicTest(
                                event + " in " + state,
                                () ->
                                    assertThat(StateTable.next(event, STATES.indexOf(state)))
                                        .isEqualTo(expected(event, STATES.indexOf(state))))));
  }

  @Test
  @Requirement("XTI-state.rule-02")
  void shouldCountIndicationsShownAndAnswered() {
    assertThat(StateTable.ocnt(StateEvent.BIND, XtiConstants.T_UNBND, 7)).isZero();
    assertThat(StateTable.ocnt(StateEvent.LISTEN, XtiConstants.T_IDLE, 0)).isEqualTo(1);
    assertThat(StateTable.ocnt(StateEvent.LISTEN, XtiConstants.T_INCON, 1)).isEqualTo(2);
    for (StateEvent answer :
        List.of(
            StateEvent.ACCEPT1,
            StateEvent.ACCEPT2,
            StateEvent.ACCEPT3,
            StateEvent.SNDDIS1,
            StateEvent.SNDDIS2,
            StateEvent.RCVDIS2,
            StateEvent.RCVDIS3)) {
      assertThat(StateTable.ocnt(answer, XtiConstants.T_INCON, 3)).as("%s", answer).isEqualTo(2);
    }
    assertThat(StateTable.ocnt(StateEvent.SNDDIS1, XtiConstants.T_DATAXFER, 0)).isZero();
    assertThat(StateTable.ocnt(StateEvent.RCVDIS1, XtiConstants.T_OUTCON, 0)).isZero();
  }
}
