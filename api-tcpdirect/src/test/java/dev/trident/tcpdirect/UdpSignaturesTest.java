package dev.trident.tcpdirect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.testkit.Requirement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The calls of zf_udp.h have the parameters of the guide in its order, by the binding rules. */
class UdpSignaturesTest {
  @Test
  @Requirement({
    "ZF-zfur_alloc-01",
    "ZF-zfur_free-01",
    "ZF-zfur_addr_bind-01",
    "ZF-zfur_addr_unbind-01",
    "ZF-zfur_zc_recv-01",
    "ZF-zfur_zc_recv_done-01",
    "ZF-zfur_pkt_get_header-01",
    "ZF-zfur_to_waitable-01",
    "ZF-zfut_alloc-01",
    "ZF-zfut_free-01",
    "ZF-zfut_get_header_size-01",
    "ZF-zfut_send_single-01",
    "ZF-zfut_to_waitable-01",
  })
  void shouldHaveTheParametersOfTheGuideInItsOrder() {
    assertThat(
            Arrays.stream(Zf.class.getMethods())
                .filter(method -> method.getName().matches("zfu[rt]_.*"))
                .map(UdpSignaturesTest::signature))
        .contains(
            "int zfur_alloc(Ref, ZfStack, ZfAttr)",
            "int zfur_free(Zfur)",
            "int zfur_addr_bind(Zfur, SockAddr, int, SockAddr, int, int)",
            "int zfur_addr_unbind(Zfur, SockAddr, int, SockAddr, int, int)",
            "void zfur_zc_recv(Zfur, ZfurMsg, int)",
            "void zfur_zc_recv_done(Zfur, ZfurMsg)",
            "int zfur_pkt_get_header(Zfur, ZfurMsg, Ref, Ref, int)",
            "ZfWaitable zfur_to_waitable(Zfur)",
            "int zfut_alloc(Ref, ZfStack, SockAddr, int, SockAddr, int, int, ZfAttr)",
            "int zfut_free(Zfut)",
            "int zfut_get_header_size(Zfut)",
            "int zfut_send_single(Zfut, ByteBuf, int)",
            "ZfWaitable zfut_to_waitable(Zfut)");
  }

  /** Only allocation names a zfut's addresses; only zfut calls send and only zfur calls receive. */
  @Test
  @Requirement({"ZF-zocket-05", "ZF-zocket-07", "ZF-zfut_alloc-11", "ZF-api-11"})
  void shouldSendByOneKindOnlyToTheAddressOfItsAllocation() {
    assertThat(callsOn(Zfut.class))
        .containsExactlyInAnyOrder(
            "zfut_free",
            "zfut_get_mss",
            "zfut_get_header_size",
            "zfut_send_single",
            "zfut_send",
            "zfut_get_tx_timestamps",
            "zfut_to_waitable");
    assertThat(callsOn(Zfur.class)).noneMatch(name -> name.contains("send"));
    assertThat(Zfut.class.getFields()).isEmpty();
    assertThat(Zfur.class.getFields()).isEmpty();
  }

  private static String[] callsOn(Class<?> zocket) {
    return Arrays.stream(Zf.class.getMethods())
        .filter(method -> Arrays.asList(method.getParameterTypes()).contains(zocket))
        .map(Method::getName)
        .toArray(String[]::new);
  }

  private static String signature(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(
            Collectors.joining(
                ", ", method.getReturnType().getSimpleName() + " " + method.getName() + "(", ")"));
  }
}
