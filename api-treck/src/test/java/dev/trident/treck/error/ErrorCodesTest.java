package dev.trident.treck.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StackError;
import dev.trident.testkit.Requirement;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorCodesTest {
  private static Map<String, Integer> codes() throws IllegalAccessException {
    Map<String, Integer> codes = new HashMap<>();
    for (Field field : ErrorCodes.class.getFields()) {
      String name = field.getName();
      if (!name.equals("TM_SOCKET_ERROR") && !name.equals("TM_ERROR_BASE")) {
        codes.put(name, field.getInt(null));
      }
    }
    return codes;
  }

  @ParameterizedTest
  @Requirement({"TRK-convention-06", "TRK-convention-07", "TRK-convention-08"})
  @CsvSource({
    "TM_EPERM, 1",
    "TM_ENOENT, 2",
    "TM_EINTR, 4",
    "TM_EIO, 5",
    "TM_EBADF, 9",
    "TM_ENOMEM, 12",
    "TM_EACCES, 13",
    "TM_EFAULT, 14",
    "TM_ENODEV, 19",
    "TM_EINVAL, 22",
    "TM_EMFILE, 24",
    "TM_EWOULDBLOCK, 35",
    "TM_EAGAIN, 35",
    "TM_EINPROGRESS, 36",
    "TM_EALREADY, 37",
    "TM_ENOTSOCK, 38",
    "TM_EMSGSIZE, 40",
    "TM_EPROTOTYPE, 41",
    "TM_ENOPROTOOPT, 42",
    "TM_EPROTONOSUPPORT, 43",
    "TM_EOPNOTSUPP, 45",
    "TM_EAFNOSUPPORT, 47",
    "TM_EADDRINUSE, 48",
    "TM_EADDRNOTAVAIL, 49",
    "TM_ENETDOWN, 50",
    "TM_ENETUNREACH, 51",
    "TM_ECONNABORTED, 53",
    "TM_ECONNRESET, 54",
    "TM_ENOBUFS, 55",
    "TM_EISCONN, 56",
    "TM_ENOTCONN, 57",
    "TM_ESHUTDOWN, 58",
    "TM_ETIMEDOUT, 60",
    "TM_ECONNREFUSED, 61",
    "TM_EHOSTDOWN, 64",
    "TM_EHOSTUNREACH, 65"
  })
  void shouldHaveTheNumberOfBsdWhenBsdHasTheError(String name, int number)
      throws IllegalAccessException {
    assertThat(codes()).containsEntry(name, ErrorCodes.TM_ERROR_BASE + number);
  }

  @Test
  @Requirement({"TRK-convention-07", "TRK-convention-10"})
  void shouldBeZeroForSuccessAndMinusOneForFailure() {
    assertThat(ErrorCodes.TM_ENOERROR).isZero();
    assertThat(ErrorCodes.TM_SOCKET_ERROR).isEqualTo(-1);
  }

  @Test
  @Requirement("TRK-convention-08")
  void shouldBeDistinctButForTwoNamesOfWouldBlock() throws IllegalAccessException {
    Map<String, Integer> codes = codes();
    assertThat(codes.remove("TM_EAGAIN")).isEqualTo(codes.get("TM_EWOULDBLOCK"));
    assertThat(new HashSet<>(codes.values())).hasSameSizeAs(codes.keySet());
  }

  @Test
  @Requirement("TRK-convention-09")
  void shouldLieAboveOneHundredWhenOfTheResolver() {
    assertThat(ErrorCodes.TM_EANSWER).isGreaterThan(100);
    assertThat(ErrorCodes.TM_NO_DATA).isGreaterThan(100).isNotEqualTo(ErrorCodes.TM_EANSWER);
  }

  @Test
  @Requirement("TRK-tfStrError-01")
  void shouldHaveATextOfItsOwnForEachCode() throws IllegalAccessException {
    Map<String, Integer> codes = codes();
    codes.remove("TM_EAGAIN");
    Set<String> texts = new HashSet<>();
    for (int code : codes.values()) {
      assertThat(ErrorTexts.of(code)).isNotBlank().doesNotContain("Unknown");
      texts.add(ErrorTexts.of(code));
    }
    assertThat(texts).hasSameSizeAs(codes.keySet());
    assertThat(ErrorTexts.of(-77)).contains("-77");
  }

  @ParameterizedTest
  @EnumSource
  void shouldTranslateEveryErrorOfTheEngine(StackError error) throws IllegalAccessException {
    assertThat(StackErrors.codeOf(error)).isNotZero().isIn(codes().values());
    assertThat(StackErrors.result(error.code)).isEqualTo(-StackErrors.codeOf(error));
  }

  @Test
  void shouldLeaveACountAsItIs() {
    assertThat(StackErrors.result(17)).isEqualTo(17);
    assertThat(StackErrors.result(0)).isZero();
  }
}
