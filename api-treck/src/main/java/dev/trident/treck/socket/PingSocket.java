package dev.trident.treck.socket;

import static dev.trident.treck.error.ErrorCodes.*;
import static dev.trident.treck.socket.SocketConstants.SOCK_RAW;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.UserFree;
import dev.trident.endpoint.EchoEndpoint;
import io.netty.buffer.ByteBuf;

/**
 * The descriptor of a ping (section 2.10 of the fact sheet). The stack itself sends and receives on
 * it, so that the calls of other sockets fail TM_EOPNOTSUPP; it can be selected for errors and
 * closed.
 */
public final class PingSocket extends Socket {
  private final EchoEndpoint endpoint;

  PingSocket(SocketTable table, int descriptor, EchoEndpoint endpoint) {
    super(table, descriptor);
    this.endpoint = endpoint;
  }

  @Override
  public EchoEndpoint endpoint() {
    return endpoint;
  }

  @Override
  public int type() {
    return SOCK_RAW;
  }

  @Override
  boolean isFinished() {
    return true;
  }

  @Override
  boolean happened(Wait.Event event, int bytes) {
    throw new AssertionError(event + " on a ping");
  }

  @Override
  public boolean isReadable() {
    return endpoint.pendingError() != 0;
  }

  @Override
  public boolean isWritable() {
    return endpoint.pendingError() != 0;
  }

  @Override
  public boolean hasException() {
    return endpoint.pendingError() != 0;
  }

  /** Stops the requests and gives the descriptor back. */
  @Override
  public int close() {
    markClosing();
    endpoint.close();
    table().forget(this);
    return TM_ENOERROR;
  }

  // ---- what a ping has not ----------------------------------------------------------------

  @Override
  public int connect(int address, int port) {
    return -TM_EOPNOTSUPP;
  }

  @Override
  public int listen(int backlog) {
    return -TM_EOPNOTSUPP;
  }

  @Override
  public int accept() {
    return -TM_EOPNOTSUPP;
  }

  @Override
  public int shutdown(int how) {
    return -TM_EOPNOTSUPP;
  }

  @Override
  public boolean hasPeer() {
    return false;
  }

  @Override
  public int remoteAddress() {
    return 0;
  }

  @Override
  public int remotePort() {
    return 0;
  }

  @Override
  public int send(ByteBuf buffer, int index, int length, int flags, int address, int port) {
    return -TM_EOPNOTSUPP;
  }

  @Override
  public int sendMessage(CellBuf message, int length, int flags, int address, int port) {
    return -TM_EOPNOTSUPP;
  }

  @Override
  public int sendLoan(
      ByteBuf buffer,
      int index,
      int length,
      Object token,
      UserFree free,
      int flags,
      int address,
      int port) {
    return -TM_EOPNOTSUPP;
  }

  @Override
  public int receive(ByteBuf buffer, int index, int length, int flags) {
    return -TM_EOPNOTSUPP;
  }

  @Override
  public int receiveMessage(int maxLength, int flags) {
    return -TM_EOPNOTSUPP;
  }

  @Override
  public CellBuf takeReceived() {
    throw new AssertionError("a ping receives no messages");
  }

  @Override
  public int sourceAddress() {
    return 0;
  }

  @Override
  public int sourcePort() {
    return 0;
  }

  @Override
  public int sendBufferBytes() {
    return -TM_ENOPROTOOPT;
  }

  @Override
  public int sendBufferBytes(int bytes) {
    return -TM_ENOPROTOOPT;
  }

  @Override
  public int receiveBufferBytes() {
    return -TM_ENOPROTOOPT;
  }

  @Override
  public int receiveBufferBytes(int bytes) {
    return -TM_ENOPROTOOPT;
  }
}
