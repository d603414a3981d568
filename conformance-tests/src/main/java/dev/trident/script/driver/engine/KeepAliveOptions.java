package dev.trident.script.driver.engine;

import dev.trident.endpoint.KeepAlive;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.driver.Call.Option;

/** The four options of keep-alive, as Linux has them: times in seconds. */
final class KeepAliveOptions {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** The largest time, and the largest count, that Linux takes. */
  private static final long MAX_SECONDS = 32_767;

  private static final long MAX_PROBES = 127;

  private KeepAliveOptions() {}

  static Outcome set(StreamEndpoint endpoint, Option option, long value) {
    if (option != Option.SO_KEEPALIVE
        && (value < 1 || value > (option == Option.TCP_KEEPCNT ? MAX_PROBES : MAX_SECONDS))) {
      return Outcome.error("EINVAL");
    }
    KeepAlive before = endpoint.keepAlive();
    endpoint.keepAlive(
        switch (option) {
          case SO_KEEPALIVE -> before.withOn(value != 0);
          case TCP_KEEPIDLE -> before.withIdleNanos(value * NANOS_PER_SECOND);
          case TCP_KEEPINTVL -> before.withIntervalNanos(value * NANOS_PER_SECOND);
          case TCP_KEEPCNT -> before.withProbes((int) value);
          default -> throw new IllegalArgumentException(option + " is no option of keep-alive");
        });
    return Outcome.of(0);
  }

  static long get(StreamEndpoint endpoint, Option option) {
    KeepAlive settings = endpoint.keepAlive();
    return switch (option) {
      case SO_KEEPALIVE -> settings.on() ? 1 : 0;
      case TCP_KEEPIDLE -> settings.idleNanos() / NANOS_PER_SECOND;
      case TCP_KEEPINTVL -> settings.intervalNanos() / NANOS_PER_SECOND;
      case TCP_KEEPCNT -> settings.probes();
      default -> throw new IllegalArgumentException(option + " is no option of keep-alive");
    };
  }
}
