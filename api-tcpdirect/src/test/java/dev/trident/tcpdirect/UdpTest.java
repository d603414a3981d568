package dev.trident.tcpdirect;

import static dev.trident.tcpdirect.TwoStacks.ADDRESS_A;
import static dev.trident.tcpdirect.TwoStacks.ADDRESS_B;
import static dev.trident.tcpdirect.TwoStacks.SIZEOF;
import static dev.trident.tcpdirect.TwoStacks.address;
import static dev.trident.tcpdirect.TwoStacks.bytes;
import static dev.trident.tcpdirect.TwoStacks.iov;
import static dev.trident.tcpdirect.TwoStacks.pattern;
import static dev.trident.tcpdirect.Zf.ZFUT_FLAG_DONT_FRAGMENT;
import static dev.trident.tcpdirect.Zf.zf_reactor_perform;
import static dev.trident.tcpdirect.Zf.zf_stack_free;
import static dev.trident.tcpdirect.Zf.zfur_addr_bind;
import static dev.trident.tcpdirect.Zf.zfur_addr_unbind;
import static dev.trident.tcpdirect.Zf.zfur_alloc;
import static dev.trident.tcpdirect.Zf.zfur_free;
import static dev.trident.tcpdirect.Zf.zfur_pkt_get_header;
import static dev.trident.tcpdirect.Zf.zfur_zc_recv;
import static dev.trident.tcpdirect.Zf.zfur_zc_recv_done;
import static dev.trident.tcpdirect.Zf.zfut_alloc;
import static dev.trident.tcpdirect.Zf.zfut_free;
import static dev.trident.tcpdirect.Zf.zfut_get_header_size;
import static dev.trident.tcpdirect.Zf.zfut_get_mss;
import static dev.trident.tcpdirect.Zf.zfut_send;
import static dev.trident.tcpdirect.Zf.zfut_send_single;
import static dev.trident.tcpdirect.ZfErrno.EADDRINUSE;
import static dev.trident.tcpdirect.ZfErrno.EADDRNOTAVAIL;
import static dev.trident.tcpdirect.ZfErrno.EAFNOSUPPORT;
import static dev.trident.tcpdirect.ZfErrno.EAGAIN;
import static dev.trident.tcpdirect.ZfErrno.EFAULT;
import static dev.trident.tcpdirect.ZfErrno.EHOSTUNREACH;
import static dev.trident.tcpdirect.ZfErrno.EINVAL;
import static dev.trident.tcpdirect.ZfErrno.EMSGSIZE;
import static dev.trident.tcpdirect.ZfErrno.ENOBUFS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.buffer.Slab;
import dev.trident.c.C;
import dev.trident.c.Iovec;
import dev.trident.c.Ref;
import dev.trident.c.SockAddr;
import dev.trident.c.SockAddrIn;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.hw.nic.FrameTap;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.util.IllegalReferenceCountException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** UDP-receive and UDP-transmit zockets. */
class UdpTest {
  private static final int GROUP = C.inet_addr("224.1.2.3");

  private final TwoStacks net = new TwoStacks();
  private final ByteBuf memory = C.malloc(70_000);
  private final ZfurMsg msg = new ZfurMsg(2);

  @AfterEach
  void close() {
    net.close();
  }

  private Zfur unbound() {
    Ref<Zfur> out = new Ref<>();
    assertThat(zfur_alloc(out, net.b, net.attr)).isZero();
    return out.get();
  }

  private Zfut sender(int port) {
    return net.sender(net.a, ADDRESS_A, 4_000, ADDRESS_B, port);
  }

  private int bind(Zfur us, SockAddr laddr, @Nullable SockAddr raddr) {
    return zfur_addr_bind(us, laddr, SIZEOF, raddr, SIZEOF, 0);
  }

  private int unbind(Zfur us, @Nullable SockAddr laddr, @Nullable SockAddr raddr) {
    return zfur_addr_unbind(us, laddr, SIZEOF, raddr, SIZEOF, 0);
  }

  /** Reads one datagram; its length, or -1. */
  private int receive(Zfur us) {
    msg.iovcnt = 2;
    zfur_zc_recv(us, msg, 0);
    if (msg.iovcnt == 0) {
      return -1;
    }
    int length = msg.iov[0].iov_len;
    zfur_zc_recv_done(us, msg);
    return length;
  }

