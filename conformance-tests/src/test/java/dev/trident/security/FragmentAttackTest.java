package dev.trident.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.ReassemblyLimits;
import dev.trident.testkit.Requirement;
import dev.trident.trace.DropReason;
import dev.trident.wire.TcpHeader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The classics of reassembly: teardrop, ping of death, tiny fragments, FragmentSmack. */
class FragmentAttackTest {
  private static final int OPEN_PORT = 7;
  private static final int SMALLEST = 8;
  private static final int MANY = 8_000;
  private static final byte[] NONE = {};

  private final Victim victim = new Victim();

  @AfterEach
  void close() {
    victim.close();
  }

  private byte[] fragment(int id, int protocol, int offset, boolean more, byte[] data) {
    return Craft.frame(victim, Craft.fragment(id, protocol, offset, more, data));
  }

  private byte[] udpFragment(int id, int offset, boolean more, int bytes) {
    return fragment(id, Craft.UDP, offset, more, new byte[bytes]);
  }

  private ReassemblyLimits limits() {
    return victim.stack.transport().config().reassembly();
  }

  /** The second lies inside the first, and ends before it: its end less its start was negative. */
  @Test
  @Requirement("SEC-TEARDROP-01")
  void shouldNotCopyANegativeLengthForATeardrop() {
    for (int start = 8; start < 32; start += 8) {
      Effect effect =
          victim.attack(udpFragment(start, 0, true, 32), udpFragment(start, start, false, 4));
      assertThat(effect.drops()).containsExactly(entry(DropReason.IP_FRAGMENT_END_MISMATCH, 2L));
    }
  }

  /** A later fragment over, before, behind and around the first one. */
  @ParameterizedTest
  @CsvSource({
    "64, 64, 72, 48",
    "64, 64, 56, 16",
    "64, 64, 120, 16",
    "64, 64, 56, 80",
    "64, 64, 64, 56",
    "64, 64, 64, 72",
    "0, 64, 8, 8",
    "0, 64, 56, 64"
  })
  @Requirement("SEC-TEARDROP-02")
  void shouldGiveADatagramUpAtTheFirstOverlap(int first, int bytes, int second, int otherBytes) {
    DatagramEndpoint socket = victim.datagramAt(OPEN_PORT);
    victim.send(udpFragment(1, first, true, bytes));
    victim.attacker.take();
    victim.send(udpFragment(1, second, true, otherBytes));
    assertThat(victim.drops(DropReason.IP_FRAGMENT_OVERLAP)).isEqualTo(2);
    assertThat(victim.cellsHeld()).isZero();
    victim.send(udpFragment(1, 0, true, 8), udpFragment(1, 8, false, 800));
    assertThat(socket.receivableDatagrams()).isZero();
    assertThat(victim.cellsHeld()).as("what still comes of it").isZero();
    victim.assertAnswersPing();
  }

  @Test
  @Requirement("SEC-PINGOFDEATH-01")
  void shouldNotPutTogetherMoreThanADatagramHolds() {
    byte[] piece = new byte[1_480];
    int last = 65_535 / 1_480 * 1_480;
    for (int offset = 0; offset < last; offset += 1_480) {
      byte[] data = offset == 0 ? Arrays.copyOf(Craft.icmp(8, 0, NONE), 1_480) : piece;
      victim.send(fragment(1, Craft.ICMP, offset, true, data));
    }
    assertThat(victim.cellsHeld()).isPositive();
    victim.send(fragment(1, Craft.ICMP, last, false, piece));
    assertThat(victim.drops(DropReason.IP_FRAGMENT_TOO_LONG)).isPositive();
    assertThat(victim.cellsHeld()).isZero();
    assertThat(victim.attacker.take()).as("no echo").isEmpty();
    victim.assertAnswersPing();
  }

  /** A filter would look for the flags in the first fragment, and not find them. */
  @Test
  @Requirement("SEC-TINYFRAG-01")
  void shouldDropATcpHeaderThatIsSpreadOverFragments() {
    victim.listenAt(80, 5);
    byte[] syn = TcpTarget.segment(5, 80, 1, 0, TcpHeader.SYN, NONE, new byte[20]);
    for (int cut = 8; cut < 24; cut += 8) {
      victim.attack(
          fragment(cut, Craft.TCP, 0, true, Arrays.copyOf(syn, cut)),
          fragment(cut, Craft.TCP, cut, false, Arrays.copyOfRange(syn, cut, syn.length)));
    }
    assertThat(victim.drops(DropReason.IP_FRAGMENT_TINY)).isPositive();
    assertThat(victim.stack.transport().openConnections(true)).as("no SYN came through").isZero();
    for (int protocol : new int[] {Craft.UDP, Craft.ICMP}) {
      Effect alone = victim.attack(fragment(77, protocol, 0, false, NONE));
      assertThat(alone.drops()).hasSize(1);
      // Too short for a header even when whole: never read beyond its end.
      victim.send(fragment(78, protocol, 8, false, NONE), fragment(79, protocol, 0, true, NONE));
    }
    victim.passSeconds(31);
    assertThat(victim.cellsHeld()).isZero();
    victim.assertAnswersPing();
  }

