package dev.trident.apps.compare;

import dev.trident.hw.host.Host;
import java.util.Locale;

/** The three APIs, in the order of the table. */
enum Api implements PeerFactory {
  TRECK,
  XTI,
  TCPDIRECT;

  @Override
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Program open(Host host) {
    return switch (this) {
      case TRECK ->
          (role, blocking, address, source, target) ->
              new TreckPeer(host, role, blocking, address, source, target);
      case XTI ->
          (role, blocking, address, source, target) ->
              new XtiPeer(host, role, blocking, address, source, target);
      case TCPDIRECT -> new ZfProgram(host.interfaceNames().getFirst());
    };
  }
}
