package dev.trident.tcpdirect;

import static dev.trident.tcpdirect.TwoStacks.ADDRESS_A;
import static dev.trident.tcpdirect.TwoStacks.ADDRESS_B;
import static dev.trident.tcpdirect.TwoStacks.MILLIS;
import static dev.trident.tcpdirect.Zf.zf_reactor_perform;
import static dev.trident.tcpdirect.Zf.zft_pkt_get_timestamp;
import static dev.trident.tcpdirect.Zf.zft_send_single;
import static dev.trident.tcpdirect.Zf.zft_shutdown_tx;
import static dev.trident.tcpdirect.Zf.zft_zc_recv;
import static dev.trident.tcpdirect.Zf.zft_zc_recv_done;
import static dev.trident.tcpdirect.Zf.zfur_pkt_get_timestamp;
import static dev.trident.tcpdirect.Zf.zfur_zc_recv;
import static dev.trident.tcpdirect.Zf.zfur_zc_recv_done;
import static dev.trident.tcpdirect.Zf.zfut_send_single;
import static dev.trident.tcpdirect.ZfErrno.EINVAL;
import static dev.trident.tcpdirect.ZfErrno.EL2NSYNC;
import static dev.trident.tcpdirect.ZfErrno.ENODATA;
import static dev.trident.tcpdirect.ZfErrno.ENOMSG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.c.Timespec;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.nic.ClockState;
import dev.trident.hw.nic.Nic;
import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.Test;

/** When the adapter received a packet. */
class ReceiveStampTest {
  private final Timespec time = new Timespec();
  private final IntRef flags = new IntRef();
  private final ZfurMsg datagram = new ZfurMsg(1);

  private static TwoStacks net(int on) {
    return new TwoStacks(NicOptions.STANDARD, attr -> TwoStacks.set(attr, "rx_timestamping", on));
  }

  /** A datagram that was received {@code millis} after time 0 and is shown later. */
  private Zfur showDatagram(TwoStacks net, long millis) {
    Zfur receiver = net.receiver(net.b, ADDRESS_B, 6_000);
    Zfut sender = net.sender(net.a, ADDRESS_A, 5_000, ADDRESS_B, 6_000);
    net.clock.advanceTo(millis * MILLIS);
    assertThat(zfut_send_single(sender, C.malloc(12), 12)).isEqualTo(12);
    net.clock.advanceTo(net.clock.nanoTime() + 5 * MILLIS);
    assertThat(zf_reactor_perform(net.b)).isEqualTo(1);
    datagram.iovcnt = 1;
    zfur_zc_recv(receiver, datagram, 0);
    assertThat(datagram.iovcnt).isEqualTo(1);
    return receiver;
  }

  @Test
  @Requirement({"ZF-attr.rx_timestamping-01", "ZF-zfur_pkt_get_timestamp-01"})
  void shouldTellWhenADatagramCameOffTheWire() {
    try (TwoStacks net = net(1)) {
      Zfur receiver = showDatagram(net, 3_007);
      assertThat(zfur_pkt_get_timestamp(receiver, datagram, time, 0, flags)).isZero();
      assertThat(time).hasToString("3.007000000");
      assertThat(flags.value).isEqualTo(3);
      net.hostB.nic("zb0").clockState(ClockState.SET);
      assertThat(zfur_pkt_get_timestamp(receiver, datagram, time, 0, flags)).isZero();
      assertThat(flags.value).isEqualTo(1);
      assertThat(zfur_pkt_get_timestamp(receiver, datagram, time, 1, flags)).isEqualTo(-EINVAL);
      assertThat(zfur_pkt_get_timestamp(receiver, datagram, time, -1, flags)).isEqualTo(-EINVAL);
      zfur_zc_recv_done(receiver, datagram);
      assertThat(zfur_pkt_get_timestamp(receiver, datagram, time, 0, flags)).isEqualTo(-EINVAL);
    }
  }

  @Test
  @Requirement({"ZF-zfur_pkt_get_timestamp-02"})
  void shouldSayWhyThereIsNoTime() {
    try (TwoStacks net = net(1)) {
      Zfur receiver = showDatagram(net, 10);
      Nic nic = net.hostB.nic("zb0");
      nic.clockState(ClockState.UNKNOWN);
      assertThat(zfur_pkt_get_timestamp(receiver, datagram, time, 0, flags)).isEqualTo(-ENOMSG);
      nic.clockState(ClockState.LOST);
      assertThat(zfur_pkt_get_timestamp(receiver, datagram, time, 0, flags)).isEqualTo(-EL2NSYNC);
      assertThat(time.nanos()).as("nothing was stored").isZero();
    }
    try (TwoStacks net = net(0)) {
      Zfur receiver = showDatagram(net, 10);
      assertThat(zfur_pkt_get_timestamp(receiver, datagram, time, 0, flags)).isEqualTo(-ENODATA);
    }
  }

  @Test
  @Requirement({"ZF-zft_pkt_get_timestamp-01"})
  void shouldTellWhenASegmentCameOffTheWire() {
    try (TwoStacks net = net(1)) {
      TwoStacks.Connection connection = net.connection(7_000);
      net.clock.advanceTo(2_000 * MILLIS);
      zft_send_single(connection.active(), C.malloc(100), 100, 0);
      net.settle();
      net.clock.advanceTo(2_020 * MILLIS);
      zft_send_single(connection.active(), C.malloc(50), 50, 0);
      net.settle();
      zft_shutdown_tx(connection.active());
      net.settle();
      ZftMsg message = new ZftMsg(4);
      zft_zc_recv(connection.passive(), message, 0);
      assertThat(message.iovcnt).as("two segments and the end").isEqualTo(3);
      long[] times = new long[2];
      for (int i = 0; i < 2; i++) {
        assertThat(zft_pkt_get_timestamp(connection.passive(), message, time, i, flags)).isZero();
        times[i] = time.nanos();
      }
      assertThat(times).containsExactly(2_000 * MILLIS, 2_020 * MILLIS);
      assertThat(flags.value).isEqualTo(3);
      assertThat(zft_pkt_get_timestamp(connection.passive(), message, time, 2, flags))
          .isEqualTo(-ENODATA);
      assertThat(zft_pkt_get_timestamp(connection.passive(), message, time, 3, flags))
          .isEqualTo(-EINVAL);
      Nic nic = net.hostB.nic("zb0");
      nic.clockState(ClockState.UNKNOWN);
      assertThat(zft_pkt_get_timestamp(connection.passive(), message, time, 0, flags))
          .isEqualTo(-ENOMSG);
      nic.clockState(ClockState.LOST);
      assertThat(zft_pkt_get_timestamp(connection.passive(), message, time, 0, flags))
          .isEqualTo(-EL2NSYNC);
      zft_zc_recv_done(connection.passive(), message);
    }
  }
}
