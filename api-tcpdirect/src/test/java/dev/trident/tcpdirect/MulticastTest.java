package dev.trident.tcpdirect;

import static dev.trident.tcpdirect.TwoStacks.ADDRESS_A;
import static dev.trident.tcpdirect.TwoStacks.ADDRESS_B;
import static dev.trident.tcpdirect.TwoStacks.SIZEOF;
import static dev.trident.tcpdirect.TwoStacks.address;
import static dev.trident.tcpdirect.Zf.zf_reactor_perform;
import static dev.trident.tcpdirect.Zf.zf_stack_free;
import static dev.trident.tcpdirect.Zf.zfur_addr_bind;
import static dev.trident.tcpdirect.Zf.zfur_addr_unbind;
import static dev.trident.tcpdirect.Zf.zfur_alloc;
import static dev.trident.tcpdirect.Zf.zfur_free;
import static dev.trident.tcpdirect.Zf.zfur_zc_recv;
import static dev.trident.tcpdirect.Zf.zfur_zc_recv_done;
import static dev.trident.tcpdirect.Zf.zfut_alloc;
import static dev.trident.tcpdirect.Zf.zfut_send_single;
import static dev.trident.tcpdirect.ZfErrno.EADDRINUSE;
import static dev.trident.tcpdirect.ZfErrno.EINVAL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.c.Ref;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.hw.nic.Frame;
import dev.trident.testkit.Requirement;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Groups: zockets that join them, other stacks of the host, and what is told to routers. */
class MulticastTest {
  private static final int GROUP = C.inet_addr("225.1.2.3");
  private static final int PORT = 5_000;
  private static final int ALL_V3_ROUTERS = C.inet_addr("224.0.0.22");

  /** Offset in a report of its first record's type, and of its group: behind 14, 24 and 8 bytes. */
  private static final int RECORD = 46;

  private final TwoStacks net = new TwoStacks();
  private final ByteBuf memory = C.malloc(100);
  private final ZfurMsg msg = new ZfurMsg(2);

  /** Reports that host b sends: the type of the record and the group. */
  private final List<String> reports = new ArrayList<>();

  @BeforeEach
  void watch() {
    net.hostB.nic("zb0").watch((name, outbound, frame, now) -> note(outbound, frame));
  }

  private void note(boolean outbound, Frame frame) {
    int at = frame.offset();
    if (outbound && frame.slab().getInt(at + 30) == ALL_V3_ROUTERS) {
      int type = frame.slab().getUnsignedByte(at + RECORD);
      reports.add(type + " " + Integer.toHexString(frame.slab().getInt(at + RECORD + 4)));
    }
  }

  @AfterEach
  void close() {
    net.close();
    assertThat(net.hostB.reservedPorts()).isZero();
  }

  private Zfur unbound(ZfStack stack) {
    Ref<Zfur> out = new Ref<>();
    assertThat(zfur_alloc(out, stack, net.attr)).isZero();
    return out.get();
  }

  private int bind(Zfur us, int remote, int remotePort) {
    return zfur_addr_bind(us, address(GROUP, PORT), SIZEOF, address(remote, remotePort), SIZEOF, 0);
  }

  private Zfut sender(int from) {
    return net.sender(net.a, from, 4_000, GROUP, PORT);
  }

  /** How many datagrams are there to be read. */
  private int received(Zfur us) {
    int count = 0;
    while (true) {
      msg.iovcnt = 1;
      zfur_zc_recv(us, msg, 0);
      if (msg.iovcnt == 0) {
        return count;
      }
      zfur_zc_recv_done(us, msg);
      count++;
    }
  }

  @Test
  @Requirement({"ZF-zfur_addr_bind-16", "ZF-zfur_addr_bind-17"})
  void shouldJoinUntilUnboundOrFreed() {
    Zfur us = net.receiver(net.b, GROUP, PORT);
    assertThat(reports).containsExactly("4 e1010203");
    net.pass(2_000);
    assertThat(reports).containsExactly("4 e1010203", "4 e1010203");
    reports.clear();
    assertThat(zfur_addr_unbind(us, address(GROUP, PORT), SIZEOF, null, 0, 0)).isZero();
    assertThat(reports).containsExactly("3 e1010203");
    net.pass(2_000);
    reports.clear();
    assertThat(bind(us, 0, 0)).isZero();
    net.pass(2_000);
    reports.clear();
    assertThat(zfur_free(us)).isZero();
    assertThat(reports).containsExactly("3 e1010203");
  }