  @Test
  @Requirement("SEC-FRAGMENTSMACK-01")
  void shouldBoundWhatItKeepsOfAllTogether() {
    for (int i = 0; i < 5_000; i++) {
      byte[] first = Craft.fragment(0x0b000000 + i, i, Craft.UDP, 0, true, new byte[1_480]);
      victim.attacker.send(Craft.frame(victim, first));
      if (i % 64 == 63) {
        victim.settle();
        assertThat(victim.cellsHeld()).isLessThanOrEqualTo(limits().cells());
      }
    }
    victim.settle();
    assertThat(victim.cellsHeld()).isPositive();
    assertThat(victim.drops(DropReason.IP_FRAGMENT_EVICTED)).isGreaterThan(4_000);
    // The last one to come is still there: it is completed.
    DatagramEndpoint socket = victim.datagramAt(OPEN_PORT);
    assertDelivers(socket, 9);
    victim.run(socket::close);
    victim.passSeconds(31);
    victim.attacker.take();
    assertThat(victim.cellsHeld()).isZero();
  }

  private void assertDelivers(DatagramEndpoint socket, int id) {
    int before = socket.receivableDatagrams();
    byte[] udp = Craft.udp(OPEN_PORT, new byte[72]);
    victim.send(
        fragment(id, Craft.UDP, 0, true, Arrays.copyOf(udp, 40)),
        fragment(id, Craft.UDP, 40, false, Arrays.copyOfRange(udp, 40, 80)));
    assertThat(socket.receivableDatagrams()).isEqualTo(before + 1);
  }

  /**
   * One sender floods; the datagram that another one has begun before is completed all the same.
   */
  @Test
  @Requirement("SEC-FRAGMENTSMACK-02")
  void shouldNotLetOneSenderPushOutAnother() {
    DatagramEndpoint socket = victim.datagramAt(OPEN_PORT);
    byte[] udp = Craft.udp(OPEN_PORT, new byte[72]);
    victim.send(fragment(9, Craft.UDP, 0, true, Arrays.copyOf(udp, 40)));
    for (int i = 0; i < 5_000; i++) {
      byte[] first = Craft.fragment(0x0b000001, i, Craft.UDP, 0, true, new byte[1_480]);
      victim.send(Craft.frame(victim, first));
      assertThat(victim.cellsHeld()).isLessThanOrEqualTo(limits().cellsPerSource() + 2);
    }
    victim.send(fragment(9, Craft.UDP, 40, false, Arrays.copyOfRange(udp, 40, 80)));
    assertThat(socket.receivableDatagrams()).isEqualTo(1);
    victim.run(socket::close);
    victim.passSeconds(31);
    victim.attacker.take();
    assertThat(victim.cellsHeld()).isZero();
  }

  /**
   * Eight octets at a time, every second one first, then those between: each joins two blocks. The
   * processor time against fragments that each stand alone, which cost what a fragment costs.
   */
  @Test
  @Requirement("SEC-FRAGMENTSMACK-03")
  void shouldNotPayForTheFragmentsItHoldsAlready() {
    long few = Long.MAX_VALUE;
    long many = Long.MAX_VALUE;
    for (int round = 0; round < 4; round++) {
      byte[][] alone = new byte[MANY][];
      byte[][] together = new byte[MANY][];
      for (int i = 0; i < MANY; i++) {
        alone[i] = udpFragment(i, SMALLEST, true, SMALLEST);
        int place = i < MANY / 2 ? 2 * i + 1 : 2 * (MANY - 1 - i);
        together[i] = udpFragment(round, place * SMALLEST, true, SMALLEST);
      }
      few = Math.min(few, cpuNanos(alone));
      many = Math.min(many, cpuNanos(together));
      victim.passSeconds(31);
      victim.attacker.take();
      assertThat(victim.cellsHeld()).isZero();
    }
    assertThat(many).as("alone they cost %d ns", few).isLessThan(20 * few);
  }

  private long cpuNanos(byte[][] frames) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    for (byte[] frame : frames) {
      victim.attacker.send(frame);
      victim.settle();
    }
    long spent = threads.getCurrentThreadCpuTime() - before;
    assertThat(victim.cellsHeld()).isLessThanOrEqualTo(limits().cells());
    return spent;
  }
}
