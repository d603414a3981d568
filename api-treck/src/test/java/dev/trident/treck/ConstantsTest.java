package dev.trident.treck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.testkit.Requirement;
import dev.trident.treck.option.OptionConstants;
import dev.trident.treck.socket.SocketConstants;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConstantsTest {
  private static List<Integer> values(Class<?> constants, String prefix)
      throws IllegalAccessException {
    List<Integer> values = new ArrayList<>();
    for (Field field : constants.getFields()) {
      if (field.getName().startsWith(prefix)) {
        values.add(field.getInt(null));
      }
    }
    return values;
  }

  @Test
  @Requirement("TRK-convention-11")
  void shouldHaveTheMessageFlagsOfBsdAndOneMore() throws IllegalAccessException {
    assertThat(Treck.MSG_OOB).isEqualTo(0x1);
    assertThat(Treck.MSG_PEEK).isEqualTo(0x2);
    assertThat(Treck.MSG_DONTROUTE).isEqualTo(0x4);
    assertThat(Treck.MSG_WAITALL).isEqualTo(0x40);
    assertThat(Treck.MSG_DONTWAIT).isEqualTo(0x80);
    assertThat(Integer.bitCount(Treck.MSG_SCATTERED)).isEqualTo(1);
    assertThat(values(SocketConstants.class, "MSG_")).hasSize(6).doesNotHaveDuplicates();
  }

  @Test
  @Requirement("TRK-convention-12")
  void shouldTellTheBlockingStatesApart() {
    assertThat(Treck.TM_BLOCKING_ON).isNotEqualTo(Treck.TM_BLOCKING_OFF);
  }

  @Test
  @Requirement("TRK-convention-13")
  void shouldHaveTheOptionNumbersOfBsd() throws IllegalAccessException {
    assertThat(Treck.SOL_SOCKET).isEqualTo(0xffff);
    assertThat(Treck.SO_REUSEADDR).isEqualTo(0x4);
    assertThat(Treck.SO_KEEPALIVE).isEqualTo(0x8);
    assertThat(Treck.SO_LINGER).isEqualTo(0x80);
    assertThat(Treck.SO_OOBINLINE).isEqualTo(0x100);
    assertThat(Treck.SO_SNDBUF).isEqualTo(0x1001);
    assertThat(Treck.SO_RCVBUF).isEqualTo(0x1002);
    assertThat(Treck.SO_ERROR).isEqualTo(0x1007);
    assertThat(values(OptionConstants.class, "SO_")).hasSizeGreaterThan(14).doesNotHaveDuplicates();
    assertThat(values(OptionConstants.class, "TCP_")).doesNotHaveDuplicates();
  }

  @Test
  @Requirement("TRK-getsockopt-11")
  void shouldHaveTheIpOptions() throws IllegalAccessException {
    assertThat(values(OptionConstants.class, "IPO_"))
        .contains(
            Treck.IPO_TTL,
            Treck.IPO_TOS,
            Treck.IPO_HDRINCL,
            Treck.IPO_MULTICAST_TTL,
            Treck.IPO_MULTICAST_IF,
            Treck.IPO_ADD_MEMBERSHIP,
            Treck.IPO_DROP_MEMBERSHIP)
        .doesNotHaveDuplicates();
  }

  private static final Set<String> CALLS =
      Arrays.stream(Treck.class.getMethods())
          .map(Method::getName)
          .collect(Collectors.toCollection(HashSet::new));

  @Test
  @Requirement({"TRK-convention-03", "TRK-convention-04"})
  void shouldRenameOnlyWhatClashesWithACLibrary() {
    assertThat(CALLS)
        .contains("socket", "bind", "listen", "accept", "connect", "send", "sendto", "recv")
        .contains("recvfrom", "select", "getsockopt", "setsockopt", "shutdown", "tfClose")
        .doesNotContain("close", "read", "write", "ioctl");
  }

  @Test
  @Requirement({
    "TRK-tfZeroCopyUserBufferSend-01",
    "TRK-tfZeroCopyUserBufferSend-03",
    "TRK-tfZeroCopySend-01",
    "TRK-tfZeroCopySendTo-01",
    "TRK-tfZeroCopyRecv-01",
    "TRK-tfZeroCopyRecvFrom-01",
    "TRK-tfZeroCopyUserBufferSendTo-01",
    "TRK-tfGetZeroCopyBuffer-01",
    "TRK-tfFreeZeroCopyBuffer-01"
  })
  void shouldTakeTheParametersOfTheManualInItsOrder() {
    assertThat(signature("tfZeroCopyUserBufferSend"))
        .isEqualTo("int(int, Object, ByteBuf, int, TtUserFreeFunc, int)");
    assertThat(signature("tfZeroCopyUserBufferSendTo"))
        .isEqualTo("int(int, Object, ByteBuf, int, TtUserFreeFunc, int, SockAddr, int)");
    assertThat(signature("tfZeroCopySend")).isEqualTo("int(int, TtUserMessage, int, int)");
    assertThat(signature("tfZeroCopySendTo"))
        .isEqualTo("int(int, TtUserMessage, int, int, SockAddr, int)");
    assertThat(signature("tfZeroCopyRecv")).isEqualTo("int(int, Ref, Ref, int, int)");
    assertThat(signature("tfZeroCopyRecvFrom"))
        .isEqualTo("int(int, Ref, Ref, int, int, SockAddr, IntRef)");
    assertThat(signature("tfGetZeroCopyBuffer")).isEqualTo("TtUserMessage(int, Ref)");
    assertThat(signature("tfFreeZeroCopyBuffer")).isEqualTo("int(TtUserMessage)");
  }

  private static String signature(String name) {
    List<String> found = new ArrayList<>();
    for (Class<?> type = Treck.class; type != null; type = type.getSuperclass()) {
      for (Method method : type.getDeclaredMethods()) {
        if (method.getName().equals(name) && !method.isBridge()) {
          found.add(
              method.getReturnType().getSimpleName()
                  + Arrays.stream(method.getParameterTypes())
                      .map(Class::getSimpleName)
                      .collect(Collectors.joining(", ", "(", ")")));
        }
      }
    }
    assertThat(found).hasSize(1);
    return found.getFirst();
  }
}
