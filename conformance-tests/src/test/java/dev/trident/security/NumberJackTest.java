package dev.trident.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.trace.DropReason;
import dev.trident.wire.TcpHeader;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/**
 * NUMBER:JACK (2021): initial sequence numbers that a stranger could foretell. What is judged here
 * is what goes over the wire, as the stranger sees it.
 */
class NumberJackTest {
  private static final int SAMPLES = 1_000;
  private static final byte[] NONE = {};

  private static StackConfig seeded(long seed) {
    return StackConfig.standard("victim", seed);
  }

  /** The initial sequence numbers of SYN,ACKs to {@code count} ports of one peer, at one time. */
  private static int[] initialNumbers(long seed, int count) {
    try (Victim victim = new Victim(seeded(seed))) {
      victim.listenAt(80, 5);
      int[] numbers = new int[count];
      for (int i = 0; i < count; i++) {
        victim.send(
            TcpTarget.frame(
                victim, TcpTarget.segment(1_024 + i, 80, 1, 0, TcpHeader.SYN, NONE, NONE)));
        byte[] synAck = Frames.data(Frames.datagram(victim.attacker.take().getFirst()));
        numbers[i] = Frames.getInt(synAck, 4);
        victim.send(
            TcpTarget.frame(
                victim, TcpTarget.segment(1_024 + i, 80, 2, 0, TcpHeader.RST, NONE, NONE)));
      }
      victim.assertAnswersPing();
      assertThat(victim.cellsHeld()).isZero();
      return numbers;
    }
  }

  @Test
  @Requirement("SEC-NUMBERJACK-01")
  void shouldSendAThousandNumbersThatCannotBeForetold() {
    assertUnpredictable(initialNumbers(1, SAMPLES));
  }

  /** The seed of a stack is the injected source; with the same one history repeats itself. */
  @Test
  @Requirement("SEC-NUMBERJACK-02")
  void shouldRepeatItselfOnlyWithTheSameSeed() {
    assertThat(initialNumbers(7, 20)).isEqualTo(initialNumbers(7, 20));
    assertThat(initialNumbers(8, 20)).isNotEqualTo(initialNumbers(7, 20));
  }

  /** Same tuple, same time, another secret: the difference is as random as the numbers. */
  @Test
  @Requirement("SEC-NUMBERJACK-03")
  void shouldSendUnrelatedNumbersAfterARestart() {
    int[] first = initialNumbers(1, SAMPLES);
    int[] second = initialNumbers(2, SAMPLES);
    int[] between = new int[SAMPLES];
    Arrays.setAll(between, i -> second[i] - first[i]);
    assertUnpredictable(between);
  }

  @Test
  @Requirement("SEC-NUMBERJACK-04")
  void shouldChoosePortsAndIdentificationsThatCannotBeForetold() {
    // The port of the first connection to the same peer, on hosts that differ by their seed alone.
    int[] ports = perHost(NumberJackTest::firstPort);
    assertThat(Arrays.stream(ports).distinct().count()).isGreaterThan(190);
    int[] identifications = perHost(NumberJackTest::firstIdentification);
    assertThat(Arrays.stream(identifications).distinct().count()).isGreaterThan(190);
    // And one host's identifications are no counter.
    try (Victim victim = new Victim()) {
      int[] steps = new int[200];
      int last = 0;
      for (int i = 0; i < steps.length; i++) {
        int id = identification(victim);
        steps[i] = id - last & 0xffff;
        last = id;
      }
      assertThat(Arrays.stream(steps).distinct().count()).isGreaterThan(190);
    }
  }

  private static int[] perHost(LongFunction<Integer> number) {
    int[] numbers = new int[200];
    Arrays.setAll(numbers, i -> number.apply(i + 1));
    return numbers;
  }

  private static int firstPort(long seed) {
    try (Victim victim = new Victim(seeded(seed))) {
      StreamEndpoint stream =
          victim.call(
              () -> {
                StreamEndpoint made = Objects.requireNonNull(victim.stack.transport().newStream());
                assertThat(made.connect(Attacker.ADDRESS, 80)).isZero();
                return made;
              });
      byte[] syn = Frames.data(Frames.datagram(victim.attacker.take().getFirst()));
      assertThat(Frames.getShort(syn, 0)).isEqualTo(stream.localPort());
      return stream.localPort();
    }
  }

  private static int firstIdentification(long seed) {
    try (Victim victim = new Victim(seeded(seed))) {
      return identification(victim);
    }
  }

  /** Of an echo reply, which may be fragmented. */
  private static int identification(Victim victim) {
    byte[] echo = Craft.datagram(Craft.ICMP, Craft.icmp(8, 0, NONE));
    victim.send(Craft.frame(victim, echo));
    byte[] reply = Frames.datagram(victim.attacker.take().getFirst());
    assertThat(Frames.getShort(reply, 6) & Craft.DONT_FRAGMENT).isZero();
    return Frames.getShort(reply, 4);
  }

  /**
   * Neither the numbers nor the steps between them favour a value of any bit, repeat themselves, or
   * tell the sign of the next step.
   */
  private static void assertUnpredictable(int[] numbers) {
    int[] steps = new int[numbers.length - 1];
    Arrays.setAll(steps, i -> numbers[i + 1] - numbers[i]);
    for (int[] series : new int[][] {numbers, steps}) {
      assertThat(Arrays.stream(series).distinct().count()).isGreaterThan(series.length - 3);
      for (int bit = 0; bit < 32; bit++) {
        int shift = bit;
        long ones = Arrays.stream(series).filter(n -> (n >>> shift & 1) != 0).count();
        // Five standard deviations of a fair coin thrown a thousand times.
        assertThat(ones).as("ones of bit %d", bit).isBetween(420L, 580L);
      }
    }
    long sameSign = 0;
    for (int i = 1; i < steps.length; i++) {
      sameSign += (steps[i] ^ steps[i - 1]) >= 0 ? 1 : 0;
    }
    assertThat(sameSign).as("steps in the direction of the one before").isBetween(420L, 580L);
  }

  /** A number foretold wrongly opens nothing. */
  @Test
  void shouldNotOpenForAGuess() {
    try (Victim victim = new Victim()) {
      var listener = victim.listenAt(80, 5);
      victim.send(
          TcpTarget.frame(victim, TcpTarget.segment(9, 80, 1, 0, TcpHeader.SYN, NONE, NONE)));
      victim.attacker.take();
      for (int guess = 0; guess < 2_000; guess++) {
        byte[] ack = TcpTarget.segment(9, 80, 2, guess * 2_147_483, TcpHeader.ACK, NONE, NONE);
        victim.send(TcpTarget.frame(victim, ack));
        assertThat(listener.acceptable()).isZero();
      }
      assertThat(victim.drops(DropReason.TCP_BAD_ACK)).isPositive();
      victim.assertAnswersPing();
    }
  }
}
