package dev.trident.simulation;

import dev.trident.c.SockAddrIn;
import java.util.Locale;

/** The APIs that programs use. */
enum Api {
  TRECK,
  XTI,
  TCPDIRECT;

  /**
   * An end of a stream that is nothing yet.
   *
   * @param address to listen on, or to connect to
   */
  StreamEnd stream(Place place, SockAddrIn address, Ledger ledger) {
    return switch (this) {
      case TRECK -> new TreckStreamEnd(place.node(), address, ledger.loans());
      case XTI -> new XtiStreamEnd(place.node(), address);
      case TCPDIRECT -> new ZfStreamEnd(place, address, ledger);
    };
  }

  /** An end of UDP at {@code port} of {@code place}. */
  DatagramEnd datagrams(Place place, int port, Ledger ledger) {
    return switch (this) {
      case TRECK -> new TreckDatagramEnd(place.node(), place.at(port), ledger.loans());
      case XTI -> new XtiDatagramEnd(place.node(), place.at(port));
      case TCPDIRECT -> new ZfDatagramEnd(place, place.at(port), ledger);
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
