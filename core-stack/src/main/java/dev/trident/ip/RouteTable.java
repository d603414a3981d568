package dev.trident.ip;

import dev.trident.link.NetInterface;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Routes of a stack, longest prefix first. Immutable: a change makes a new table. */
public final class RouteTable {
  /**
   * A destination prefix and where it leads.
   *
   * @param network address bits beyond {@code prefixBits} are zero
   * @param gateway 0 for a directly connected network
   */
  public record Route(int network, int prefixBits, int gateway, NetInterface out) {
    public Route {
      if (prefixBits < 0 || prefixBits > 32) {
        throw new IllegalArgumentException("prefix of " + prefixBits + " bits: must be 0..32");
      }
      network &= maskOf(prefixBits);
    }

    boolean matches(int destination) {
      return ((destination ^ network) & maskOf(prefixBits)) == 0;
    }

    private static int maskOf(int bits) {
      return bits == 0 ? 0 : -1 << (32 - bits);
    }
  }

  public static final RouteTable EMPTY = new RouteTable(new Route[0]);

  private final Route[] routes;

  private RouteTable(Route[] routes) {
    this.routes = routes;
  }

  /** A table with {@code route} too, once; behind older ones of the same prefix length. */
  public RouteTable with(Route route) {
    if (Arrays.asList(routes).contains(route)) {
      return this;
    }
    int place = 0;
    while (place < routes.length && routes[place].prefixBits() >= route.prefixBits()) {
      place++;
    }
    Route[] more = Arrays.copyOf(routes, routes.length + 1);
    System.arraycopy(routes, place, more, place + 1, routes.length - place);
    more[place] = route;
    return new RouteTable(more);
  }

  /** The route that serves {@code destination} if {@code before} does not: of the same prefix. */
  public @Nullable Route findAfter(Route before, int destination) {
    boolean passed = false;
    for (Route route : routes) {
      if (passed && route.prefixBits() == before.prefixBits() && route.matches(destination)) {
        return route;
      }
      passed |= route.equals(before);
    }
    return null;
  }

  /** The route with the longest prefix that covers {@code destination}, or null. */
  public @Nullable Route find(int destination) {
    for (Route route : routes) {
      if (route.matches(destination)) {
        return route;
      }
    }
    return null;
  }
}
