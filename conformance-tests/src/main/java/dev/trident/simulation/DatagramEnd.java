package dev.trident.simulation;

import dev.trident.c.SockAddrIn;
import io.netty.buffer.ByteBuf;

/** A program's end of UDP by one API. No call waits longer than until the next event. */
interface DatagramEnd {
  /** {@link #receive}: there is nothing. */
  int NOTHING = -1;

  /** {@link #receive}: a port unreachable came for an earlier datagram. */
  int REFUSED = -2;

  /** What became of a datagram given to {@link #send}. */
  enum Sent {
    YES,
    /** No room, no memory or no neighbour at present. */
    NOT_NOW,
    /** Not this one: it tells of an earlier one that was refused. */
    REFUSED
  }

  /** Binds. */
  void open();

  /** Binds to the peer too, where the API has that. */
  void connect(SockAddrIn peer);

  /** Sends {@code length} bytes from 0 of {@code data}, which do not change any more. */
  Sent send(ByteBuf data, int length, SockAddrIn to, int choice);

  /** Receives to 0 of {@code target}: the length, or NOTHING, or REFUSED. */
  int receive(ByteBuf target, int choice);

  /** Where the last datagram received came from. */
  SockAddrIn source();

  void close();
}
