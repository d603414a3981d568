package dev.trident.tcpdirect.stack;

import dev.trident.tcpdirect.mux.Epoll;
import dev.trident.tcpdirect.mux.Waitable;

/**
 * The waitable of a stack: ready while no TCP connection is open. The engine reports no edge for
 * that, so the reactor looks after each batch while somebody waits.
 */
final class Quiescence extends Waitable {
  private final DirectStack stack;
  private boolean was;

  Quiescence(DirectStack stack) {
    super(stack.muxer(), stack);
    this.stack = stack;
  }

  @Override
  protected int ready() {
    return stack.isQuiescentNow() ? Epoll.RDHUP : 0;
  }

  @Override
  protected void watch(boolean on) {
    was = on && ready() != 0;
  }

  void look() {
    if (isMember()) {
      boolean is = ready() != 0;
      if (is && !was) {
        mark(Epoll.RDHUP);
      }
      was = is;
    }
  }
}
