package dev.trident.xti;

import static dev.trident.xti.XtiConstants.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.Test;

/** The numbers of the standard's header files. */
class ConstantsTest {
  @Test
  @Requirement({
    "XTI-errno-01",
    "XTI-errno-02",
    "XTI-errno-03",
    "XTI-errno-04",
    "XTI-errno-05",
    "XTI-errno-06",
    "XTI-errno-07",
    "XTI-errno-08",
    "XTI-errno-09",
    "XTI-errno-10",
    "XTI-errno-11",
    "XTI-errno-12",
    "XTI-errno-13",
    "XTI-errno-14",
    "XTI-errno-15",
    "XTI-errno-16",
    "XTI-errno-17",
    "XTI-errno-18",
    "XTI-errno-19",
    "XTI-errno-20",
    "XTI-errno-21",
    "XTI-errno-22",
    "XTI-errno-23",
    "XTI-errno-24",
    "XTI-errno-25",
    "XTI-errno-26",
    "XTI-errno-27",
    "XTI-errno-28",
    "XTI-errno-29",
    "XTI-errno-30"
  })
  void shouldNumberTheErrorsFromOne() {
    assertThat(
            new int[] {
              TBADADDR,
              TBADOPT,
              TACCES,
              TBADF,
              TNOADDR,
              TOUTSTATE,
              TBADSEQ,
              TSYSERR,
              TLOOK,
              TBADDATA,
              TBUFOVFLW,
              TFLOW,
              TNODATA,
              TNODIS,
              TNOUDERR,
              TBADFLAG,
              TNOREL,
              TNOTSUPPORT,
              TSTATECHNG,
              TNOSTRUCTYPE,
              TBADNAME,
              TBADQLEN,
              TADDRBUSY,
              TINDOUT,
              TPROVMISMATCH,
              TRESQLEN,
              TRESADDR,
              TQFULL,
              TPROTO
            })
        .isEqualTo(oneTo(29));
  }

  @Test
  @Requirement({
    "XTI-event-01",
    "XTI-event-02",
    "XTI-event-03",
    "XTI-event-04",
    "XTI-event-05",
    "XTI-event-06",
    "XTI-event-07",
    "XTI-event-08",
    "XTI-event-09"
  })
  void shouldGiveEachEventItsBit() {
    assertThat(
            new int[] {
              T_LISTEN,
              T_CONNECT,
              T_DATA,
              T_EXDATA,
              T_DISCONNECT,
              T_UDERR,
              T_ORDREL,
              T_GODATA,
              T_GOEXDATA
            })
        .containsExactly(0x1, 0x2, 0x4, 0x8, 0x10, 0x40, 0x80, 0x100, 0x200);
  }

  @Test
  @Requirement({"XTI-flag-01", "XTI-flag-02"})
  void shouldGiveEachFlagItsBit() {
    assertThat(new int[] {T_MORE, T_EXPEDITED, T_PUSH}).containsExactly(1, 2, 4);
  }

  @Test
  @Requirement({
    "XTI-stateconst-01",
    "XTI-stateconst-02",
    "XTI-stateconst-03",
    "XTI-stateconst-04",
    "XTI-stateconst-05",
    "XTI-stateconst-06",
    "XTI-stateconst-07",
    "XTI-stateconst-08"
  })
  void shouldNumberTheStatesFromZero() {
    assertThat(
            new int[] {T_UNINIT, T_UNBND, T_IDLE, T_OUTCON, T_INCON, T_DATAXFER, T_OUTREL, T_INREL})
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  @Requirement({
    "XTI-const-01",
    "XTI-const-02",
    "XTI-const-03",
    "XTI-const-04",
    "XTI-const-05",
    "XTI-const-06",
    "XTI-const-07",
    "XTI-const-08",
    "XTI-const-09",
    "XTI-const-10",
    "XTI-const-11"
  })
  void shouldHaveTheSpecialValues() {
    assertThat(new int[] {T_COTS, T_COTS_ORD, T_CLTS}).containsExactly(1, 2, 3);
    assertThat(new int[] {T_INFINITE, T_INVALID, T_NULL, T_UNUSED}).containsExactly(-1, -2, 0, -1);
    assertThat(new int[] {T_YES, T_NO, T_GARBAGE}).containsExactly(1, 0, 2);
    assertThat(T_UNSPEC).isEqualTo(-3);
    assertThat(T_ABSREQ).isEqualTo(0x8000);
    assertThat(T_SENDZERO).isEqualTo(1);
    assertThat(T_ORDRELDATA).isEqualTo(2);
    assertThat(T_IOV_MAX).isEqualTo(16);
  }

  @Test
  @Requirement({"XTI-const-12", "XTI-const-13", "XTI-const-14", "XTI-const-15", "TLI-dialect-11"})
  void shouldNumberTheStructuresFromOne() {
    assertThat(new int[] {T_BIND, T_OPTMGMT, T_CALL, T_DIS, T_UNITDATA, T_UDERROR, T_INFO})
        .isEqualTo(oneTo(7));
    assertThat(
            new int[] {
              T_BIND_STR,
              T_OPTMGMT_STR,
              T_CALL_STR,
              T_DIS_STR,
              T_UNITDATA_STR,
              T_UDERROR_STR,
              T_INFO_STR
            })
        .isEqualTo(oneTo(7));
    assertThat(new int[] {T_ADDR, T_OPT, T_UDATA}).containsExactly(1, 2, 4);
    assertThat(T_ALL).isEqualTo(0xffff);
    assertThat(TLI_T_ALL).isEqualTo(7);
  }

  @Test
  @Requirement({
    "XTI-const-16",
    "XTI-const-17",
    "XTI-const-18",
    "XTI-optlevel-01",
    "XTI-optlevel-02",
    "XTI-optlevel-03",
    "XTI-optlevel-04"
  })
  void shouldHaveTheValuesOfOptionManagement() {
    assertThat(new int[] {T_NEGOTIATE, T_CHECK, T_DEFAULT, T_CURRENT})
        .containsExactly(4, 8, 0x10, 0x80);
    assertThat(new int[] {T_SUCCESS, T_FAILURE, T_PARTSUCCESS, T_READONLY, T_NOTSUPPORT})
        .containsExactly(0x20, 0x40, 0x100, 0x200, 0x400);
    assertThat(T_ALLOPT).isZero();
    assertThat(new int[] {XTI_GENERIC, T_INET_TCP, T_INET_UDP, T_INET_IP})
        .containsExactly(0xffff, 6, 17, 0);
  }

  private static int[] oneTo(int last) {
    int[] numbers = new int[last];
    for (int i = 0; i < last; i++) {
      numbers[i] = i + 1;
    }
    return numbers;
  }
}
