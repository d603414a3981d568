package dev.trident.xti;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.testkit.Requirement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Calls and structures have the shape of the manual, by the binding rules. */
class SignaturesTest {
  @Test
  @Requirement({
    "XTI-signature-01",
    "XTI-signature-02",
    "XTI-signature-03",
    "XTI-signature-04",
    "XTI-signature-05",
    "XTI-signature-06",
    "XTI-signature-07",
    "XTI-signature-08",
    "XTI-signature-09",
    "XTI-signature-10",
    "XTI-signature-11",
    "XTI-signature-12",
    "XTI-signature-13",
    "XTI-signature-15",
    "XTI-signature-16",
    "XTI-signature-17",
    "XTI-signature-18",
    "XTI-signature-19",
    "XTI-signature-20",
    "XTI-signature-21",
    "XTI-signature-22",
    "XTI-signature-23",
    "XTI-signature-24",
    "XTI-signature-25",
    "XTI-signature-26",
    "XTI-signature-27",
    "XTI-signature-28",
    "XTI-signature-29",
    "XTI-signature-30",
    "XTI-signature-31",
    "XTI-signature-32",
    "XTI-signature-33",
    "XTI-t_sndv-01"
  })
  void shouldHaveTheParametersOfTheManualInItsOrder() {
    assertThat(Arrays.stream(Xti.class.getMethods()).map(SignaturesTest::signature))
        .contains(
            "int t_accept(int, int, TCall)",
            "Object t_alloc(int, int, int)",
            "int t_bind(int, TBind, TBind)",
            "int t_close(int)",
            "int t_connect(int, TCall, TCall)",
            "int t_error(String)",
            "int t_free(Object, int)",
            "int t_getinfo(int, TInfo)",
            "int t_getprotaddr(int, TBind, TBind)",
            "int t_getstate(int)",
            "int t_listen(int, TCall)",
            "int t_look(int)",
            "int t_open(String, int, TInfo)",
            "int t_rcv(int, ByteBuf, int, IntRef)",
            "int t_rcvconnect(int, TCall)",
            "int t_rcvdis(int, TDiscon)",
            "int t_rcvrel(int)",
            "int t_rcvreldata(int, TDiscon)",
            "int t_rcvudata(int, TUnitdata, IntRef)",
            "int t_rcvuderr(int, TUderr)",
            "int t_rcvv(int, TIovec[], int, IntRef)",
            "int t_rcvvudata(int, TUnitdata, TIovec[], int, IntRef)",
            "int t_snd(int, ByteBuf, int, int)",
            "int t_snddis(int, TCall)",
            "int t_sndrel(int)",
            "int t_sndreldata(int, TDiscon)",
            "int t_sndudata(int, TUnitdata)",
            "int t_sndvudata(int, TUnitdata, TIovec[], int)",
            "String t_strerror(int)",
            "int t_sync(int)",
            "int t_sysconf(int)",
            "int t_unbind(int)",
            "int t_sndv(int, TIovec[], int, int)");
  }

  private static String signature(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(
            Collectors.joining(
                ", ", method.getReturnType().getSimpleName() + " " + method.getName() + "(", ")"));
  }

  @Test
  @Requirement({
    "XTI-struct-01",
    "XTI-struct-02",
    "XTI-struct-05",
    "XTI-struct-06",
    "XTI-struct-07",
    "XTI-struct-08",
    "XTI-struct-09",
    "XTI-struct-10",
    "XTI-struct-11",
    "XTI-struct-12"
  })
  void shouldHaveTheFieldsOfTheManualInItsOrder() {
    assertThat(fields(Netbuf.class)).isEqualTo("int maxlen, int len, ByteBuf buf");
    assertThat(fields(TInfo.class))
        .isEqualTo(
            "int addr, int options, int tsdu, int etsdu, int connect, int discon, int servtype,"
                + " int flags");
    assertThat(fields(TBind.class)).isEqualTo("Netbuf addr, int qlen");
    assertThat(fields(TOptmgmt.class)).isEqualTo("Netbuf opt, int flags");
    assertThat(fields(TDiscon.class)).isEqualTo("Netbuf udata, int reason, int sequence");
    assertThat(fields(TCall.class))
        .isEqualTo("Netbuf addr, Netbuf opt, Netbuf udata, int sequence");
    assertThat(fields(TUnitdata.class)).isEqualTo("Netbuf addr, Netbuf opt, Netbuf udata");
    assertThat(fields(TUderr.class)).isEqualTo("Netbuf addr, Netbuf opt, int error");
    assertThat(fields(TIovec.class)).isEqualTo("ByteBuf iov_base, int iov_len");
  }

  private static String fields(Class<?> structure) {
    return Arrays.stream(structure.getDeclaredFields())
        .filter(field -> Modifier.isPublic(field.getModifiers()))
        .map(SignaturesTest::declaration)
        .collect(Collectors.joining(", "));
  }

  private static String declaration(Field field) {
    return field.getType().getSimpleName() + " " + field.getName();
  }
}
