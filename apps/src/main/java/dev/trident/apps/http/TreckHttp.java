package dev.trident.apps.http;

import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.c.SockAddr;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import dev.trident.treck.Treck;
import io.netty.buffer.ByteBuf;

/** The responder on Treck's blocking sockets. */
public final class TreckHttp extends Treck implements HttpResponder {
  private static final int BACKLOG = 16;
  private static final int SHUT_SENDING = 1;

  private final HttpFile file;
  private final ByteBuf request = C.malloc(HttpFile.MAX_REQUEST_BYTES);
  private final int listener;

  /**
   * Listens on every address of {@code host}.
   *
   * @throws IllegalStateException with Treck's error text if that fails, because the port is taken
   */
  public TreckHttp(Host host, int port, HttpFile file) {
    super(host);
    this.file = file;
    tfStartTreck();
    listener = socket(SockAddr.AF_INET, SOCK_STREAM, 0);
    if (listener == TM_SOCKET_ERROR) {
      throw new IllegalStateException("socket: " + tfStrError(lastErrorOfThread()));
    }
    SockAddrIn local = new SockAddrIn(SockAddrIn.INADDR_ANY, port);
    if (bind(listener, local, SockAddrIn.SIZEOF) == TM_SOCKET_ERROR
        || listen(listener, BACKLOG) == TM_SOCKET_ERROR) {
      throw new IllegalStateException("port " + port + ": " + error(listener));
    }
  }

  @Override
  public int serve(int connections) {
    int served = 0;
    for (int i = 0; i < connections; i++) {
      SockAddrIn peer = new SockAddrIn();
      int connection = accept(listener, peer, new IntRef(SockAddrIn.SIZEOF));
      if (connection == TM_SOCKET_ERROR) {
        int error = tfGetSocketError(listener);
        if (error == TM_EINTR) {
          return served;
        }
        System.err.println("accept: " + tfStrError(error));
        continue;
      }
      if (exchange(connection)) {
        served++;
      } else {
        System.err.println(peer + ": " + error(connection));
      }
      tfClose(connection);
    }
    return served;
  }

  private boolean exchange(int connection) {
    int length = 0;
    while (!file.isComplete(request, length)) {
      int bytes = recv(connection, C.add(request, length), request.capacity() - length, 0);
      if (bytes <= 0) {
        return false;
      }
      length += bytes;
    }
    ByteBuf answer = file.answer(request, length);
    if (send(connection, answer, answer.capacity(), 0) != answer.capacity()
        || shutdown(connection, SHUT_SENDING) == TM_SOCKET_ERROR) {
      return false;
    }
    int bytes;
    do {
      bytes = recv(connection, request, request.capacity(), 0);
    } while (bytes > 0);
    return bytes == 0;
  }

  private String error(int socketDescriptor) {
    return tfStrError(tfGetSocketError(socketDescriptor));
  }

  @Override
  public void close() {
    tfClose(listener);
  }
}
