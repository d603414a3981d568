package dev.trident.tcp;

import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import dev.trident.time.Deadline;

/**
 * The retransmission timer (RFC 6298 section 5) over the estimate of section 2, and when a
 * connection gives up (RFC 9293 section 3.8.3). What is sent again when it expires is {@link
 * LossRecovery}'s.
 */
final class Retransmission extends RttEstimator {
  /** Retransmissions after which the user is told, and before which it is not (SHLD-10). */
  private static final int R1 = 3;

  private final Connection connection;

  /** Transmissions of the oldest segment beyond the first, since SND.UNA moved last. */
  private int attempts;

  Retransmission(Connection connection) {
    super(connection.layer().timeouts());
    this.connection = connection;
  }

  /** A connection begins, or has ended. */
  void open() {
    attempts = 0;
    reset();
  }

  /** Retransmissions by the timer since SND.UNA moved last. */
  int attempts() {
    return attempts;
  }

  /** SND.UNA has moved: the timer runs on for what is in flight (5.2, 5.3). */
  void onNewAck(long nowNanos) {
    attempts = 0;
    onProgress();
    if (connection.sender().flightSizeBytes() == 0) {
      connection.timers().stopRetransmit();
    } else {
      restart(nowNanos);
    }
  }

  /** Something has been sent: the timer runs (5.1). */
  void onSent(long nowNanos) {
    if (!connection.timers().isRetransmitRunning()) {
      restart(nowNanos);
    }
  }

  void restart(long nowNanos) {
    connection.timers().retransmitAt(Deadline.after(nowNanos, rtoNanos()));
  }

  /** The peer is there, though it takes nothing: do not give up because of a closed window. */
  void onPeerAlive() {
    attempts = 0;
  }

  /** The retransmission timer has expired. */
  void onTimeout(long nowNanos) {
    if (attempts >= limit()) {
      connection.onGivenUp();
      return;
    }
    attempts++;
    connection.leaveDeadGateway(nowNanos);
    connection.statistics().onTimeout();
    if (attempts == R1) {
      connection.onSilence();
    }
    backOff(attempts, connection.state() == StreamState.SYN_SENT);
    restart(nowNanos);
    Sender sender = connection.sender();
    if (sender.isSynUnacknowledged()) {
      sender.sendSyn(nowNanos);
      return;
    }
    connection.layer().pathMtu().onTimeout(connection, attempts, nowNanos);
    LossRecovery recovery = sender.recovery();
    recovery.onTimeout(attempts == 1, nowNanos);
    if (recovery.hasLost()) {
      sender.output(nowNanos);
    } else {
      sender.sendFin(nowNanos);
    }
  }

  private int limit() {
    StreamState state = connection.state();
    if (state == StreamState.SYN_SENT) {
      return profile().synRetries();
    }
    return connection.sender().isSynUnacknowledged() ? profile().synAckRetries() : dataRetries();
  }

  /**
   * How often to repeat what is not acknowledged. A user timeout decides instead if there is one,
   * as long as there is a user: what was given up must end.
   */
  int dataRetries() {
    boolean timed = connection.userTimeout != null && !connection.isOrphan();
    return timed ? Integer.MAX_VALUE : profile().dataRetries();
  }

  TcpProfile.Retransmission profile() {
    return connection.layer().profile().retransmission();
  }

  void info(TcpInfo into) {
    into.attempts = attempts;
    into.srttNanos = srttNanos();
    into.rttvarNanos = rttvarNanos();
    into.rtoNanos = rtoNanos();
  }
}
