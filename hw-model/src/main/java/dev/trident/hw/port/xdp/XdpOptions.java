package dev.trident.hw.port.xdp;

import dev.trident.hw.port.PortSpec;

/**
 * How an {@code xdp:} port is opened.
 *
 * @param queue receive and transmit queue of the interface; 0 is the only one of many
 * @param mode how frames get here
 * @param inCells whether the slab of the stack behind the adapter is the umem, so that nothing is
 *     copied; not in {@link XdpMode#SKB}
 * @param completeChecksums whether TCP and UDP checksums that a kernel on the same machine left to
 *     hardware are recognised and completed; not needed, and a little weaker, on a real wire
 */
public record XdpOptions(int queue, XdpMode mode, boolean inCells, boolean completeChecksums) {
  /** Queue 0 in the best mode that there is, for any peer. */
  public static final XdpOptions STANDARD = new XdpOptions(0, XdpMode.ANY, false, true);

  private static final int MAX_QUEUE = 0xffff;

  /** Checks the values. */
  public XdpOptions {
    if (queue < 0 || queue > MAX_QUEUE) {
      throw new IllegalArgumentException("queue=" + queue + ": must be 0 to " + MAX_QUEUE);
    }
    if (inCells && mode == XdpMode.SKB) {
      // A frame of several segments would need more cells than it comes in.
      throw new IllegalArgumentException("umem=slab needs mode=native or copy, not skb");
    }
  }

  /**
   * What the parameters {@code queue}, {@code mode}, {@code umem} and {@code checksums} of a port
   * say.
   *
   * @throws IllegalArgumentException if one of them has a value that it cannot have
   */
  public static XdpOptions of(PortSpec spec) {
    String mode = spec.text("mode");
    return new XdpOptions(
        spec.number("queue", 0, 0, MAX_QUEUE),
        mode == null ? XdpMode.ANY : XdpMode.of(mode),
        isFirst(spec, "umem", "slab", "own", "own"),
        isFirst(spec, "checksums", "complete", "verify", "complete"));
  }

  /** Which of two words was given. */
  private static boolean isFirst(
      PortSpec spec, String key, String first, String second, String otherwise) {
    String given = spec.text(key);
    String word = given == null ? otherwise : given;
    if (!word.equals(first) && !word.equals(second)) {
      throw new IllegalArgumentException(key + "=" + word + ": must be " + first + " or " + second);
    }
    return word.equals(first);
  }

  /** The same with another queue. */
  public XdpOptions withQueue(int newQueue) {
    return new XdpOptions(newQueue, mode, inCells, completeChecksums);
  }

  /** The same in another mode. */
  public XdpOptions withMode(XdpMode newMode) {
    return new XdpOptions(queue, newMode, inCells, completeChecksums);
  }

  /** The same in the cells of the stack behind the adapter. */
  public XdpOptions withCells() {
    return new XdpOptions(queue, mode, true, completeChecksums);
  }

  /** The same, which leaves checksums as they come. */
  public XdpOptions withoutCompletion() {
    return new XdpOptions(queue, mode, inCells, false);
  }
}