  private int alloc(@Nullable SockAddr laddr, int llen, @Nullable SockAddr raddr, int rlen, int f) {
    return zfut_alloc(new Ref<>(), net.a, laddr, llen, raddr, rlen, f, net.attr);
  }

  // ---- transfer -------------------------------------------------------------------------------

  @Test
  @Requirement({
    "ZF-cap-06",
    "ZF-zfut_send_single-02",
    "ZF-zfur_zc_recv-02",
    "ZF-zfur_zc_recv-03",
    "ZF-zfur_zc_recv-04",
    "ZF-zfur_zc_recv-06",
    "ZF-zfur_zc_recv-10",
    "ZF-zfur_zc_recv-11",
    "ZF-zfur_zc_recv_done-04",
    "ZF-zfur_msg-03",
  })
  void shouldShowOneDatagramAtATime() {
    Zfur us = net.receiver(net.b, ADDRESS_B, 5_000);
    Zfut ut = sender(5_000);
    zfur_zc_recv(us, msg, 0);
    assertThat(msg.iovcnt).isZero();
    for (int i = 0; i < 3; i++) {
      assertThat(zfut_send_single(ut, pattern(100, i), 100)).isEqualTo(100);
    }
    net.settle();
    for (int i = 0; i < 3; i++) {
      msg.iovcnt = 2;
      zfur_zc_recv(us, msg, 0);
      assertThat(msg.iovcnt).isEqualTo(1);
      assertThat(msg.dgrams_left).isEqualTo(2 - i);
      ByteBuf shown = Objects.requireNonNull(msg.iov[0].iov_base);
      assertThat(bytes(shown, msg.iov[0].iov_len)).isEqualTo(bytes(pattern(100, i), 100));
      zfur_zc_recv(us, msg, 0); // the same one again
      assertThat(msg.iov[0].iov_base).isSameAs(shown);
      zfur_zc_recv_done(us, msg);
      assertThatThrownBy(() -> shown.getByte(0)).isInstanceOf(IllegalReferenceCountException.class);
    }
    assertThat(receive(us)).isEqualTo(-1);
  }

  @Test
  @Requirement({"ZF-zfut_send_single-08", "ZF-zfut_send-10", "ZF-zfur_zc_recv-12"})
  void shouldCarryEmptyDatagrams() {
    Zfur us = net.receiver(net.b, ADDRESS_B, 5_000);
    Zfut ut = sender(5_000);
    assertThat(zfut_send_single(ut, memory, 0)).isZero();
    assertThat(zfut_send(ut, new Iovec[0], 0, 0)).isZero();
    net.settle();
    assertThat(receive(us)).isZero();
    assertThat(receive(us)).isZero();
    assertThat(receive(us)).isEqualTo(-1);
  }

  @Test
  @Requirement({"ZF-zfut_send-02", "ZF-zfut_send-06"})
  void shouldGatherVectorsIntoOneDatagram() {
    Zfur us = net.receiver(net.b, ADDRESS_B, 5_000);
    Zfut ut = sender(5_000);
    Iovec[] iov = new Iovec[20];
    for (int i = 0; i < iov.length; i++) {
      iov[i] = new Iovec(pattern(10, 10 * i), 10);
    }
    assertThat(zfut_send(ut, iov, 20, 0)).isEqualTo(200);
    net.settle();
    zfur_zc_recv(us, msg, 0);
    assertThat(bytes(Objects.requireNonNull(msg.iov[0].iov_base), 200))
        .isEqualTo(bytes(pattern(200, 0), 200));
    zfur_zc_recv_done(us, msg);
  }

