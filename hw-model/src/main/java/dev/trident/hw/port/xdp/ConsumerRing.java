package dev.trident.hw.port.xdp;

/** A ring that the kernel writes and we read: {@code rx} and {@code completion}. */
final class ConsumerRing extends Ring {
  private int read;
  private int seenProducer;

  ConsumerRing(Place place) {
    super(place);
  }

  boolean isEmpty() {
    if (read != seenProducer) {
      return false;
    }
    seenProducer = producer();
    return read == seenProducer;
  }

  /** Address in the oldest entry; only if not {@link #isEmpty}. */
  long address() {
    return address(read);
  }

  /** Length in the oldest descriptor. */
  int length() {
    return length(read);
  }

  /** Options of the oldest descriptor. */
  int options() {
    return options(read);
  }

  /** Goes on to the next entry; the kernel may use this one's place after {@link #release}. */
  void advance() {
    read++;
  }

  /** Gives the kernel the places of all entries that were passed. */
  void release() {
    consumer(read);
  }
}
