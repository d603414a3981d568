package dev.trident.hw.port.xdp;

/**
 * How an {@code xdp:} port is opened.
 *
 * @param queue receive and transmit queue of the interface; 0 is the only one of many
 * @param mode how frames get here
 * @param completeChecksums whether TCP and UDP checksums that a kernel on the same machine left to
 *     hardware are recognised and completed; not needed, and a little weaker, on a real wire
 */
public record XdpOptions(int queue, XdpMode mode, boolean completeChecksums) {
  /** Queue 0 in the best mode that there is, for any peer. */
  public static final XdpOptions STANDARD = new XdpOptions(0, XdpMode.ANY, true);

  /** Checks the queue. */
  public XdpOptions {
    if (queue < 0 || queue > 0xffff) {
      throw new IllegalArgumentException("queue=" + queue + ": must be 0 to 65535");
    }
  }

  /** The same with another queue. */
  public XdpOptions withQueue(int newQueue) {
    return new XdpOptions(newQueue, mode, completeChecksums);
  }

  /** The same in another mode. */
  public XdpOptions withMode(XdpMode newMode) {
    return new XdpOptions(queue, newMode, completeChecksums);
  }

  /** The same, which leaves checksums as they come. */
  public XdpOptions withoutCompletion() {
    return new XdpOptions(queue, mode, false);
  }
}
