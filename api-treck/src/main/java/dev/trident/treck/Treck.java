package dev.trident.treck;

import dev.trident.hw.host.Host;
import dev.trident.hw.host.Interfaces;

/**
 * The Treck socket API for programs on one host. Made for a {@link Host}; a ported program may
 * extend it, so that calls and constants need no prefix.
 *
 * <p>C becomes Java line by line: names, parameters and their order are those of the manual. A
 * pointer to bytes is a buffer whose reader index is where it points, {@code char **} is a {@code
 * Ref<ByteBuf>}, other out-parameters are {@code IntRef} and {@code Ref}. There is no errno: a
 * failing call returns TM_SOCKET_ERROR, and {@link #tfGetSocketError} tells the code.
 *
 * <p>Sockets are numbered from 0 for each object of this class. Which thread may call, and what
 * blocking means, is the host's mode: on a polled host calls come from one thread, and nothing
 * happens between them; on one with a driver thread any thread may call.
 *
 * <p>Sources: the vendor's pages on tfZeroCopySend and tfZeroCopyUserBufferSend, otherwise the fact
 * sheet {@code reference/treck.md}, whose section is named where it decides.
 *
 * <p>Urgent data works as in BSD; RFC 6093 advises new programs against it. Deviations: tfIoctl and
 * tfGetOobDataOffset, of which no source tells the details, are left out; SOCK_RAW is not offered;
 * MSG_DONTROUTE makes a datagram for a destination behind a gateway fail TM_EHOSTUNREACH, and
 * changes nothing on a stream, whose path was fixed when it was connected.
 */
public class Treck extends ArpCalls {
  /** Descriptors that may be open at a time unless said otherwise. */
  public static final int DEFAULT_MAX_SOCKETS = 1_024;

  /**
   * For programs on the host of the environment ({@link Interfaces}), with {@link
   * #DEFAULT_MAX_SOCKETS}.
   *
   * @throws dev.trident.hw.host.SetUpException if the environment asks for no interface, or for one
   *     that cannot be; the message says what to do about it
   */
  public Treck() {
    this(Interfaces.ofEnvironment().host());
  }

  /** For programs on {@code host}, with {@link #DEFAULT_MAX_SOCKETS}. */
  public Treck(Host host) {
    this(host, DEFAULT_MAX_SOCKETS);
  }

  /**
   * @param maxSockets descriptors that may be open at a time, 1 or more; beyond it TM_EMFILE
   */
  public Treck(Host host, int maxSockets) {
    super(host, maxSockets);
  }
}
