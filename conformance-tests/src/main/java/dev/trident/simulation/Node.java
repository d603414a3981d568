package dev.trident.simulation;

import dev.trident.c.Clock;
import dev.trident.hw.host.Host;
import dev.trident.treck.Treck;
import dev.trident.xti.Xti;

/** A host and the APIs that all its programs share; TCPDirect programs have stacks of their own. */
record Node(Host host, Treck treck, Xti xti) {
  static Node on(Host host) {
    Treck treck = new Treck(host);
    treck.tfStartTreck();
    return new Node(host, treck, new Xti(host));
  }

  /** The calling program does nothing for a while. */
  void pause(long nanos) {
    Clock clock = host.clock();
    clock.sleep(nanos);
  }
}
