package dev.trident.tcpdirect.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.TcpProfile;
import dev.trident.tcpdirect.attr.AttributeSet;
import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the attributes of a stack make of TCP's constants. */
class StackPlanTest {
  private static final long TICK_NANOS = 90_000_000L;

  private final AttributeSet set = new AttributeSet();

  private TcpProfile profile() {
    return StackPlan.config(set, "plan", 1).profile();
  }

  private void set(String name, int value) {
    assertThat(set.setInt(name, value)).isZero();
  }

  @ParameterizedTest
  @Requirement("ZF-attr.tcp_timewait_ms-04")
  @CsvSource({"60000, 666", "120000, 1333", "90, 1", "89, 0", "1, 0", "0, 0"})
  void shouldRoundTimeWaitDownToTicks(int millis, int ticks) {
    set("tcp_timewait_ms", millis);
    assertThat(profile().closing().timeWaitNanos()).isEqualTo(ticks * TICK_NANOS);
  }

  @Test
  @Requirement("ZF-attr.tcp_delayed_ack-03")
  void shouldDelayAcknowledgmentsUnlessToldNotTo() {
    assertThat(profile().acknowledgement())
        .isEqualTo(new TcpProfile.Acknowledgement(true, 2 * TICK_NANOS, 0));
    set("tcp_delayed_ack", 0);
    assertThat(profile().acknowledgement().delayed()).isFalse();
  }

  @Test
  @Requirement({
    "ZF-attr.tcp_syn_retries-03",
    "ZF-attr.tcp_synack_retries-03",
    "ZF-attr.tcp_retries-03"
  })
  void shouldTakeTheLimitsOfRetransmission() {
    set("tcp_syn_retries", 1);
    set("tcp_synack_retries", 2);
    set("tcp_retries", 3);
    TcpProfile.Retransmission limits = profile().retransmission();
    assertThat(limits.synRetries()).isEqualTo(1);
    assertThat(limits.synAckRetries()).isEqualTo(2);
    assertThat(limits.dataRetries()).isEqualTo(3);
    assertThat(limits.initialRtoNanos()).isEqualTo(11 * TICK_NANOS);
  }

  @Test
  @Requirement({"ZF-attr.tcp_initial_cwnd-03", "ZF-tcp-engine-03"})
  void shouldTakeTheInitialWindowInBytesOrTenSegments() {
    assertThat(profile().initialWindow()).isEqualTo(new TcpProfile.InitialWindow(10, 0));
    set("tcp_initial_cwnd", 4_000);
    assertThat(profile().initialWindow().bytes()).isEqualTo(4_000);
  }
}
