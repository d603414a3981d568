package dev.trident.tcpdirect;

import static dev.trident.tcpdirect.TwoStacks.ADDRESS_A;
import static dev.trident.tcpdirect.TwoStacks.ADDRESS_B;
import static dev.trident.tcpdirect.TwoStacks.MILLIS;
import static dev.trident.tcpdirect.Zf.EPOLLERR;
import static dev.trident.tcpdirect.Zf.zf_muxer_add;
import static dev.trident.tcpdirect.Zf.zf_muxer_alloc;
import static dev.trident.tcpdirect.Zf.zf_muxer_wait;
import static dev.trident.tcpdirect.Zf.zf_reactor_perform;
import static dev.trident.tcpdirect.Zf.zft_get_tx_timestamps;
import static dev.trident.tcpdirect.Zf.zft_send_single;
import static dev.trident.tcpdirect.Zf.zft_shutdown_tx;
import static dev.trident.tcpdirect.Zf.zft_to_waitable;
import static dev.trident.tcpdirect.Zf.zfut_get_tx_timestamps;
import static dev.trident.tcpdirect.Zf.zfut_send;
import static dev.trident.tcpdirect.Zf.zfut_send_single;
import static dev.trident.tcpdirect.Zf.zfut_to_waitable;
import static dev.trident.tcpdirect.ZfErrno.EFAULT;
import static dev.trident.tcpdirect.ZfErrno.EINVAL;
import static dev.trident.tcpdirect.ZfPktReport.ZF_PKT_REPORT_CLOCK_SET;
import static dev.trident.tcpdirect.ZfPktReport.ZF_PKT_REPORT_DROPPED;
import static dev.trident.tcpdirect.ZfPktReport.ZF_PKT_REPORT_IN_SYNC;
import static dev.trident.tcpdirect.ZfPktReport.ZF_PKT_REPORT_NO_TIMESTAMP;
import static dev.trident.tcpdirect.ZfPktReport.ZF_PKT_REPORT_TCP_FIN;
import static dev.trident.tcpdirect.ZfPktReport.ZF_PKT_REPORT_TCP_RETRANS;
import static dev.trident.tcpdirect.ZfPktReport.ZF_PKT_REPORT_TCP_SYN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.c.Ref;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.nic.Carried;
import dev.trident.hw.nic.ClockState;
import dev.trident.testkit.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** When the adapter sent what a zocket sent. */
class SendReportsTest {
  private static final int GOOD = ZF_PKT_REPORT_CLOCK_SET | ZF_PKT_REPORT_IN_SYNC;

  private static TwoStacks net(int on) {
    return new TwoStacks(NicOptions.STANDARD, attr -> TwoStacks.set(attr, "tx_timestamping", on));
  }

  /** Everything that is reported: milliseconds, start, bytes, flags. */
  private static List<String> take(BiFunction<ZfPktReport[], IntRef, Integer> call) {
    List<String> all = new ArrayList<>();
    ZfPktReport[] reports = ZfPktReport.array(4);
    IntRef count = new IntRef(4);
    do {
      count.value = 4;
      assertThat(call.apply(reports, count)).isZero();
      for (int i = 0; i < count.value; i++) {
        ZfPktReport report = reports[i];
        all.add(line(report.timestamp.nanos() / MILLIS, report.start, report.bytes, report.flags));
      }
    } while (count.value == 4);
    return all;
  }

  private static String line(long millis, int start, int bytes, int flags) {
    return millis + " " + start + "+" + bytes + " " + Integer.toHexString(flags);
  }

  private static List<String> take(Zfut zocket) {
    return take((reports, count) -> zfut_get_tx_timestamps(zocket, reports, count));
  }

  private static List<String> take(Zft zocket) {
    return take((reports, count) -> zft_get_tx_timestamps(zocket, reports, count));
  }

