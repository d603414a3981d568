package dev.trident.treck;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.HandlePool;
import dev.trident.hw.host.HostStack;
import java.util.ArrayDeque;

/**
 * Handles of zero-copy messages, used again first-in first-out and only after many others, as
 * {@link HandlePool} does with the buffers inside them. Touched with the stack to itself.
 */
final class MessagePool {
  /** Handles made beforehand beyond those that rest. */
  private static final int SPARE_MESSAGES = 256;

  private final HostStack stack;
  private final ArrayDeque<TtUserMessage> resting = new ArrayDeque<>();
  private final boolean reuses =
      System.getProperty("trident.handles", "production").equals("production");

  MessagePool(HostStack stack) {
    this.stack = stack;
    for (int i = 0; reuses && i < HandlePool.ISSUES_BEFORE_REUSE + SPARE_MESSAGES; i++) {
      resting.addLast(new TtUserMessage(this));
    }
  }

  HostStack stack() {
    return stack;
  }

  /** A handle that the program owns. */
  TtUserMessage issue(CellBuf memory, boolean scattered) {
    TtUserMessage message =
        resting.size() >= HandlePool.ISSUES_BEFORE_REUSE
            ? resting.removeFirst()
            : new TtUserMessage(this);
    message.open(memory, scattered);
    return message;
  }

  /** A handle over a message received in pieces, which the program owns. */
  TtUserMessage issue(CellBuf[] pieces, int count) {
    TtUserMessage message = issue(pieces[0], /* scattered= */ true);
    message.open(pieces, count);
    return message;
  }

  /** The handle is dead: its memory has been taken out for good. */
  void retire(TtUserMessage message) {
    if (reuses) {
      resting.addLast(message);
    }
  }
}