  /** Filters never match fragments: they reach the default stack of the host, which joins them. */
  @Test
  @Requirement({
    "ZF-zfut_send-01",
    "ZF-zfut_send-07",
    "ZF-zfut_send-12",
    "ZF-zfut_send-14",
    "ZF-zfur_zc_recv-07",
    "ZF-const-07",
    "ZF-limit-13"
  })
  void shouldFragmentWhatIsAboveTheMss() {
    Zfur us = net.receiver(net.b, ADDRESS_B, 5_000);
    assertThat(zfut_send(sender(5_000), iov(memory, 1_473), 1, 0)).isEqualTo(1_473);
    net.settle();
    zfur_zc_recv(us, msg, 0);
    assertThat(msg.iovcnt).isZero();
    Counters counters = net.hostB.defaultStack().transport().counters();
    assertThat(counters.get(DropReason.RESERVED_PORT)).isEqualTo(1);

    DatagramEndpoint kernel =
        Objects.requireNonNull(net.hostB.defaultStack().transport().newDatagram());
    assertThat(kernel.bind(0, 6_000)).isZero();
    Zfut ut = sender(6_000);
    ByteBuf into = C.malloc(70_000);
    for (int length : new int[] {1_472, 1_473, 5_000, 65_507}) {
      memory.setBytes(0, pattern(length, length), 0, length);
      long before = counters.get(Counter.IP_FRAGMENTS_JOINED);
      assertThat(zfut_send(ut, iov(memory, length), 1, 0)).isEqualTo(length);
      net.settle();
      assertThat(kernel.receive(into, 0, 70_000)).isEqualTo(length);
      assertThat(bytes(into, length)).isEqualTo(bytes(memory, length));
      assertThat(counters.get(Counter.IP_FRAGMENTS_JOINED) - before)
          .isEqualTo(length > 1_472 ? (length + 8 + 1_479) / 1_480 : 0);
    }
    kernel.close();
  }

  @Test
  @Requirement({"ZF-zfur_zc_recv-13", "ZF-limit-05"})
  void shouldDropWhatDoesNotFitTheQueue() {
    Zfur us = net.receiver(net.b, ADDRESS_B, 5_000);
    Zfut ut = sender(5_000);
    for (int i = 0; i < 66; i++) {
      zfut_send_single(ut, memory, 1_472);
      net.settle();
    }
    int received = 0;
    while (receive(us) == 1_472) {
      received++;
    }
    assertThat(received).isEqualTo(64);
  }

  @Test
  @Requirement({
    "ZF-zfut_get_mss-01",
    "ZF-zfut_get_mss-02",
    "ZF-zfut_get_header_size-03",
    "ZF-zfut_send-04",
    "ZF-zfut_send-08",
    "ZF-zfut_send-11",
    "ZF-zfut_send-12",
    "ZF-zfut_send_single-06",
    "ZF-limit-11",
    "ZF-limit-12",
  })
  void shouldKnowItsLimits() {
    net.receiver(net.b, ADDRESS_B, 5_000);
    Zfut ut = sender(5_000);
    assertThat(zfut_get_mss(ut)).isEqualTo(1_472);
    assertThat(zfut_get_header_size(ut)).isEqualTo(42);
    assertThat(zfut_send_single(ut, memory, 1_472)).isEqualTo(1_472);
    assertThat(zfut_send_single(ut, memory, 1_473)).isEqualTo(-EMSGSIZE);
    assertThat(zfut_send(ut, iov(memory, 1_472), 1, ZFUT_FLAG_DONT_FRAGMENT)).isEqualTo(1_472);
    assertThat(zfut_send(ut, iov(memory, 1_473), 1, ZFUT_FLAG_DONT_FRAGMENT)).isEqualTo(-EMSGSIZE);
    assertThat(zfut_send(ut, iov(memory, 65_508), 1, 0)).isEqualTo(-EMSGSIZE);
    assertThat(zfut_send(ut, iov(memory, 1), 1, 1)).isEqualTo(-EINVAL);
    assertThat(zfut_send(ut, iov(memory, -1), 1, 0)).isEqualTo(-EINVAL);
    assertThat(zfut_send(ut, null, 1, 0)).isEqualTo(-EFAULT);
    assertThat(zfut_send(ut, iov(memory, 1), 2, 0)).isEqualTo(-EFAULT);
    assertThat(zfut_send(ut, iov(C.malloc(4), 5), 1, 0)).isEqualTo(-EFAULT);
    assertThat(zfut_send_single(ut, null, 1)).isEqualTo(-EFAULT);
    assertThat(zfut_send_single(ut, memory, -1)).isEqualTo(-EINVAL);
    assertThat(zfut_send_single(ut, C.malloc(4), 5)).isEqualTo(-EFAULT);
  }

