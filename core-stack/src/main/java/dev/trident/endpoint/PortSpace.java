package dev.trident.endpoint;

/**
 * Local ports of a host, shared by all its stacks. A reservation holds an address and port of one
 * protocol for one owner until it is released, or is shared by reference count.
 */
public interface PortSpace {
  int TCP = 6;
  int UDP = 17;

  /**
   * Reserves {@code port} on {@code address} (0: on every address). A reservation on every address
   * conflicts with one on any.
   *
   * @return whether it was free
   */
  boolean reserve(int protocol, int address, int port);

  /**
   * Reserves {@code port} as {@link #reserve} does, together with others that call this for the
   * same port, whatever their address: for members of a group, and sockets that reuse an address.
   *
   * @return whether nobody has it alone
   */
  boolean share(int protocol, int address, int port);

  /** Undoes one {@link #reserve} or {@link #share}. */
  void release(int protocol, int address, int port);

  /** Whether {@link #reserve} would fail. */
  boolean isReserved(int protocol, int address, int port);
}
