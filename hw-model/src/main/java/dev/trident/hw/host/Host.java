package dev.trident.hw.host;

import dev.trident.c.Clock;
import dev.trident.endpoint.StackConfig;
import org.jspecify.annotations.Nullable;

/**
 * A computer: adapters, addresses, a default stack shared by Treck and XTI programs, and stacks of
 * TCPDirect programs. Made by a {@code Fabric} or a {@code Simulation}.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Host implements AutoCloseable {
  /** Unique in its fabric. */
  public String name() {
    throw new UnsupportedOperationException();
  }

  /** The stack that Treck and XTI programs share; answers ARP and ping. */
  public HostStack defaultStack() {
    throw new UnsupportedOperationException();
  }

  /** Time and sleep for programs on this host. */
  public Clock clock() {
    throw new UnsupportedOperationException();
  }

  /** Whether an interface of that name exists here. */
  public boolean hasInterface(String interfaceName) {
    throw new UnsupportedOperationException();
  }

  /**
   * Opens a further stack behind hardware filters of its own on one interface: a TCPDirect stack.
   * It is polled by its user only.
   *
   * @param rxRing receive descriptors, a power of two 512..4096, or 0 for a stack that only sends
   * @param txRing transmit descriptors, a power of two 512..2048, or 0 for a stack that only
   *     receives
   * @return the stack, or null if the adapter is out of virtual interfaces
   * @throws IllegalArgumentException if there is no such interface
   */
  public @Nullable HostStack openStack(
      String interfaceName, StackConfig config, int rxRing, int txRing) {
    throw new UnsupportedOperationException();
  }

  /** The host whose interface has that name, or null: interfaces are named process-wide. */
  public static @Nullable Host withInterface(String interfaceName) {
    throw new UnsupportedOperationException();
  }

  /** Stops everything this host runs and frees its memory; blocked calls end. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
