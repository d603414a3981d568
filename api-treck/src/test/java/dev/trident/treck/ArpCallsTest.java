package dev.trident.treck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.hw.host.HostStack;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** ARP by hand, and who has an address. */
class ArpCallsTest extends TwoHostsTest {
  private static final int NOBODY = C.inet_addr("10.0.0.99");
  private static final int THEIRS = C.inet_addr(RIGHT);
  private static final int OURS = C.inet_addr(LEFT);
  private static final long MS = 1_000_000L;

  private final List<Integer> codes = new ArrayList<>();
  private TtUserInterface net;
  private Counters counters;

  @BeforeEach
  void find() {
    net = Objects.requireNonNull(left.interfaceNamed("left0"));
    counters = hosts.left().defaultStack().transport().counters();
  }

  private void pass(long milliseconds) {
    HostStack stack = hosts.left().defaultStack();
    stack.enter();
    stack.await(() -> false, milliseconds * MS);
    stack.exit();
  }

  private int ask(int address, int count, int interval, int timeout) {
    return left.tfUserStartArpSend(
        net, address, count, interval, timeout, (handle, asked, code) -> codes.add(code));
  }

  @Test
  @Requirement({
    "TRK-tfUserStartArpSend-01",
    "TRK-tfUserStartArpSend-02",
    "TRK-tfUserStartArpSend-04",
    "TRK-convention-02"
  })
  void shouldProbeAtIntervalsAndTellThatNobodyAnswered() {
    assertThat(ask(NOBODY, 3, 200, 500)).isEqualTo(TM_ENOERROR);
    assertThat(counters.get(Counter.ARP_PROBES_SENT)).as("at once").isEqualTo(1);
    pass(199);
    assertThat(counters.get(Counter.ARP_PROBES_SENT)).isEqualTo(1);
    pass(1);
    assertThat(counters.get(Counter.ARP_PROBES_SENT)).isEqualTo(2);
    pass(699);
    assertThat(codes).isEmpty();
    pass(1);
    assertThat(codes).containsExactly(TM_ENOERROR);
    assertThat(counters.get(Counter.ARP_PROBES_SENT)).isEqualTo(3);
    assertThat(counters.get(Counter.ARP_REQUESTS_SENT)).isZero();
  }

  @Test
  @Requirement("TRK-tfUserStartArpSend-03")
  void shouldStopAndTellWhenSomebodyAnswers() {
    assertThat(ask(THEIRS, 5, 200, 500)).isEqualTo(TM_ENOERROR);
    pass(2_000);
    assertThat(codes).containsExactly(TM_EADDRINUSE);
    assertThat(counters.get(Counter.ARP_PROBES_SENT)).isEqualTo(1);
  }

  @Test
  @Requirement("TRK-tfUserStartArpSend-01")
  void shouldSendRequestsForAnAddressOfItsOwn() {
    assertThat(ask(OURS, 2, 100, 100)).isEqualTo(TM_ENOERROR);
    pass(1_000);
    assertThat(codes).containsExactly(TM_ENOERROR);
    assertThat(counters.get(Counter.ARP_REQUESTS_SENT)).isEqualTo(2);
    assertThat(counters.get(Counter.ARP_PROBES_SENT)).isZero();
  }

  @Test
  @Requirement("TRK-tfUserStartArpSend-05")
  void shouldTellOfACollisionUntilCancelled() {
    assertThat(watch(NOBODY)).isEqualTo(TM_ENOERROR);
    announce();
    assertThat(codes).containsExactly(TM_EADDRINUSE);
    assertThat(left.tfCancelCollisionDetection(net, NOBODY)).isEqualTo(TM_ENOERROR);
    announce();
    assertThat(codes).hasSize(1);
    assertThat(left.tfCancelCollisionDetection(net, NOBODY)).isEqualTo(TM_ENOENT);
  }

  private int watch(int address) {
    return left.tfUseCollisionDetection(net, address, (handle, watched, code) -> codes.add(code));
  }

  /** The other host says that it has an address, once for those who listen now. */
  private void announce() {
    HostStack stack = hosts.right().defaultStack();
    stack.enter();
    stack.arp().announce("right0", NOBODY);
    stack.exit();
    pass(1_000);
    pass(1);
  }

  @Test
  @Requirement("TRK-tfUserStartArpSend-05")
  void shouldTellOfACollisionAtOnceWhenTheTableHasTheAddress() {
    ByteBuf mac = C.malloc(6).setBytes(0, new byte[] {2, 0, 0, 0, 0, 9});
    assertThat(left.tfAddArpEntry(net, NOBODY, mac, 6)).isEqualTo(TM_ENOERROR);
    assertThat(watch(NOBODY)).isEqualTo(TM_EADDRINUSE);
    assertThat(left.tfDelArpEntryByIpAddr(net, NOBODY)).isEqualTo(TM_ENOERROR);
    assertThat(left.tfDelArpEntryByIpAddr(net, NOBODY)).isEqualTo(TM_ENOENT);
    assertThat(watch(NOBODY)).isEqualTo(TM_ENOERROR);
    assertThat(codes).isEmpty();
  }

  @Test
  void shouldAnswerForAnotherHost() {
    TtUserInterface theirs = Objects.requireNonNull(right.interfaceNamed("right0"));
    assertThat(right.tfAddProxyArpEntry(theirs, NOBODY)).isEqualTo(TM_ENOERROR);
    ask(NOBODY, 1, 0, 100);
    pass(50);
    assertThat(codes).containsExactly(TM_EADDRINUSE);
  }

  @Test
  @Requirement("TRK-convention-02")
  void shouldReturnTheCodeOfWhatIsWrong() {
    assertThat(left.interfaceNamed("none")).isNull();
    assertThat(left.tfAddArpEntry(net, NOBODY, C.malloc(6), 5)).isEqualTo(TM_EINVAL);
    assertThat(left.tfAddArpEntry(net, NOBODY, null, 6)).isEqualTo(TM_EINVAL);
    assertThat(left.tfAddArpEntry(null, NOBODY, C.malloc(6), 6)).isEqualTo(TM_EINVAL);
    assertThat(left.tfDelArpEntryByIpAddr(null, NOBODY)).isEqualTo(TM_EINVAL);
    assertThat(left.tfAddProxyArpEntry(null, NOBODY)).isEqualTo(TM_EINVAL);
    assertThat(ask(NOBODY, 0, 1, 1)).isEqualTo(TM_EINVAL);
    assertThat(ask(NOBODY, 1, -1, 1)).isEqualTo(TM_EINVAL);
    assertThat(left.tfUserStartArpSend(net, NOBODY, 1, 1, 1, null)).isEqualTo(TM_EINVAL);
    assertThat(left.tfUseCollisionDetection(net, NOBODY, null)).isEqualTo(TM_EINVAL);
    assertThat(left.tfCancelCollisionDetection(null, NOBODY)).isEqualTo(TM_EINVAL);
    for (int i = 0; i < 64; i++) {
      assertThat(ask(NOBODY, 1, 0, 1_000)).isEqualTo(TM_ENOERROR);
    }
    assertThat(ask(NOBODY, 1, 0, 1_000)).isEqualTo(TM_ENOBUFS);
  }
}
