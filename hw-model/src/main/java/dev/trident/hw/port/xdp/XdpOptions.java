package dev.trident.hw.port.xdp;

import dev.trident.hw.port.PortSpec;

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

  private static final int MAX_QUEUE = 0xffff;

  /** Checks the queue. */
  public XdpOptions {
    if (queue < 0 || queue > MAX_QUEUE) {
      throw new IllegalArgumentException("queue=" + queue + ": must be 0 to " + MAX_QUEUE);
    }
  }

  /**
   * What the parameters {@code queue}, {@code mode} and {@code checksums} of a port say.
   *
   * @throws IllegalArgumentException if one of them has a value that it cannot have
   */
  public static XdpOptions of(PortSpec spec) {
    String mode = spec.text("mode");
    String checksums = spec.text("checksums");
    if (checksums != null && !checksums.equals("complete") && !checksums.equals("verify")) {
      throw new IllegalArgumentException("checksums=" + checksums + ": must be complete or verify");
    }
    return new XdpOptions(
        spec.number("queue", 0, 0, MAX_QUEUE),
        mode == null ? XdpMode.ANY : XdpMode.of(mode),
        !"verify".equals(checksums));
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
