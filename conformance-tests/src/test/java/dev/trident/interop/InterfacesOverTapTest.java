package dev.trident.interop;

import static dev.trident.tcpdirect.Zf.zf_attr_alloc;
import static dev.trident.tcpdirect.Zf.zf_attr_set_int;
import static dev.trident.tcpdirect.Zf.zf_attr_set_str;
import static dev.trident.tcpdirect.Zf.zf_reactor_perform;
import static dev.trident.tcpdirect.Zf.zf_stack_alloc;
import static dev.trident.tcpdirect.Zf.zf_stack_free;
import static dev.trident.tcpdirect.Zf.zfur_addr_bind;
import static dev.trident.tcpdirect.Zf.zfur_alloc;
import static dev.trident.tcpdirect.Zf.zfur_zc_recv;
import static dev.trident.tcpdirect.Zf.zfur_zc_recv_done;
import static dev.trident.tcpdirect.Zf.zfut_alloc;
import static dev.trident.tcpdirect.Zf.zfut_send_single;
import static dev.trident.xti.XtiConstants.O_RDWR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.apps.net.KernelDatagrams;
import dev.trident.apps.net.NetNamespace;
import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Interfaces;
import dev.trident.hw.host.SetUpException;
import dev.trident.tcpdirect.ZfAttr;
import dev.trident.tcpdirect.ZfErrno;
import dev.trident.tcpdirect.ZfStack;
import dev.trident.tcpdirect.Zfur;
import dev.trident.tcpdirect.ZfurMsg;
import dev.trident.tcpdirect.Zfut;
import dev.trident.testkit.NeedsNet;
import dev.trident.testkit.Requirement;
import dev.trident.treck.Treck;
import dev.trident.xti.TUnitdata;
import dev.trident.xti.Xti;
import dev.trident.xti.XtiAddr;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that know no host, only the name of an interface, talk to the kernel. */
@NeedsNet("ip")
@Timeout(60)
class InterfacesOverTapTest {
  private static final String DEVICE = "tri-env";
  private static final String KERNEL = "10.216.0.1";
  private static final String OURS = "10.216.0.2";
  private static final String TEXT = "by name";

  private NetNamespace namespace;

  @SuppressWarnings("NullAway.Init") // by plugIn, which every test begins with
  private KernelDatagrams.Child echo;

  @BeforeEach
  void makeNamespace() throws Exception {
    namespace = NetNamespace.create();
  }

  @AfterEach
  void removeNamespace() throws Exception {
    System.clearProperty("trident.interfaces");
    System.clearProperty("trident.mode");
    namespace.close();
  }

  /** The device exists as soon as somebody asks for an interface. */
  private void plugIn(String mode) throws Exception {
    System.setProperty("trident.interfaces", "env0=tap:" + DEVICE + "?ip=" + OURS + "/24");
    System.setProperty("trident.mode", mode);
    Interfaces.ofEnvironment();
    namespace.adopt(DEVICE, KERNEL + "/24");
    echo = KernelDatagrams.echo(namespace, KERNEL);
  }

  private static ByteBuf text() {
    return C.malloc(TEXT.length()).setBytes(0, TEXT.getBytes(StandardCharsets.US_ASCII));
  }

