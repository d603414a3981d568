package dev.trident.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import dev.trident.testkit.Allocations;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import dev.trident.trace.DropReason;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

/** Explicit congestion notification from end to end (RFC 3168). */
class EcnTest {
  private static final TcpProfile ASKING =
      TcpProfile.STANDARD.withHandshake(
          TcpProfile.STANDARD.handshake().withEcn(TcpProfile.Ecn.REQUEST));

  @Test
  @Requirement({"RFC3168-ecn-05", "RFC3168-ecn-06"})
  void shouldLowerTheWindowWithoutLossOrGarbageWhenARouterMarks() {
    try (TcpPair pair = new TcpPair(Unpooled.buffer(1 << 16), ASKING)) {
      TcpInfo info = new TcpInfo();
      for (int i = 0; i < 100; i++) {
        pair.bulk(8);
      }
      pair.near.info(info);
      assertThat(info.ecn).isTrue();
      int openWindow = info.cwndBytes;
      pair.clientWire.markEvery = 20;

      long garbage = Allocations.of(() -> pair.bulk(8));

      pair.near.info(info);
      assertThat(info.ssthreshBytes).isLessThan(openWindow);
      assertThat(info.cwndBytes).isLessThan(openWindow);
      assertThat(garbage).isZero();
      assertThat(pair.client.counters().get(Counter.TCP_RETRANSMISSIONS)).isZero();
      assertThat(pair.server.counters().get(DropReason.IP_BAD_CHECKSUM)).isZero();
      pair.far.info(info);
      assertThat(info.ecnSeen).isTrue();
    }
  }
}