  @Test
  @Requirement({
    "ZF-attr.tx_timestamping-01",
    "ZF-zfut_get_tx_timestamps-01",
    "ZF-zfut_get_tx_timestamps-02",
    "ZF-zf_pkt_report-01",
    "ZF-zf_pkt_report-02"
  })
  void shouldReportEachDatagramOnceInOrder() {
    try (TwoStacks net = net(1)) {
      Zfut one = net.sender(net.a, ADDRESS_A, 5_000, ADDRESS_B, 6_000);
      Zfut same = net.sender(net.a, ADDRESS_A, 5_000, ADDRESS_B, 6_000);
      net.clock.advanceTo(100 * MILLIS);
      zfut_send_single(one, C.malloc(12), 12);
      net.clock.advanceTo(200 * MILLIS);
      zfut_send_single(same, C.malloc(13), 13);
      zfut_send(one, TwoStacks.iov(C.malloc(4_000), 4_000), 1, 0);
      assertThat(take(one)).as("nothing is complete before the reactor").isEmpty();
      assertThat(zf_reactor_perform(net.a)).isEqualTo(1);
      assertThat(take(one)).containsExactly(line(100, 0, 12, GOOD), line(200, 1, 4_000, GOOD));
      assertThat(take(same)).containsExactly(line(200, 0, 13, GOOD));
      net.hostA.nic("za0").clockState(ClockState.UNKNOWN);
      zfut_send_single(one, C.malloc(1), 1);
      net.settle();
      assertThat(take(one)).containsExactly(line(200, 2, 1, ZF_PKT_REPORT_NO_TIMESTAMP));
    }
  }

  @Test
  void shouldReportNothingWhenNotAsked() {
    try (TwoStacks net = net(0)) {
      Zfut zocket = net.sender(net.a, ADDRESS_A, 5_000, ADDRESS_B, 6_000);
      zfut_send_single(zocket, C.malloc(12), 12);
      net.settle();
      assertThat(take(zocket)).isEmpty();
    }
  }

  @Test
  @Requirement({"ZF-zft_get_tx_timestamps-01", "ZF-zf_pkt_report-03"})
  void shouldReportEachSegmentOfBothEndsOfAConnection() {
    try (TwoStacks net = net(1)) {
      net.clock.advanceTo(50 * MILLIS);
      TwoStacks.Connection connection = net.connection(7_000);
      net.clock.advanceTo(60 * MILLIS);
      zft_send_single(connection.active(), C.malloc(100), 100, 0);
      net.settle();
      zft_send_single(connection.active(), C.malloc(30), 30, 0);
      zft_send_single(connection.passive(), C.malloc(7), 7, 0);
      net.settle();
      net.clock.advanceTo(70 * MILLIS);
      zft_shutdown_tx(connection.active());
      net.settle();
      assertThat(take(connection.active()))
          .containsExactly(
              line(50, 0, 0, GOOD | ZF_PKT_REPORT_TCP_SYN),
              line(60, 0, 100, GOOD),
              line(60, 100, 30, GOOD),
              line(70, 130, 0, GOOD | ZF_PKT_REPORT_TCP_FIN));
      assertThat(take(connection.passive()))
          .containsExactly(line(50, 0, 0, GOOD | ZF_PKT_REPORT_TCP_SYN), line(60, 0, 7, GOOD));
    }
  }

  @Test
  @Requirement({"ZF-zft_get_tx_timestamps-01"})
  void shouldFlagWhatIsSentAgain() {
    boolean[] deaf = new boolean[1];
    try (TwoStacks net =
        new TwoStacks(
            NicOptions.STANDARD,
            attr -> TwoStacks.set(attr, "tx_timestamping", 1),
            (a, b) -> {
              a.plug(
                  (from, frame) -> {
                    if (!deaf[0]) {
                      b.deliver(frame);
                    }
                    return Carried.READ;
                  });
              b.plug(
                  (from, frame) -> {
                    a.deliver(frame);
                    return Carried.READ;
                  });
            })) {
      TwoStacks.Connection connection = net.connection(7_000);
      assertThat(take(connection.active())).hasSize(1);
      deaf[0] = true;
      zft_send_single(connection.active(), C.malloc(10), 10, 0);
      net.settle();
      assertThat(take(connection.active())).singleElement().asString().endsWith(" 0+10 3");
      net.pass(1_000);
      assertThat(take(connection.active()))
          .isNotEmpty()
          .allSatisfy(
              report ->
                  assertThat(report)
                      .endsWith(" 0+10 " + Integer.toHexString(GOOD | ZF_PKT_REPORT_TCP_RETRANS)));
    }
  }

