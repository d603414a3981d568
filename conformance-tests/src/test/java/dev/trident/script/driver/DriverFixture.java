package dev.trident.script.driver;

import static dev.trident.script.driver.HandMadePeer.HOST;
import static dev.trident.script.driver.HandMadePeer.PEER;
import static dev.trident.script.driver.HandMadePeer.PEER_PORT;
import static dev.trident.script.driver.HandMadePeer.PORT;
import static dev.trident.wire.TcpHeader.ACK;
import static dev.trident.wire.TcpHeader.SYN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpProfile;
import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.driver.ApiDriver.Pending;
import dev.trident.script.driver.Call.Option;
import dev.trident.script.driver.HandMadePeer.Segment;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A driver, the peer of its host, and calls in short. */
@Timeout(30)
abstract class DriverFixture {
  static final long MILLIS = 1_000_000;

  /** Without options, so that segments are short; delays are those of the standard profile. */
  static final TcpProfile PROFILE =
      TcpProfile.STANDARD
          .withAcknowledgement(new TcpProfile.Acknowledgement(true, 40 * MILLIS, 0))
          .withOptions(
              new TcpProfile.Options(
                  TcpProfile.NO_WINDOW_SCALE, false, false, TcpProfile.OptionOrder.LINUX));

  final ApiDriver driver = newDriver(new Setup(HOST, 16, PEER, 1_500, PROFILE, 7));
  final HandMadePeer peer = new HandMadePeer(driver);
  final int leakedBefore = driver.leakedBuffers();

  abstract ApiDriver newDriver(Setup setup);

  @AfterEach
  void close() {
    driver.close();
  }

  // ---- calls --------------------------------------------------------------------------------

  final Pending start(Call call) {
    try {
      return driver.start(call);
    } catch (NotExpressibleException e) {
      throw new AssertionError(e);
    }
  }

  /** The outcome of a call that returns at once. */
  final Outcome call(Call call) {
    long now = driver.nowNanos();
    Pending pending = start(call);
    assertThat(pending.isDone()).as("%s has returned", call).isTrue();
    assertThat(pending.endNanos()).isEqualTo(now);
    return pending.outcome();
  }

  final int done(Call call) {
    Outcome outcome = call(call);
    assertThat(outcome.errno()).as("error of %s", call).isNull();
    return Math.toIntExact(outcome.value());
  }

  final void fails(String errno, Call call) {
    Outcome outcome = call(call);
    assertThat(outcome.errno()).as("error of %s", call).isEqualTo(errno);
    assertThat(outcome.value()).isEqualTo(-1);
  }

  static Call read(int descriptor, int length) {
    return new Call.Receive(descriptor, List.of(length), List.of());
  }

  static Call write(int descriptor, int length) {
    return new Call.Send(descriptor, List.of(length), List.of(), 0, 0);
  }

  static Call connectTo(int descriptor) {
    return new Call.Connect(descriptor, PEER, PEER_PORT);
  }

  static Call error(int descriptor) {
    return new Call.GetOption(descriptor, Option.SO_ERROR);
  }

  static long errnoCode(String name) {
    return Call.ERRNO_NAMES.indexOf(name) + 1L;
  }

  /** A call that the API cannot say. */
  final AbstractThrowableAssert<?, ?> refuses(Call call) {
    return assertThatThrownBy(() -> driver.start(call)).isInstanceOf(NotExpressibleException.class);
  }

  final int listening() {
    int listener = done(new Call.Socket(true));
    done(new Call.SetOption(listener, Option.SO_REUSEADDR, List.of(1L)));
    done(new Call.Bind(listener, HOST, PORT));
    done(new Call.Listen(listener, 1));
    return listener;
  }

  /** The stack's initial sequence number plus one, after a handshake of no time. */
  final int handshake() {
    peer.sends(SYN, 0, 0);
    Segment answer = peer.expects(SYN | ACK, driver.nowNanos());
    assertThat(answer.ack()).isEqualTo(1);
    peer.sends(ACK, 1, answer.seq() + 1);
    return answer.seq() + 1;
  }

  /** A connection made from the host's side, blocking or not. */
  final int connected(int descriptor) {
    Pending connect = start(connectTo(descriptor));
    Segment syn = peer.expects(SYN, driver.nowNanos());
    assertThat(syn.destination()).isEqualTo(PEER_PORT);
    peer.hostPort = syn.source();
    peer.sends(SYN | ACK, 0, syn.seq() + 1);
    Segment ack = peer.expects(ACK, driver.nowNanos());
    assertThat(ack.ack()).isEqualTo(1);
    assertThat(connect.isDone()).isTrue();
    return syn.seq() + 1;
  }

  final void quietWithoutLeaks() {
    driver.runUntil(driver.nowNanos() + 200_000 * MILLIS);
    assertThat(driver.leakedBuffers()).isZero();
    assertThat(driver.count(StreamState.ESTABLISHED)).isZero();
  }
}
