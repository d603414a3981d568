package dev.trident.hw.nic;

/** Learns when frames left; called from the poll of the interface that sent them, in order. */
@FunctionalInterface
public interface SentFrameHandler {
  /** A frame has left; the view is valid during this call. */
  void onSent(SentFrame frame);
}
