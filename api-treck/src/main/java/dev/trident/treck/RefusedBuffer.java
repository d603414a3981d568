package dev.trident.treck;

import dev.trident.buffer.Completions;

/** A user buffer that a send has refused: its free function is owed at once. */
final class RefusedBuffer extends Completions.Entry {
  private final Object token;
  private final TtUserFreeFunc free;

  RefusedBuffer(Object token, TtUserFreeFunc free) {
    this.token = token;
    this.free = free;
  }

  @Override
  protected void complete() {
    free.free(token);
  }
}
