package dev.trident.script.driver;

import static dev.trident.script.driver.HandMadePeer.HOST;
import static dev.trident.script.driver.HandMadePeer.PORT;
import static dev.trident.wire.TcpHeader.ACK;
import static dev.trident.wire.TcpHeader.RST;
import static dev.trident.wire.TcpHeader.SYN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StreamState;
import dev.trident.script.driver.Call.Option;
import dev.trident.script.driver.HandMadePeer.Segment;
import dev.trident.script.driver.api.XtiDriver;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract through XTI, and what XTI cannot say. */
final class XtiDriverTest extends DriverContract {
  @Override
  ApiDriver newDriver(Setup setup) {
    return new XtiDriver(setup);
  }

  @Test
  void shouldBindWhenListening() {
    int first = done(new Call.Socket(true));
    int second = done(new Call.Socket(true));
    done(new Call.Bind(first, HOST, PORT));
    done(new Call.Bind(second, HOST, PORT));
    done(new Call.Listen(first, 1));
    fails("EADDRINUSE", new Call.Listen(second, 1));
  }

  @Test
  void shouldRefuseListenWhenReceiveBufferWasSet() {
    int fd = done(new Call.Socket(true));
    done(new Call.SetOption(fd, Option.SO_RCVBUF, List.of(3_000L)));
    done(new Call.Bind(fd, HOST, PORT));
    refuses(new Call.Listen(fd, 1)).hasMessageStartingWith("setsockopt(SO_RCVBUF): ");
    assertThat(driver.count(StreamState.LISTEN)).isZero();
  }

  @Test
  void shouldConnectWhenEarlierAttemptWasRefused() {
    int fd = done(new Call.Socket(true));
    done(new Call.SetNonBlocking(fd, true));
    fails("EINPROGRESS", connectTo(fd));
    Segment syn = peer.expects(SYN, 0);
    peer.hostPort = syn.source();
    peer.sends(RST | ACK, 0, syn.seq() + 1);
    fails("ECONNREFUSED", connectTo(fd));
    fails("EINPROGRESS", connectTo(fd));
    Segment again = peer.expects(SYN, 0);
    peer.hostPort = again.source();
    peer.sends(SYN | ACK, 0, again.seq() + 1);
    fails("EISCONN", connectTo(fd));
    assertThat(done(write(fd, 10))).isEqualTo(10);
  }

  @Test
  void shouldRefuseListenAgain() {
    refuses(new Call.Listen(listening(), 5)).hasMessageStartingWith("listen again: ");
  }
}
