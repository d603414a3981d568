package dev.trident.tcpdirect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StackError;
import dev.trident.tcpdirect.error.ErrnoTranslation;
import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Numbers that programs and peers see. */
class ConstantsTest {
  @ParameterizedTest
  @CsvSource({
    "ENOENT, 2",
    "EIO, 5",
    "EAGAIN, 11",
    "ENOMEM, 12",
    "EFAULT, 14",
    "EBUSY, 16",
    "EXDEV, 18",
    "ENODEV, 19",
    "EINVAL, 22",
    "ENOSPC, 28",
    "EPIPE, 32",
    "EDOM, 33",
    "ENOSYS, 38",
    "ENOMSG, 42",
    "EL2NSYNC, 45",
    "ENODATA, 61",
    "EOVERFLOW, 75",
    "EMSGSIZE, 90",
    "EOPNOTSUPP, 95",
    "EAFNOSUPPORT, 97",
    "EADDRINUSE, 98",
    "EADDRNOTAVAIL, 99",
    "ECONNRESET, 104",
    "ENOBUFS, 105",
    "EISCONN, 106",
    "ENOTCONN, 107",
    "ETIMEDOUT, 110",
    "ECONNREFUSED, 111",
    "EHOSTUNREACH, 113",
    "EALREADY, 114",
    "ENOKEY, 126",
  })
  @Requirement({"ZF-const-11", "ZF-const-12", "ZF-const-13", "ZF-const-14"})
  void shouldHaveLinuxErrorNumbers(String name, int value) throws ReflectiveOperationException {
    assertThat(ZfErrno.class.getField(name).getInt(null)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({
    "EPOLLIN, 0x1",
    "EPOLLOUT, 0x4",
    "EPOLLERR, 0x8",
    "EPOLLHUP, 0x10",
    "EPOLLRDHUP, 0x2000",
    "EPOLLSTACKHUP, 0x2000",
    "MSG_MORE, 0x8000",
    "ZFUT_FLAG_DONT_FRAGMENT, 0x4000",
    "TCP_ESTABLISHED, 1",
    "TCP_SYN_SENT, 2",
    "TCP_SYN_RECV, 3",
    "TCP_FIN_WAIT1, 4",
    "TCP_FIN_WAIT2, 5",
    "TCP_TIME_WAIT, 6",
    "TCP_CLOSE, 7",
    "TCP_CLOSE_WAIT, 8",
    "TCP_LAST_ACK, 9",
    "TCP_LISTEN, 10",
    "TCP_CLOSING, 11",
    "ZF_LF_STACK_NAME, 1",
    "ZF_LF_FRC, 2",
    "ZF_LF_TCP_TIME, 4",
    "ZF_LF_PROCESS, 8",
  })
  @Requirement({
    "ZF-const-01",
    "ZF-const-02",
    "ZF-const-04",
    "ZF-const-06",
    "ZF-const-08",
    "ZF-const-09",
  })
  void shouldHaveDocumentedConstants(String name, String value)
      throws ReflectiveOperationException {
    assertThat(Zf.class.getField(name).getInt(null)).isEqualTo(Integer.decode(value));
  }

  @ParameterizedTest
  @EnumSource(StackError.class)
  void shouldTranslateEveryErrorOfTheEngine(StackError error) {
    assertThat(ErrnoTranslation.errno(error)).isPositive();
    assertThat(ErrnoTranslation.result(error.code)).isEqualTo(-ErrnoTranslation.errno(error));
  }

  @Test
  void shouldGiveEachCallItsOwnNumberWhereTheGuideDoes() {
    int noBuffers = StackError.NO_BUFFERS.code;
    assertThat(ErrnoTranslation.tcpSend(noBuffers)).isEqualTo(-ZfErrno.ENOMEM);
    assertThat(ErrnoTranslation.udpSend(noBuffers)).isEqualTo(-ZfErrno.ENOBUFS);
    int reset = StackError.CONNECTION_RESET.code;
    assertThat(ErrnoTranslation.tcpSend(reset)).isEqualTo(-ZfErrno.ENOTCONN);
    assertThat(ErrnoTranslation.result(reset)).isEqualTo(-ZfErrno.ECONNRESET);
    int limit = StackError.ENDPOINT_LIMIT.code;
    assertThat(ErrnoTranslation.filter(limit)).isEqualTo(-ZfErrno.EBUSY);
    assertThat(ErrnoTranslation.result(limit)).isEqualTo(-ZfErrno.ENOBUFS);
  }
}
