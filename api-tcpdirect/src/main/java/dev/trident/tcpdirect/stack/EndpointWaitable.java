package dev.trident.tcpdirect.stack;

import dev.trident.endpoint.Readiness;
import dev.trident.tcpdirect.mux.Epoll;
import dev.trident.tcpdirect.mux.Waitable;

/** The waitable of a zocket: edges of its endpoint's readiness become events of the multiplexer. */
public abstract class EndpointWaitable extends Waitable implements Readiness.Listener {
  private final Readiness readiness;

  protected EndpointWaitable(Zocket zocket, Readiness readiness) {
    super(zocket.stack().muxer(), zocket);
    this.readiness = readiness;
  }

  /** The events that have an edge when the engine reports {@code edges}. */
  protected abstract int events(int edges);

  protected final boolean isAny(int bits) {
    return readiness.isAny(bits);
  }

  @Override
  protected final void watch(boolean on) {
    readiness.listen(on ? this : null);
  }

  /** A report of something sent waits. */
  public final void onReport() {
    mark(Epoll.ERR);
  }

  @Override
  public final void onEdge(int edges) {
    mark(events(edges));
  }
}
