package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.TcpInfo;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import org.junit.jupiter.api.Test;

/** Which SACK options are believed (RFC 2018 section 3, CVE-2021-31889). */
class SackOptionTest extends Script {
  private static final int SEGMENTS = 5;
  private static final int MSS = 1_000;

  private final TcpInfo info = new TcpInfo();

  private StreamEndpoint withDataInFlight() {
    StreamEndpoint stream = established(Seg.synAck().wnd(65_535).mss(MSS).options(4, 2, 1, 1));
    host.ip.silent = true;
    send(stream, SEGMENTS * MSS);
    return stream;
  }

  /** Options of which the last is a SACK of that length, filled up by zeros. */
  private int[] option(int length, int left, int right) {
    int[] bytes = new int[40];
    bytes[0] = 5;
    bytes[1] = length;
    for (int octet = 0; octet < 4; octet++) {
      bytes[2 + octet] = (peer.hostIss + left) >>> (24 - 8 * octet) & 0xff;
      bytes[6 + octet] = (peer.hostIss + right) >>> (24 - 8 * octet) & 0xff;
    }
    return bytes;
  }

  private int sacked(StreamEndpoint stream) {
    stream.info(info);
    return info.sackedSegments;
  }

  @Test
  @Requirement("SEC-NUCLEUS13-05")
  void shouldTakeOneToFourBlocksAndNoOtherLength() {
    StreamEndpoint stream = withDataInFlight();
    long malformed = 0;
    for (int length = 0; length <= 255; length++) {
      boolean legal = length > 2 && length <= 34 && length % 8 == 2;
      peer.sends(Seg.ack().seq(1).ack(1).options(option(length, 1 + MSS, 1 + 2 * MSS)));
      malformed += legal ? 0 : 1;
      assertThat(sacked(stream)).as("length %d", length).isEqualTo(length < 10 ? 0 : 1);
      assertThat(host.count(Counter.TCP_MALFORMED_OPTIONS)).isEqualTo(malformed);
    }
  }

  @Test
  @Requirement("SEC-NUCLEUS13-05")
  void shouldTakeNoBlockThatIsNotInFlight() {
    StreamEndpoint stream = withDataInFlight();
    int end = 1 + SEGMENTS * MSS;
    int[][] wrong = {
      {1 + MSS, end + 1}, // to beyond SND.NXT
      {end, end + MSS},
      {1 - MSS, 1 + MSS}, // from before SND.UNA
      {1 + 2 * MSS, 1 + MSS}, // turned round
      {1 + MSS, 1 + MSS}, // empty
      {1 + MSS, 1 + MSS + Integer.MIN_VALUE}, // half of all numbers
    };
    for (int[] block : wrong) {
      peer.sends(Seg.ack().seq(1).ack(1).options(option(10, block[0], block[1])));
      assertThat(sacked(stream)).as("block %d to %d", block[0], block[1]).isZero();
    }
    peer.sends(Seg.ack().seq(1).ack(1).options(option(10, 1 + MSS, end)));
    assertThat(sacked(stream)).isEqualTo(SEGMENTS - 1);
  }
}