  private static String textOf(ByteBuf memory) {
    return memory.toString(memory.readerIndex(), TEXT.length(), StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @ValueSource(strings = {"driven", "polled"})
  void shouldServeTreckMadeWithoutAHost(String mode) throws Exception {
    plugIn(mode);
    try (Interfaces open = Interfaces.ofEnvironment()) {
      assertThat(open.names()).containsExactly("env0");
      Treck treck = new Treck();
      assertThat(treck.tfStartTreck()).isZero();
      int sd = treck.socket(Treck.AF_INET, Treck.SOCK_DGRAM, 0);
      SockAddrIn kernel = SockAddrIn.of(KERNEL, echo.port());
      assertThat(treck.sendto(sd, text(), TEXT.length(), 0, kernel, SockAddrIn.SIZEOF))
          .isEqualTo(TEXT.length());
      ByteBuf answer = C.malloc(100);
      assertThat(treck.recv(sd, answer, 100, 0)).isEqualTo(TEXT.length());
      assertThat(textOf(answer)).isEqualTo(TEXT);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"driven", "polled"})
  void shouldServeXtiMadeWithoutAHost(String mode) throws Exception {
    plugIn(mode);
    try (Interfaces open = Interfaces.ofEnvironment()) {
      assertThat(open.names()).containsExactly("env0");
      Xti xti = new Xti();
      int fd = xti.t_open("/dev/udp", O_RDWR, null);
      assertThat(xti.t_bind(fd, null, null)).isZero();
      TUnitdata out = new TUnitdata();
      XtiAddr.put(out.addr, SockAddrIn.of(KERNEL, echo.port()));
      out.udata.buf = text();
      out.udata.len = TEXT.length();
      assertThat(xti.t_sndudata(fd, out)).isZero();
      TUnitdata in = new TUnitdata();
      XtiAddr.room(in.addr);
      ByteBuf answer = C.malloc(100);
      in.udata.buf = answer;
      in.udata.maxlen = 100;
      assertThat(xti.t_rcvudata(fd, in, new IntRef())).isZero();
      assertThat(textOf(answer)).isEqualTo(TEXT);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"driven", "polled"})
  @Requirement({"ZF-attr.interface-03", "ZF-zf_stack_alloc-03"})
  void shouldServeTcpDirectThatNamesTheInterface(String mode) throws Exception {
    plugIn(mode);
    try (Interfaces open = Interfaces.ofEnvironment()) {
      assertThat(open.names()).containsExactly("env0");
      ZfAttr attr = attributes("env0");
      Ref<ZfStack> stack = new Ref<>();
      assertThat(zf_stack_alloc(attr, stack)).isZero();
      Ref<Zfur> receiver = new Ref<>();
      assertThat(zfur_alloc(receiver, stack.get(), attr)).isZero();
      SockAddrIn own = SockAddrIn.of(OURS, 5_000);
      int size = SockAddrIn.SIZEOF;
      assertThat(zfur_addr_bind(receiver.get(), own, size, null, 0, 0)).isZero();
      Ref<Zfut> sender = new Ref<>();
      SockAddrIn kernel = SockAddrIn.of(KERNEL, echo.port());
      assertThat(zfut_alloc(sender, stack.get(), own, size, kernel, size, 0, attr)).isZero();
      assertThat(zfut_send_single(sender.get(), text(), TEXT.length())).isEqualTo(TEXT.length());
      ZfurMsg message = new ZfurMsg(1);
      do {
        zf_reactor_perform(stack.get());
        message.iovcnt = 1;
        zfur_zc_recv(receiver.get(), message, 0);
      } while (message.iovcnt == 0);
      assertThat(textOf(Objects.requireNonNull(message.iov[0].iov_base))).isEqualTo(TEXT);
      zfur_zc_recv_done(receiver.get(), message);
      zf_stack_free(stack.get());
    }
  }

  private static ZfAttr attributes(String interfaceName) {
    Ref<ZfAttr> attr = new Ref<>();
    assertThat(zf_attr_alloc(attr)).isZero();
    assertThat(zf_attr_set_str(attr.get(), "interface", interfaceName)).isZero();
    // The default, a millisecond, is short for a peer in another process on a busy machine.
    assertThat(zf_attr_set_int(attr.get(), "arp_reply_timeout", 5_000_000)).isZero();
    return attr.get();
  }

  /** What an API answers for a TAP device that another interface has: its own error, or a line. */
  @Test
  @Requirement("ZF-zf_stack_alloc-08")
  void shouldAnswerByTheErrorOfTheApiWhenTheInterfaceCannotBe() {
    String taken = "env0=tap:" + DEVICE + "?ip=" + OURS + "/24";
    try (Interfaces other = Interfaces.open(Map.of(Interfaces.INTERFACES, taken))) {
      System.setProperty("trident.interfaces", "env1=tap:" + DEVICE + "?ip=10.216.0.3/24");
      assertThat(other.names()).containsExactly("env0");
      assertThat(zf_stack_alloc(attributes("env1"), new Ref<>())).isEqualTo(-ZfErrno.EBUSY);
      assertThatThrownBy(Treck::new)
          .isInstanceOf(SetUpException.class)
          .hasMessage(
              "env1: make TAP device tri-env: Device or resource busy (EBUSY); another process"
                  + " uses that name: choose another");
      System.setProperty("trident.interfaces", "env1=tap");
      assertThat(zf_stack_alloc(attributes("env1"), new Ref<>())).isEqualTo(-ZfErrno.ENODEV);
      assertThatThrownBy(Xti::new)
          .isInstanceOf(SetUpException.class)
          .hasMessageStartingWith("TRIDENT_INTERFACES, character 6: \"tap\" names no port");
    }
  }
}
