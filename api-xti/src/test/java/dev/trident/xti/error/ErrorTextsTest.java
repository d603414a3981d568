package dev.trident.xti.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StackError;
import dev.trident.testkit.Requirement;
import dev.trident.xti.Dialect;
import dev.trident.xti.XtiConstants;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ErrorTextsTest {
  @Test
  @Requirement({"XTI-t_strerror-01", "XTI-t_strerror-04"})
  void shouldHaveADifferentTextForEveryCode() {
    Set<String> texts = new HashSet<>();
    for (int code = 0; code <= XtiConstants.TPROTO; code++) {
      texts.add(ErrorTexts.ofTErrno(code));
    }
    assertThat(texts).hasSize(30).noneMatch(String::isBlank);
  }

  @Test
  @Requirement("XTI-t_strerror-02")
  void shouldNameTheNumberOfAnUnknownCode() {
    assertThat(ErrorTexts.ofTErrno(30)).contains("30").contains("unknown");
    assertThat(ErrorTexts.ofTErrno(-1)).contains("-1").contains("unknown");
  }

  @Test
  void shouldCarryBothNumbersOfAFailure() {
    int failure = Failure.system(XtiConstants.EHOSTUNREACH);
    assertThat(failure).isNegative();
    assertThat(Failure.tErrno(failure)).isEqualTo(XtiConstants.TSYSERR);
    assertThat(Failure.errno(failure)).isEqualTo(XtiConstants.EHOSTUNREACH);
    assertThat(Failure.tErrno(Failure.of(XtiConstants.TLOOK))).isEqualTo(XtiConstants.TLOOK);
    assertThat(Failure.errno(Failure.of(XtiConstants.TLOOK))).isZero();
  }

  @Test
  @Requirement({
    "XTI-reason-01",
    "XTI-reason-02",
    "XTI-reason-03",
    "XTI-reason-04",
    "XTI-reason-05",
    "XTI-reason-06"
  })
  void shouldGiveDisconnectReasonsAsErrnoValues() {
    assertThat(reason(StackError.CONNECTION_REFUSED)).isEqualTo(XtiConstants.ECONNREFUSED);
    assertThat(reason(StackError.CONNECTION_RESET)).isEqualTo(XtiConstants.ECONNRESET);
    assertThat(reason(StackError.BROKEN_PIPE)).isEqualTo(XtiConstants.ECONNRESET);
    assertThat(reason(StackError.TIMED_OUT)).isEqualTo(XtiConstants.ETIMEDOUT);
    assertThat(reason(StackError.NETWORK_UNREACHABLE)).isEqualTo(XtiConstants.ENETUNREACH);
    assertThat(reason(StackError.HOST_UNREACHABLE)).isEqualTo(XtiConstants.EHOSTUNREACH);
    assertThat(reason(StackError.CONNECTION_ABORTED)).isEqualTo(XtiConstants.ECONNABORTED);
  }

  private static int reason(StackError error) {
    return StackErrors.disconnectReason(error);
  }

  @Test
  @Requirement({"TLI-dialect-24", "TLI-dialect-28", "TLI-t_bind-01"})
  void shouldKeepToTheCodesOfTliInItsDialect() {
    assertThat(StackErrors.connect(StackError.ADDRESS_IN_USE, Dialect.TLI))
        .isEqualTo(Failure.of(XtiConstants.TBADADDR));
    assertThat(StackErrors.sndudata(StackError.MESSAGE_TOO_LONG, Dialect.TLI))
        .isEqualTo(Failure.system(XtiConstants.EPROTO));
    for (StackError error : StackError.values()) {
      assertThat(Failure.tErrno(StackErrors.bind(error, Dialect.TLI)))
          .as("%s", error)
          .isBetween(XtiConstants.TBADADDR, XtiConstants.TSTATECHNG);
    }
  }
}
