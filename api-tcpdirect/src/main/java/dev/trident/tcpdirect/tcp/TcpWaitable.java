package dev.trident.tcpdirect.tcp;

import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.tcpdirect.mux.Epoll;
import dev.trident.tcpdirect.stack.EndpointWaitable;

/**
 * Which events hold on a TCP zocket, state by state. The peer's FIN shows as RDHUP, but not in a
 * TIME_WAIT that came from FIN_WAIT2, as the library has it.
 */
final class TcpWaitable extends EndpointWaitable {
  private static final int ALL = Epoll.IN | Epoll.OUT | Epoll.HUP | Epoll.RDHUP;

  private final TcpZocket zocket;
  private final StreamEndpoint endpoint;
  private boolean sawClosing;
  private int before;

  TcpWaitable(TcpZocket zocket) {
    super(zocket, zocket.endpoint().readiness());
    this.zocket = zocket;
    this.endpoint = zocket.endpoint();
  }

  @Override
  protected int ready() {
    if (zocket.isHandle()) {
      return Epoll.OUT | Epoll.HUP;
    }
    int in = isAny(Readiness.READABLE) ? Epoll.IN : 0;
    int ready =
        switch (endpoint.state()) {
          case SYN_SENT, SYN_RECEIVED, LISTEN -> 0;
          case ESTABLISHED -> in | out();
          case CLOSE_WAIT, LAST_ACK -> Epoll.IN | Epoll.RDHUP | out();
          case FIN_WAIT_1, FIN_WAIT_2 -> in | (before & Epoll.OUT);
          case CLOSING -> {
            sawClosing = true;
            yield Epoll.IN | Epoll.HUP | Epoll.RDHUP;
          }
          case TIME_WAIT -> Epoll.IN | Epoll.OUT | Epoll.HUP | (sawClosing ? Epoll.RDHUP : 0);
          case CLOSED -> ALL | (endpoint.pendingError() != 0 ? Epoll.ERR : 0);
        };
    before = ready;
    return zocket.hasReports() ? ready | Epoll.ERR : ready;
  }

  private int out() {
    return switch (endpoint.state()) {
      case ESTABLISHED, CLOSE_WAIT -> isAny(Readiness.WRITABLE) ? Epoll.OUT : 0;
      default -> before & Epoll.OUT;
    };
  }

  /** New data is an edge always; other events when they begin to hold, and when room appears. */
  @Override
  protected int events(int edges) {
    int held = before;
    int holds = ready();
    int events = holds & ~held;
    if ((edges & Readiness.READABLE) != 0) {
      events |= holds & Epoll.IN;
    }
    if ((edges & (Readiness.WRITABLE | Readiness.CONNECTED)) != 0) {
      events |= holds & Epoll.OUT;
    }
    return events;
  }
}