  @Test
  @Requirement({"ZF-zfut_send_single-05", "ZF-zfut_send-13", "ZF-attr.udp_ttl-02"})
  void shouldSetDontFragmentAndTtl() {
    Zfur us = net.receiver(net.b, ADDRESS_B, 5_000);
    TwoStacks.set(net.attr, "udp_ttl", 7);
    Zfut ut = sender(5_000);
    zfut_send_single(ut, memory, 1);
    zfut_send(ut, iov(memory, 1), 1, 0);
    zfut_send(ut, iov(memory, 1), 1, ZFUT_FLAG_DONT_FRAGMENT);
    net.settle();
    int[] expected = {0x4000, 0, 0x4000};
    for (int flags : expected) {
      msg.iovcnt = 2;
      zfur_zc_recv(us, msg, 0);
      Ref<IpHdr> ip = new Ref<>();
      assertThat(zfur_pkt_get_header(us, msg, ip, new Ref<>(), 0)).isZero();
      assertThat(ip.get().frag_off).isEqualTo(flags);
      assertThat(ip.get().ttl).isEqualTo(7);
      zfur_zc_recv_done(us, msg);
    }
  }

  @Test
  @Requirement({
    "ZF-zfur_pkt_get_header-02",
    "ZF-zfur_pkt_get_header-03",
    "ZF-zfur_pkt_get_header-04",
    "ZF-zfut_alloc-14",
  })
  void shouldShowTheHeaders() {
    Zfur us = net.receiver(net.b, ADDRESS_B, 5_000);
    int foreign = C.inet_addr("10.0.0.99");
    Zfut ut = net.sender(net.a, foreign, 4_001, ADDRESS_B, 5_000);
    zfut_send_single(ut, memory, 33);
    net.settle();
    zfur_zc_recv(us, msg, 0);
    Ref<IpHdr> ip = new Ref<>();
    Ref<UdpHdr> udp = new Ref<>();
    assertThat(zfur_pkt_get_header(us, msg, ip, udp, 0)).isZero();
    assertThat(ip.get().saddr).isEqualTo(foreign);
    assertThat(ip.get().daddr).isEqualTo(ADDRESS_B);
    assertThat(ip.get().protocol).isEqualTo(17);
    assertThat(ip.get().version).isEqualTo(4);
    assertThat(ip.get().ihl).isEqualTo(5);
    assertThat(ip.get().tot_len).isEqualTo(61);
    assertThat(udp.get().source).isEqualTo(4_001);
    assertThat(udp.get().dest).isEqualTo(5_000);
    assertThat(udp.get().len).isEqualTo(41);
    assertThat(zfur_pkt_get_header(us, msg, ip, udp, 1)).isEqualTo(-EINVAL);
    assertThat(zfur_pkt_get_header(us, msg, ip, udp, -1)).isEqualTo(-EINVAL);
    zfur_zc_recv_done(us, msg);
    assertThat(zfur_pkt_get_header(us, msg, ip, udp, 0)).isEqualTo(-EINVAL);
  }

  @Test
  @Requirement({"ZF-zfut_send_single-03", "ZF-zfut_send-03"})
  void shouldReportAFullTransmitRing() {
    net.receiver(net.b, ADDRESS_B, 5_000);
    Zfut ut = sender(5_000);
    int result = 0;
    for (int sent = 0; result >= 0; sent++) {
      assertThat(sent).isLessThanOrEqualTo(2_048);
      result = zfut_send_single(ut, memory, 10);
    }
    assertThat(result).isEqualTo(-EAGAIN);
    assertThat(zfut_send(ut, iov(memory, 10), 1, 0)).isEqualTo(-EAGAIN);
    zf_reactor_perform(net.a);
    net.settle();
    assertThat(zfut_send_single(ut, memory, 10)).isEqualTo(10);
  }

