package dev.trident.simulation;

import dev.trident.buffer.PacketPool;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.Transport;
import dev.trident.hw.host.Host;
import java.util.List;

/** What must have come back when everything has ended and it has been quiet for a while. */
final class Invariants {
  private final List<Node> nodes;
  private final Ledger ledger;

  Invariants(List<Node> nodes, Ledger ledger) {
    this.nodes = nodes;
    this.ledger = ledger;
  }

  /** Everything but cells: receive rings hold some as long as hosts live. */
  void checkQuiet() {
    for (Node node : nodes) {
      Host host = node.host();
      Transport transport = host.defaultStack().transport();
      PacketPool pool = transport.pool();
      StackConfig config = transport.config();
      expect(host, "free run cells", config.runCells(), pool.freeRunCells());
      expect(host, "free loans", config.loans(), pool.freeLoans());
      expect(host, "live handles", 0, pool.handles().live());
      expect(host, "connections", 0, transport.openConnections(true));
      expect(host, "failed completions", 0, transport.completions().failures());
      expect(host, "TCPDirect stacks", 0, host.directStacks().size());
      expect(host, "reserved ports", 0, host.reservedPorts());
    }
    if (ledger.loans().missing() != 0) {
      ledger.complain(ledger.loans().missing() + " user buffers were never given back");
    }
    if (ledger.loans().repeated() != 0) {
      ledger.complain(ledger.loans().repeated() + " user buffers were given back more than once");
    }
  }

  /** The hosts are closed: every cell must be free. */
  void checkClosed() {
    for (Node node : nodes) {
      PacketPool pool = node.host().defaultStack().transport().pool();
      expect(node.host(), "free cells", pool.cells(), pool.freeCells());
    }
  }

  private void expect(Host host, String what, long wanted, long found) {
    if (wanted != found) {
      ledger.complain(host.name() + ": " + found + " " + what + " instead of " + wanted);
    }
  }
}
