package dev.trident.xti.endpoint;

import static dev.trident.xti.XtiConstants.ENOSR;
import static dev.trident.xti.XtiConstants.TADDRBUSY;
import static dev.trident.xti.XtiConstants.TNOADDR;

import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.xti.error.Failure;
import dev.trident.xti.error.StackErrors;
import org.jspecify.annotations.Nullable;

/**
 * The local address of a TCP endpoint in T_IDLE and beyond.
 *
 * <p>XTI lets several endpoints be bound to one address, at most one of which listens; in the
 * engine an address has one holder. So an endpoint without a queue holds the engine's reservation
 * only while nobody else wants it: it is <em>shared</em> otherwise, which serves to take accepted
 * connections, but a connect from it fails with TADDRBUSY as long as the other holder is there.
 */
final class TcpBinding {
  private final TcpProviderEndpoint owner;
  private int address;
  private int port;
  private boolean bound;
  private boolean shared;
  private @Nullable StreamEndpoint reservation;

  TcpBinding(TcpProviderEndpoint owner) {
    this.owner = owner;
  }

  int address() {
    return address;
  }

  int port() {
    return port;
  }

  /** Whether this endpoint is bound to an address that {@code otherAddress} means as well. */
  boolean overlaps(int otherAddress, int otherPort) {
    return bound
        && port == otherPort
        && (address == 0 || otherAddress == 0 || address == otherAddress);
  }

  /** Binds an endpoint that does not listen: 0, or the failure of t_bind. */
  int bind(int wantedAddress, int wantedPort) {
    StreamEndpoint stream = owner.stack().transport().newStream();
    if (stream == null) {
      return Failure.system(ENOSR);
    }
    int result = stream.bind(wantedAddress, wantedPort);
    if (result >= 0) {
      reservation = stream;
      set(wantedAddress, stream.localPort());
      return 0;
    }
    stream.close();
    StackError error = StackError.of(result);
    if (error != StackError.ADDRESS_IN_USE) {
      return StackErrors.bind(error, owner.dialect());
    }
    if (wantedPort == 0) {
      return Failure.of(TNOADDR);
    }
    if (!owner.descriptors().isStreamBound(owner, wantedAddress, wantedPort)) {
      return StackErrors.bind(error, owner.dialect());
    }
    set(wantedAddress, wantedPort);
    shared = true;
    return 0;
  }

  /** Notes what a listener of this endpoint, or a connection passed to it, is bound to. */
  void set(int newAddress, int newPort) {
    address = newAddress;
    port = newPort;
    bound = true;
    shared = false;
  }

  /** Notes the port of a connection that this endpoint had; a wildcard address stays one. */
  void moveTo(int newPort) {
    port = newPort;
  }

  /** Lets somebody else have the engine's reservation; the endpoint stays bound. */
  void yieldReservation() {
    StreamEndpoint stream = reservation;
    if (stream != null) {
      stream.close();
      reservation = null;
      shared = true;
    }
  }

  /** Ends the binding. */
  void unbind() {
    StreamEndpoint stream = reservation;
    if (stream != null) {
      stream.close();
      reservation = null;
    }
    bound = false;
    shared = false;
    address = 0;
    port = 0;
  }

  /**
   * A stream bound to this address, to be connected; the caller's from then on. Where the port is
   * still held by an earlier connection of this endpoint, another one is taken: after a release the
   * standard does not ask for the former address.
   *
   * @return null if there is none; {@link #whyNoStream} is the failure then
   */
  @Nullable StreamEndpoint takeStream() {
    StreamEndpoint held = reservation;
    if (held != null) {
      reservation = null;
      return held;
    }
    StreamEndpoint stream = owner.stack().transport().newStream();
    if (stream == null) {
      return null;
    }
    int result = stream.bind(address, port);
    if (result < 0 && !shared) {
      result = stream.bind(address, 0);
    }
    if (result < 0) {
      stream.close();
      return null;
    }
    return stream;
  }

  /** Why {@link #takeStream} found none. */
  int whyNoStream() {
    return shared ? Failure.of(TADDRBUSY) : Failure.system(ENOSR);
  }

  /** Takes back a stream that could not be connected. */
  void giveBack(StreamEndpoint stream) {
    reservation = stream;
  }

  /** Gives up the reservation, since a connection is passed to this endpoint. */
  void dissolve() {
    unbind();
  }
}