  /** The ring is larger than the memory here. */
  @Test
  @Requirement({"ZF-zfut_send_single-04", "ZF-zfut_send-05"})
  void shouldReportThatNoPacketBufferIsFree() {
    net.receiver(net.b, ADDRESS_B, 5_000);
    TwoStacks.set(net.attr, "n_bufs", 1_500);
    TwoStacks.set(net.attr, "rx_ring_max", 512);
    TwoStacks.set(net.attr, "tx_ring_max", 2_048);
    ZfStack small = net.stack("za0");
    Zfut ut = net.sender(small, ADDRESS_A, 4_000, ADDRESS_B, 5_000);
    int result = 0;
    for (int sent = 0; result >= 0; sent++) {
      assertThat(sent).isLessThan(2_048);
      result = zfut_send_single(ut, memory, 10);
    }
    assertThat(result).isEqualTo(-ENOBUFS);
    assertThat(zfut_send(ut, iov(memory, 10), 1, 0)).isEqualTo(-ENOBUFS);
    zf_reactor_perform(small);
    assertThat(zfut_send_single(ut, memory, 10)).isEqualTo(10);
    zf_stack_free(small);
  }

  @Test
  @Requirement({"ZF-zfut_get_header_size-01", "ZF-zfut_get_header_size-02", "ZF-zfut_send-09"})
  void shouldSendTheSamePacketAsAWholeByEitherCall() {
    List<byte[]> packets = new ArrayList<>();
    FrameTap tap =
        (place, outbound, frame, nowNanos) -> {
          Slab slab = new Slab(2_048);
          frame.copyTo(slab, 0);
          byte[] bytes = new byte[frame.totalBytes()];
          slab.copyTo(0, bytes, 0, bytes.length);
          slab.close();
          if (outbound) {
            packets.add(bytes);
          }
        };
    net.receiver(net.b, ADDRESS_B, 5_000);
    Zfut ut = sender(5_000);
    net.hostA.nic("za0").watch(tap);
    for (int length : new int[] {18, 100, 1_472}) {
      packets.clear();
      assertThat(zfut_send_single(ut, memory, length)).isEqualTo(length);
      assertThat(zfut_send(ut, iov(memory, length), 1, ZFUT_FLAG_DONT_FRAGMENT)).isEqualTo(length);
      net.settle();
      assertThat(packets).hasSize(2);
      assertThat(packets.getFirst()).hasSize(zfut_get_header_size(ut) + length);
      assertThat(packets.getLast()).isEqualTo(packets.getFirst());
    }
  }

  // ---- addresses ------------------------------------------------------------------------------

  @Test
  @Requirement({
    "ZF-zfur_addr_bind-02",
    "ZF-zfur_addr_bind-04",
    "ZF-zfur_addr_bind-09",
    "ZF-zfur_addr_bind-10",
    "ZF-zfur_addr_bind-11",
    "ZF-zfur_addr_bind-13",
    "ZF-zfur_addr_bind-14",
    "ZF-zfur_addr_bind-18",
    "ZF-zfur_addr_bind-19",
    "ZF-zfur_addr_bind-21",
    "ZF-api-27",
  })
  void shouldCheckTheAddressesToReceiveOn() {
    Zfur us = unbound();
    SockAddrIn good = address(ADDRESS_B, 5_000);
    assertThat(zfur_addr_bind(us, null, SIZEOF, null, 0, 0)).isEqualTo(-EFAULT);
    assertThat(zfur_addr_bind(us, good, 15, null, 0, 0)).isEqualTo(-EINVAL);
    assertThat(zfur_addr_bind(us, new SockAddr(10), SIZEOF, null, 0, 0)).isEqualTo(-EAFNOSUPPORT);
    assertThat(zfur_addr_bind(us, good, SIZEOF, good, 15, 0)).isEqualTo(-EINVAL);
    assertThat(zfur_addr_bind(us, good, SIZEOF, new SockAddr(1), SIZEOF, 0))
        .isEqualTo(-EAFNOSUPPORT);
    assertThat(zfur_addr_bind(us, good, SIZEOF, null, 0, 1)).isEqualTo(-EINVAL);
    assertThat(bind(us, address(0, 5_000), null)).isEqualTo(-EINVAL);
    assertThat(bind(us, good, address(0, 1))).isEqualTo(-EINVAL);
    assertThat(bind(us, good, address(ADDRESS_A, 0))).isEqualTo(-EINVAL);
    assertThat(bind(us, address(ADDRESS_A, 5_000), null)).isEqualTo(-EADDRNOTAVAIL);
    assertThat(bind(us, good, null)).isZero();
    assertThat(bind(us, good, null)).isEqualTo(-EADDRINUSE);
    assertThat(bind(unbound(), good, null)).isEqualTo(-EADDRINUSE);
  }

