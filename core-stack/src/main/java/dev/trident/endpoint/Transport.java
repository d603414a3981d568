package dev.trident.endpoint;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.Completions;
import dev.trident.buffer.PacketPool;
import dev.trident.trace.Counters;
import dev.trident.trace.Mib;
import org.jspecify.annotations.Nullable;

/** What one stack offers to an API: endpoints, message memory, and questions about addresses. */
public interface Transport {
  /** A new unbound stream in CLOSED, or null at the configured limit. */
  @Nullable StreamEndpoint newStream();

  /** A new unbound listener, or null at the configured limit. */
  @Nullable StreamListener newListener();

  /** A new unbound datagram endpoint, or null at the configured limit. */
  @Nullable DatagramEndpoint newDatagram();

  /** A new endpoint for echo requests (ping), or null if there are 64. */
  @Nullable EchoEndpoint newEcho();

  /**
   * Memory for a message of {@code bytes} bytes to be sent without copying: contiguous, with room
   * for headers in front. The handle shows exactly the message. Null when memory is out or {@code
   * bytes} is not 1..65,507.
   */
  @Nullable CellBuf allocateMessage(int bytes);

  /** Whether {@code address} is one of this host's own. */
  boolean isLocalAddress(int address);

  /**
   * Whether {@code destination} is reached without a gateway: our own, a broadcast, a group, or on
   * a network that an interface is connected to.
   */
  boolean isDirectlyConnected(int destination);

  /** The source address the route to {@code destination} gives, or 0 if there is no route. */
  int sourceAddressFor(int destination);

  /**
   * Asks for the next hop towards {@code destination} and starts to resolve it if need be.
   *
   * @return 0 if it is known or needs no resolution (multicast); WOULD_BLOCK while the neighbour
   *     has not answered; NETWORK_UNREACHABLE if there is no route
   */
  int resolve(int destination);

  /**
   * TCP connections from SYN_SENT or SYN_RECEIVED until CLOSED: half-open ones and those given up
   * by their user included, listeners not.
   *
   * @param countTimeWait whether connections in TIME_WAIT count
   */
  int openConnections(boolean countTimeWait);

  /** Questions and interventions of tools. */
  Diagnostics diagnostics();

  Completions completions();

  PacketPool pool();

  Counters counters();

  /** The same as the standard MIBs have it. */
  Mib mib();

  StackConfig config();
}