  @Test
  @Requirement("ZF-zfur_addr_bind-23")
  void shouldReceiveFromAnyPortOfTheSourceJoinedFor() {
    Zfur us = unbound(net.b);
    assertThat(bind(us, ADDRESS_A, 0)).isZero();
    assertThat(reports).containsExactly("5 e1010203");
    zfut_send_single(sender(ADDRESS_A), memory, 9);
    zfut_send_single(net.sender(net.a, ADDRESS_A, 4_001, GROUP, PORT), memory, 9);
    zfut_send_single(sender(C.inet_addr("10.0.0.77")), memory, 9);
    net.settle();
    assertThat(received(us)).isEqualTo(2);
    assertThat(zfur_addr_unbind(us, address(GROUP, PORT), SIZEOF, null, 0, 0)).isZero();
    zfut_send_single(sender(ADDRESS_A), memory, 9);
    net.settle();
    assertThat(received(us)).isZero();
  }

  @Test
  @Requirement("ZF-zfur_addr_bind-23")
  void shouldReceiveFromOnePortOfTheSourceWhenOneIsNamed() {
    Zfur us = unbound(net.b);
    assertThat(bind(us, ADDRESS_A, 4_000)).isZero();
    zfut_send_single(sender(ADDRESS_A), memory, 9);
    zfut_send_single(net.sender(net.a, ADDRESS_A, 4_001, GROUP, PORT), memory, 9);
    net.settle();
    assertThat(received(us)).isEqualTo(1);
  }

  @Test
  void shouldGiveEveryZocketOfAStackWhatItWants() {
    Zfur any = unbound(net.b);
    Zfur bySource = unbound(net.b);
    Zfur byPort = unbound(net.b);
    assertThat(bind(any, 0, 0)).isZero();
    assertThat(bind(bySource, ADDRESS_A, 0)).isZero();
    assertThat(bind(byPort, ADDRESS_A, 4_000)).isZero();
    assertThat(bind(unbound(net.b), 0, 0)).isEqualTo(-EADDRINUSE);
    zfut_send_single(sender(ADDRESS_A), memory, 9);
    zfut_send_single(sender(C.inet_addr("10.0.0.77")), memory, 9);
    net.settle();
    assertThat(received(any)).isEqualTo(2);
    assertThat(received(bySource)).isEqualTo(1);
    assertThat(received(byPort)).isEqualTo(1);
  }

  @Test
  void shouldGiveEveryStackOfTheHostACopy() {
    ZfStack second = net.stack("zb0");
    Zfur ofFirst = net.receiver(net.b, GROUP, PORT);
    Zfur ofSecond = net.receiver(second, GROUP, PORT);
    DatagramEndpoint ordinary =
        Objects.requireNonNull(net.hostB.defaultStack().transport().newDatagram());
    ordinary.reuseAddress(true);
    assertThat(ordinary.bind(0, PORT)).isZero();
    zfut_send_single(sender(ADDRESS_A), memory, 9);
    net.settle();
    zf_reactor_perform(second);
    assertThat(ordinary.receivableDatagrams()).isZero();
    assertThat(ordinary.groups().join(GROUP, 0)).isZero();
    zfut_send_single(sender(ADDRESS_A), memory, 9);
    net.settle();
    zf_reactor_perform(second);
    assertThat(received(ofFirst)).isEqualTo(2);
    assertThat(received(ofSecond)).isEqualTo(2);
    assertThat(ordinary.receivableDatagrams()).isEqualTo(1);
    assertThat(reports).containsOnly("4 e1010203");
    ordinary.close();
    zf_stack_free(second);
    assertThat(net.hostB.netInterface("zb0").groups().contains(GROUP)).isTrue();
    assertThat(zfur_free(ofFirst)).isZero();
    assertThat(net.hostB.netInterface("zb0").groups().contains(GROUP)).isFalse();
  }

  @Test
  @Requirement("ZF-cap-12")
  void shouldNotLoopBackToReceiversOfTheSameHost() {
    ZfStack second = net.stack("za0");
    Zfur sameStack = net.receiver(net.a, GROUP, PORT);
    Zfur otherStack = net.receiver(second, GROUP, PORT);
    Zfur elsewhere = net.receiver(net.b, GROUP, PORT);
    zfut_send_single(sender(ADDRESS_A), memory, 9);
    net.settle();
    zf_reactor_perform(second);
    assertThat(received(sameStack)).isZero();
    assertThat(received(otherStack)).isZero();
    assertThat(received(elsewhere)).isEqualTo(1);
    zf_stack_free(second);
  }

  @Test
  @Requirement({"RFC1112-host-03", "RFC1122-ip-06"})
  void shouldNotSendFromAGroupOrBroadcastAddress() {
    for (String wrong : List.of("225.1.2.3", "255.255.255.255", "10.0.0.255")) {
      assertThat(
              zfut_alloc(
                  new Ref<>(),
                  net.a,
                  address(C.inet_addr(wrong), 4_000),
                  SIZEOF,
                  address(ADDRESS_B, PORT),
                  SIZEOF,
                  0,
                  net.attr))
          .isEqualTo(-EINVAL);
    }
  }
}
