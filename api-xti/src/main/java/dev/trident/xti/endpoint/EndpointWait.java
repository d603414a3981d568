package dev.trident.xti.endpoint;

import dev.trident.hw.host.Condition;
import java.util.function.Predicate;

/**
 * What a blocked call waits for, on one endpoint. Made once per endpoint and kind of wait; any
 * number of threads may wait for the same. Holds once the endpoint is closed, too.
 */
final class EndpointWait<E extends TransportEndpoint> implements Condition {
  private final E endpoint;
  private final String what;
  private final Predicate<E> holds;

  EndpointWait(E endpoint, String what, Predicate<E> holds) {
    this.endpoint = endpoint;
    this.what = what;
    this.holds = holds;
  }

  @Override
  public boolean holds() {
    return endpoint.isClosed() || holds.test(endpoint);
  }

  @Override
  public String toString() {
    return endpoint + " waits for " + what;
  }
}
