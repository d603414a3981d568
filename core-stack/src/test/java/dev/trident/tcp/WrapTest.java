package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpInfo;
import dev.trident.testkit.Requirement;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clocks go round while a connection lives: milliseconds in 32 bits, nanoseconds in 64. */
class WrapTest extends Script {
  private static final int WRAP_BITS_OF_MILLIS = 32;

  /** Lets time pass until {@code millis} in 31 or 32 bits are that far from going round. */
  private void passUntilBeforeWrap(int bits, long beforeNanos) {
    long period = (1L << bits) * MILLIS;
    long rest = period - Math.floorMod(host.now, period);
    host.advance(rest - beforeNanos + (rest < beforeNanos ? period : 0));
  }

  /**
   * A retransmission timer of 300 ms that is started before the wrap expires behind it, no earlier
   * and no later, and so do its successors and TIME-WAIT.
   */
  @ParameterizedTest
  @ValueSource(ints = {WRAP_BITS_OF_MILLIS - 1, WRAP_BITS_OF_MILLIS, Long.SIZE})
  @Requirement({"LES-wrap-01", "LES-wrap-02"})
  void shouldKeepDeadlinesAcrossTheWrap(int bits) {
    if (bits != Long.SIZE) {
      passUntilBeforeWrap(bits, 250 * MILLIS);
    } // else the host's clock is 100 ms before that already
    StreamEndpoint stream = synSent();
    host.advance(100 * MILLIS);
    peer.sends(Seg.synAck().seq(0).ack(1).mss(1_460));
    peer.expects(Seg.ack());
    send(stream, "abc");
    peer.expects(Seg.psh().seq(1).data("abc"));
    for (long rto = 300 * MILLIS; rto < 5 * SECONDS; rto *= 2) {
      host.advance(rto - 1);
      peer.expectsNothing();
      host.advance(1);
      peer.expects(Seg.psh().seq(1).data("abc"));
    }
    peer.sends(Seg.ack().seq(1).ack(4));
    TcpInfo info = new TcpInfo();
    stream.info(info);
    assertThat(info.srttNanos).isEqualTo(100 * MILLIS);
    TcpHost.check(stream.shutdownSend());
    peer.expects(Seg.fin().seq(4));
    peer.sends(Seg.fin().seq(1).ack(5));
    peer.expects(Seg.ack().seq(5).ack(2));
    host.advance(60 * SECONDS - 1);
    assertThat(stream.state()).isEqualTo(StreamState.TIME_WAIT);
    host.advance(1);
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
  }
}