  @Test
  @Requirement({"ZF-zft_get_tx_timestamps-03"})
  void shouldDropTheOldestAndSaySoWhenNobodyFetchesReports() {
    try (TwoStacks net = net(1)) {
      TwoStacks.Connection connection = net.connection(7_000);
      for (int i = 0; i < 70; i++) {
        zft_send_single(connection.active(), C.malloc(1), 1, 0);
        net.settle();
      }
      List<String> reports = take(connection.active());
      assertThat(reports).hasSize(64);
      assertThat(reports.getFirst())
          .endsWith(" 6+1 " + Integer.toHexString(GOOD | ZF_PKT_REPORT_DROPPED));
      assertThat(reports.get(1)).endsWith(" 7+1 " + Integer.toHexString(GOOD));
      assertThat(reports.getLast()).endsWith(" 69+1 " + Integer.toHexString(GOOD));
    }
  }

  @Test
  @Requirement({"ZF-zft_get_tx_timestamps-02"})
  void shouldBeReadyForAnErrorWhileReportsWait() {
    try (TwoStacks net = net(1)) {
      TwoStacks.Connection connection = net.connection(7_000);
      Zfut sender = net.sender(net.a, ADDRESS_A, 5_000, ADDRESS_B, 6_000);
      Ref<ZfMuxerSet> set = new Ref<>();
      assertThat(zf_muxer_alloc(net.a, set)).isZero();
      EpollEvent tcp = new EpollEvent(EPOLLERR, "tcp");
      assertThat(zf_muxer_add(set.get(), zft_to_waitable(connection.active()), tcp)).isZero();
      EpollEvent udp = new EpollEvent(EPOLLERR, "udp");
      assertThat(zf_muxer_add(set.get(), zfut_to_waitable(sender), udp)).isZero();
      assertThat(names(set.get())).as("SYN").containsExactly("tcp");
      assertThat(take(connection.active())).hasSize(1);
      zft_send_single(connection.active(), C.malloc(1), 1, 0);
      zfut_send_single(sender, C.malloc(1), 1);
      assertThat(names(set.get())).containsExactlyInAnyOrder("tcp", "udp");
      assertThat(names(set.get())).as("an edge").isEmpty();
      zft_send_single(connection.active(), C.malloc(1), 1, 0);
      zf_reactor_perform(net.a);
      take(connection.active());
      assertThat(names(set.get())).as("fetched meanwhile").isEmpty();
    }
  }

  private static List<Object> names(ZfMuxerSet set) {
    EpollEvent[] events = EpollEvent.array(4);
    int count = zf_muxer_wait(set, events, 4, 0);
    List<Object> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      assertThat(events[i].events).isEqualTo(EPOLLERR);
      names.add(String.valueOf(events[i].data.ptr));
    }
    return names;
  }

  @Test
  void shouldRefuseArgumentsThatCannotBe() {
    try (TwoStacks net = net(1)) {
      Zfut zocket = net.sender(net.a, ADDRESS_A, 5_000, ADDRESS_B, 6_000);
      assertThat(zfut_get_tx_timestamps(zocket, ZfPktReport.array(1), new IntRef(-1)))
          .isEqualTo(-EINVAL);
      assertThat(zfut_get_tx_timestamps(zocket, ZfPktReport.array(1), new IntRef(2)))
          .isEqualTo(-EFAULT);
      assertThat(zfut_get_tx_timestamps(zocket, null, new IntRef(1))).isEqualTo(-EFAULT);
    }
  }
}
