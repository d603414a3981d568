package dev.trident.tcpdirect.stack;

import dev.trident.hw.nic.SentFrame;
import dev.trident.hw.nic.SentFrameHandler;
import java.util.Arrays;

/**
 * Takes the adapter's reports of what a stack sent to the zockets that sent it. The handshake of a
 * passive open is over before its zocket exists; such reports wait for it, a bounded number.
 */
public final class SendReporter implements SentFrameHandler {
  private static final int SYN = 0x02;
  private static final int ORPHANS = 64;
  private static final SentFrame NOTHING = new SentFrame();

  private final DirectStack stack;

  /** SYN-ACK segments of connections that have not been accepted; the oldest is overwritten. */
  private final SentFrame[] orphans = new SentFrame[ORPHANS];

  private int orphanCount;
  private boolean delivered;

  SendReporter(DirectStack stack) {
    this.stack = stack;
    Arrays.setAll(orphans, i -> new SentFrame());
  }

  @Override
  public void onSent(SentFrame frame) {
    boolean isTcp = frame.protocol() == SentFrame.TCP;
    Zocket zocket = isTcp ? stack.tcp().first() : stack.udpTx().first();
    while (zocket != null) {
      if (zocket.hasSent(frame)) {
        zocket.onSent(frame);
        delivered = true;
        return;
      }
      zocket = zocket.next;
    }
    if (isTcp && (frame.tcpFlags() & SYN) != 0) {
      orphans[orphanCount++ % ORPHANS].copyFrom(frame);
    }
  }

  /** What was reported for a connection before it was accepted as {@code zocket}. */
  public void adopt(Zocket zocket) {
    for (int i = Math.max(0, orphanCount - ORPHANS); i < orphanCount; i++) {
      SentFrame orphan = orphans[i % ORPHANS];
      if (zocket.hasSent(orphan)) {
        zocket.onSent(orphan);
        orphan.copyFrom(NOTHING);
      }
    }
  }

  /** Whether a zocket got a report since the last time this was asked. */
  boolean takeDelivered() {
    boolean some = delivered;
    delivered = false;
    return some;
  }
}