  @Test
  @Requirement({"ZF-zfur_addr_bind-05", "ZF-zfur_addr_bind-06", "ZF-zfur_addr_bind-22"})
  void shouldChoosePortsAndTellThem() {
    Zfur us = unbound();
    SockAddrIn first = address(ADDRESS_B, 0);
    SockAddrIn second = address(ADDRESS_B, 0);
    assertThat(bind(us, first, null)).isZero();
    assertThat(bind(us, second, null)).isZero();
    assertThat(first.sin_port).isPositive().isNotEqualTo(second.sin_port);
    assertThat(second.sin_port).isPositive();
    zfut_send_single(sender(first.sin_port), memory, 1);
    zfut_send_single(sender(second.sin_port), memory, 2);
    net.settle();
    assertThat(receive(us)).isEqualTo(1);
    assertThat(receive(us)).isEqualTo(2);
  }

  @Test
  @Requirement({
    "ZF-zfur_addr_bind-07",
    "ZF-zfur_addr_bind-08",
    "ZF-zfur_addr_bind-20",
    "ZF-hw-13",
  })
  void shouldReceiveFromOneSenderOrFromAny() {
    Zfur us = unbound();
    assertThat(bind(us, address(ADDRESS_B, 5_000), address(0, 0))).isZero();
    Zfur picky = unbound();
    assertThat(bind(picky, address(ADDRESS_B, 5_001), address(ADDRESS_A, 4_001))).isZero();
    zfut_send_single(net.sender(net.a, ADDRESS_A, 4_001, ADDRESS_B, 5_001), memory, 1);
    zfut_send_single(net.sender(net.a, ADDRESS_A, 4_002, ADDRESS_B, 5_001), memory, 2);
    zfut_send_single(net.sender(net.a, ADDRESS_A, 4_002, ADDRESS_B, 5_000), memory, 3);
    net.settle();
    assertThat(receive(picky)).isEqualTo(1);
    assertThat(receive(picky)).isEqualTo(-1);
    assertThat(receive(us)).isEqualTo(3);
  }

  @Test
  @Requirement({"ZF-udp-demux-01", "ZF-zfur_addr_bind-19"})
  void shouldPreferTheFullMatch() {
    Zfur any = unbound();
    Zfur one = unbound();
    SockAddrIn local = address(ADDRESS_B, 5_000);
    assertThat(bind(any, local, null)).isZero();
    assertThat(bind(one, local, address(ADDRESS_A, 4_001))).isZero();
    assertThat(bind(unbound(), local, address(ADDRESS_A, 4_001))).isEqualTo(-EADDRINUSE);
    zfut_send_single(net.sender(net.a, ADDRESS_A, 4_001, ADDRESS_B, 5_000), memory, 1);
    zfut_send_single(net.sender(net.a, ADDRESS_A, 4_002, ADDRESS_B, 5_000), memory, 2);
    net.settle();
    assertThat(receive(one)).isEqualTo(1);
    assertThat(receive(any)).isEqualTo(2);
    zfur_free(any);
    assertThat(unbind(one, local, address(ADDRESS_A, 4_001))).isZero();
    assertThat(bind(one, local, null)).isZero();
  }

  @Test
  @Requirement({
    "ZF-zfur_addr_unbind-02",
    "ZF-zfur_addr_unbind-03",
    "ZF-zfur_addr_unbind-04",
    "ZF-zfur_addr_unbind-05",
    "ZF-zfur_addr_unbind-06",
    "ZF-zfur_addr_unbind-07",
    "ZF-zfur_addr_unbind-08",
  })
  void shouldUnbind() {
    Zfur us = unbound();
    SockAddrIn local = address(ADDRESS_B, 5_000);
    assertThat(unbind(us, local, null)).isEqualTo(-EINVAL);
    assertThat(bind(us, local, null)).isZero();
    assertThat(unbind(us, address(ADDRESS_B, 5_001), null)).isEqualTo(-EINVAL);
    assertThat(unbind(us, local, address(ADDRESS_A, 4_000))).isEqualTo(-EINVAL);
    assertThat(zfur_addr_unbind(us, local, SIZEOF, null, 0, 1)).isEqualTo(-EINVAL);
    assertThat(unbind(us, local, null)).isZero();
    assertThat(unbind(us, local, null)).isEqualTo(-EINVAL);
    zfut_send_single(sender(5_000), memory, 1);
    net.settle();
    assertThat(receive(us)).isEqualTo(-1);
    assertThat(bind(us, local, address(ADDRESS_A, 4_000))).isZero();
    assertThat(unbind(us, null, null)).isZero();
    assertThat(bind(us, local, null)).isZero();
  }

