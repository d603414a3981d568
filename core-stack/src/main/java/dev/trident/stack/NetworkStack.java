package dev.trident.stack;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.Completions;
import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.PortSpace;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.Transport;
import dev.trident.link.NeighborResolver;
import dev.trident.link.NetInterface;
import dev.trident.trace.Counters;
import org.jspecify.annotations.Nullable;

/**
 * One protocol stack: no thread, no clock, no input or output of its own. Its host feeds it frames
 * and time and asks when to come again; one caller at a time, overlapping calls throw {@link
 * IllegalStateException} where they are noticed.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class NetworkStack implements Transport, AutoCloseable {
  /**
   * @param resolver where next hops come from; null for a stack with a neighbour cache of its own,
   *     which answers ARP
   */
  public NetworkStack(
      StackConfig config, PortSpace ports, @Nullable NeighborResolver resolver, long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /**
   * Adds an interface with its addresses; set-up only. Connected routes follow from the addresses.
   */
  public void addInterface(NetInterface netInterface) {
    throw new UnsupportedOperationException();
  }

  /** Adds a route; {@code gateway} 0 means directly connected. A longer prefix wins. */
  public void addRoute(int network, int prefixBits, int gateway, NetInterface out) {
    throw new UnsupportedOperationException();
  }

  /** A frame has arrived by {@code in}; takes over the reference. */
  public void receive(Packet frame, NetInterface in, int flowHint, long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /**
   * Ends a batch of {@link #receive}: runs due timers, sends pending acknowledgements and held
   * output.
   *
   * @return how much was done; 0 for nothing
   */
  public int poll(long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /** When to call {@link #poll} at the latest, or {@code Deadline.NEVER}; may be early. */
  public long nextDeadlineNanos() {
    throw new UnsupportedOperationException();
  }

  /** The device has room again after it refused a frame. */
  public void onDeviceDrained(long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /** The time that calls on endpoints use until the next receive or poll. */
  public void setNow(long nowNanos) {
    throw new UnsupportedOperationException();
  }

  @Override
  public @Nullable StreamEndpoint newStream() {
    throw new UnsupportedOperationException();
  }

  @Override
  public @Nullable StreamListener newListener() {
    throw new UnsupportedOperationException();
  }

  @Override
  public @Nullable DatagramEndpoint newDatagram() {
    throw new UnsupportedOperationException();
  }

  @Override
  public @Nullable CellBuf allocateMessage(int bytes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isLocalAddress(int address) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int sourceAddressFor(int destination) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int resolve(int destination) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int openConnections(boolean countTimeWait) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Completions completions() {
    throw new UnsupportedOperationException();
  }

  @Override
  public PacketPool pool() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Counters counters() {
    throw new UnsupportedOperationException();
  }

  @Override
  public StackConfig config() {
    throw new UnsupportedOperationException();
  }

  /** Aborts every connection, gives back every loan, and frees the packet memory. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
