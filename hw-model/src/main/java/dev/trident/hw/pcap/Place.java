package dev.trident.hw.pcap;

import dev.trident.hw.link.Link;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.link.LinkCounters;
import dev.trident.hw.nic.Nic;
import java.util.function.LongSupplier;

/**
 * What a capture says about one of its interfaces.
 *
 * @param mac hardware address, or {@link #NONE}
 * @param bitsPerSecond rate, or {@link #NONE}
 * @param received asked at the end: all frames that came in there, captured or not
 * @param dropped asked at the end: those of them that were lost there
 */
record Place(
    String name,
    String description,
    long mac,
    long bitsPerSecond,
    LongSupplier received,
    LongSupplier dropped) {
  /** Nothing to say. */
  static final long NONE = -1;

  /** A place of which the name alone is known. */
  static Place named(String name) {
    return new Place(name, "", NONE, NONE, () -> NONE, () -> NONE);
  }

  static Place of(Nic nic) {
    return new Place(
        nic.name(),
        "adapter with an MTU of " + nic.mtuBytes(),
        nic.mac(),
        NONE,
        () -> nic.counters().framesIn() + nic.counters().drops(),
        () -> nic.counters().drops());
  }

  static Place of(Link link) {
    LinkConfig config = link.config();
    return new Place(
        link.name(),
        "link with a delay of " + config.delayNanos() + " ns; outbound is from its first end",
        NONE,
        config.bitsPerSecond() == 0 ? NONE : config.bitsPerSecond(),
        () -> link.counters().sent(),
        () -> lost(link.counters()));
  }

  private static long lost(LinkCounters counted) {
    return counted.lost()
        + counted.lostInBursts()
        + counted.cut()
        + counted.queueDrops()
        + counted.corrupted();
  }
}