  @Test
  @Requirement({"ZF-cap-10", "ZF-cap-11", "ZF-zfut_multicast-01", "ZF-zfur_addr_bind-16"})
  void shouldReceiveFromAGroup() {
    Zfur us = net.receiver(net.b, GROUP, 5_000);
    Zfut ut = net.sender(net.a, ADDRESS_A, 4_000, GROUP, 5_000);
    zfut_send_single(ut, memory, 9);
    net.settle();
    assertThat(receive(us)).isEqualTo(9);
    assertThat(unbind(us, address(GROUP, 5_000), null)).isZero();
    zfut_send_single(ut, memory, 9);
    net.settle();
    assertThat(receive(us)).isEqualTo(-1);
  }

  @Test
  @Requirement({
    "ZF-zfut_alloc-04",
    "ZF-zfut_alloc-05",
    "ZF-zfut_alloc-07",
    "ZF-zfut_alloc-08",
    "ZF-zfut_alloc-09",
    "ZF-zfut_alloc-12",
    "ZF-attr.udp_ttl-02",
  })
  void shouldCheckTheAddressesToSendFromAndTo() {
    SockAddrIn from = address(ADDRESS_A, 4_000);
    SockAddrIn to = address(ADDRESS_B, 5_000);
    assertThat(alloc(null, SIZEOF, to, SIZEOF, 0)).isEqualTo(-EFAULT);
    assertThat(alloc(from, 15, to, SIZEOF, 0)).isEqualTo(-EINVAL);
    assertThat(alloc(new SockAddr(3), SIZEOF, to, SIZEOF, 0)).isEqualTo(-EAFNOSUPPORT);
    assertThat(alloc(from, SIZEOF, null, SIZEOF, 0)).isEqualTo(-EFAULT);
    assertThat(alloc(from, SIZEOF, to, 15, 0)).isEqualTo(-EINVAL);
    assertThat(alloc(from, SIZEOF, new SockAddr(3), SIZEOF, 0)).isEqualTo(-EAFNOSUPPORT);
    assertThat(alloc(from, SIZEOF, to, SIZEOF, 1)).isEqualTo(-EINVAL);
    assertThat(alloc(address(ADDRESS_A, 0), SIZEOF, to, SIZEOF, 0)).isEqualTo(-EINVAL);
    assertThat(alloc(from, SIZEOF, address(0, 5_000), SIZEOF, 0)).isEqualTo(-EINVAL);
    assertThat(alloc(from, SIZEOF, address(ADDRESS_B, 0), SIZEOF, 0)).isEqualTo(-EINVAL);
    assertThat(alloc(from, SIZEOF, SockAddrIn.of("192.0.2.1", 1), SIZEOF, 0))
        .isEqualTo(-EHOSTUNREACH);
    assertThat(alloc(from, SIZEOF, SockAddrIn.of("10.0.0.77", 1), SIZEOF, 0))
        .isEqualTo(-EHOSTUNREACH);
    TwoStacks.set(net.attr, "udp_ttl", 0);
    assertThat(alloc(from, SIZEOF, to, SIZEOF, 0)).isEqualTo(-EINVAL);
    TwoStacks.set(net.attr, "udp_ttl", 256);
    assertThat(alloc(from, SIZEOF, to, SIZEOF, 0)).isEqualTo(-EINVAL);
    TwoStacks.set(net.attr, "udp_ttl", 255);
    assertThat(alloc(from, SIZEOF, to, SIZEOF, 0)).isZero();
  }

