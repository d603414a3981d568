package dev.trident.hw.port.xdp;

import java.lang.invoke.VarHandle;

/** A ring that we write and the kernel reads: {@code fill} and {@code tx}. */
final class ProducerRing extends Ring {
  private int written;
  private int published;
  private int seenConsumer;

  ProducerRing(Place place) {
    super(place);
  }

  boolean isFull() {
    if (written - seenConsumer < size()) {
      return false;
    }
    seenConsumer = consumer();
    return written - seenConsumer >= size();
  }

  /** Writes an address; only if not {@link #isFull}. */
  void put(long address) {
    address(written++, address);
  }

  /** Writes a descriptor; only if not {@link #isFull}. */
  void put(long address, int length) {
    address(written, address);
    lengthOnly(written++, length);
  }

  /** Lets the kernel see what was written; answers whether that is anything. */
  boolean publish() {
    if (published == written) {
      return false;
    }
    published = written;
    producer(written);
    return true;
  }

  /** Whether the kernel must be called to go on with what was published. */
  boolean kernelSleeps() {
    VarHandle.fullFence();
    return needsWakeup();
  }

  /** Whether the kernel has taken everything. */
  boolean isConsumed() {
    return consumer() == written;
  }
}