  @Test
  @Requirement("ZF-zfut_alloc-03")
  void shouldLetTheRouteDecideTheSource() {
    Zfur us = net.receiver(net.b, ADDRESS_B, 5_000);
    Zfut ut = net.sender(net.a, 0, 4_000, ADDRESS_B, 5_000);
    zfut_send_single(ut, memory, 1);
    net.settle();
    zfur_zc_recv(us, msg, 0);
    Ref<IpHdr> ip = new Ref<>();
    zfur_pkt_get_header(us, msg, ip, new Ref<>(), 0);
    assertThat(ip.get().saddr).isEqualTo(ADDRESS_A);
    zfur_zc_recv_done(us, msg);
  }

  // ---- limits and ends ------------------------------------------------------------------------

  @Test
  @Requirement({
    "ZF-zfur_alloc-02",
    "ZF-zfur_alloc-03",
    "ZF-zfut_alloc-10",
    "ZF-zfur_free-02",
    "ZF-zfut_free-02",
    "ZF-attr.max_udp_rx_endpoints-03",
    "ZF-attr.max_udp_tx_endpoints-03",
  })
  void shouldLimitEachKindByItself() {
    Zfur receiver = unbound();
    for (int i = 1; i < 8; i++) {
      unbound();
    }
    assertThat(zfur_alloc(new Ref<>(), net.b, net.attr)).isEqualTo(-ENOBUFS);
    Zfut sender = net.sender(net.b, ADDRESS_B, 1, ADDRESS_A, 1);
    for (int i = 1; i < 8; i++) {
      net.sender(net.b, ADDRESS_B, 1, ADDRESS_A, 1);
    }
    SockAddrIn to = address(ADDRESS_A, 1);
    SockAddrIn from = address(ADDRESS_B, 1);
    assertThat(zfut_alloc(new Ref<>(), net.b, from, SIZEOF, to, SIZEOF, 0, net.attr))
        .isEqualTo(-ENOBUFS);
    assertThat(zfur_free(receiver)).isZero();
    assertThat(zfut_free(sender)).isZero();
    unbound();
    net.sender(net.b, ADDRESS_B, 1, ADDRESS_A, 1);
  }

  @Test
  @Requirement({"ZF-zfur_free-03", "ZF-zfur_zc_recv_done-03", "ZF-zfur_zc_recv-05"})
  void shouldFreeWhatIsQueuedAndThrowAfterwards() {
    Zfur us = net.receiver(net.b, ADDRESS_B, 5_000);
    Zfut ut = sender(5_000);
    zfut_send_single(ut, memory, 1);
    zfut_send_single(ut, memory, 1);
    net.settle();
    assertThatThrownBy(() -> zfur_zc_recv_done(us, msg)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> zfur_zc_recv(us, msg, 1)).isInstanceOf(IllegalArgumentException.class);
    zfur_zc_recv(us, msg, 0);
    ByteBuf shown = Objects.requireNonNull(msg.iov[0].iov_base);
    zfur_free(us);
    assertThat(shown.refCnt()).isZero();
    assertThatThrownBy(() -> zfur_zc_recv(us, msg, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("zfur#0");
    assertThat(bind(unbound(), address(ADDRESS_B, 5_000), null)).isZero();
    zfut_free(ut);
    assertThatThrownBy(() -> zfut_send_single(ut, memory, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("zfut#0");
  }

  @Test
  void shouldMoveIndexesInNettysManner() {
    Zfur us = net.receiver(net.b, ADDRESS_B, 5_000);
    Zfut ut = sender(5_000);
    ByteBuf out = pattern(30, 0).readerIndex(10);
    assertThat(ZfBuf.send(ut, out)).isEqualTo(20);
    assertThat(out.readableBytes()).isZero();
    net.settle();
    ByteBuf in = C.malloc(19).writerIndex(0);
    assertThat(ZfBuf.recv(us, in)).isEqualTo(-EMSGSIZE);
    in = C.malloc(25).writerIndex(5);
    assertThat(ZfBuf.recv(us, in)).isEqualTo(20);
    assertThat(in.writerIndex()).isEqualTo(25);
    assertThat(in.getByte(5)).isEqualTo((byte) 10);
    assertThat(ZfBuf.recv(us, in)).isEqualTo(-EAGAIN);
  }
}
