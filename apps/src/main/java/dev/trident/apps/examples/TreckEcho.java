package dev.trident.apps.examples;

import dev.trident.c.C;
import dev.trident.c.Clock;
import dev.trident.c.Ref;
import dev.trident.c.SockAddr;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import dev.trident.treck.Treck;
import dev.trident.treck.TtUserMessage;
import io.netty.buffer.ByteBuf;

/**
 * An echo in the manner of Treck's programs: blocking sockets, whose errors {@code
 * tfGetSocketError} tells. Without copies the server owns each received message until the send
 * takes it over.
 */
final class TreckEcho extends Treck implements EchoCommand.Echo {
  private static final int BUFFER_BYTES = 16_384;
  private static final int SHUT_SENDING = 1;

  private final Clock clock;
  private final boolean zeroCopy;

  TreckEcho(Host host, boolean zeroCopy) {
    super(host);
    clock = host.clock();
    this.zeroCopy = zeroCopy;
    tfStartTreck();
  }

  // ---- server ---------------------------------------------------------------------------------

  @Override
  public boolean serve(SockAddrIn address, int callers) {
    int listener = socket(SockAddr.AF_INET, SOCK_STREAM, 0);
    if (listener == TM_SOCKET_ERROR) {
      return failed("socket", listener);
    }
    if (bind(listener, address, SockAddrIn.SIZEOF) == TM_SOCKET_ERROR) {
      return failed("bind", listener);
    }
    if (listen(listener, 1) == TM_SOCKET_ERROR) {
      return failed("listen", listener);
    }
    boolean allWell = true;
    for (int i = 0; i < callers; i++) {
      int sd = accept(listener, null, null);
      if (sd == TM_SOCKET_ERROR) {
        return failed("accept", listener);
      }
      allWell &= zeroCopy ? passBack(sd) : echo(sd);
      tfClose(sd);
    }
    tfClose(listener);
    return allWell;
  }

  private boolean echo(int sd) {
    ByteBuf buffer = C.malloc(BUFFER_BYTES);
    int n = recv(sd, buffer, BUFFER_BYTES, 0);
    while (n > 0) {
      if (send(sd, buffer, n, 0) == TM_SOCKET_ERROR) {
        return failed("send", sd);
      }
      n = recv(sd, buffer, BUFFER_BYTES, 0);
    }
    return n == 0 || failed("recv", sd);
  }

  /**
   * A message that was refused has been freed, but for would-block, which blocking sockets lack.
   */
  private boolean passBack(int sd) {
    Ref<TtUserMessage> message = new Ref<>();
    Ref<ByteBuf> data = new Ref<>();
    int n = tfZeroCopyRecv(sd, message, data, BUFFER_BYTES, 0);
    while (n > 0) {
      if (tfZeroCopySend(sd, message.value, n, 0) == TM_SOCKET_ERROR) {
        return failed("tfZeroCopySend", sd);
      }
      n = tfZeroCopyRecv(sd, message, data, BUFFER_BYTES, 0);
    }
    return n == 0 || failed("tfZeroCopyRecv", sd);
  }

  // ---- client ---------------------------------------------------------------------------------

  @Override
  public boolean call(
      SockAddrIn address, int size, int warmUps, int iterations, RoundTripTimes times) {
    int sd = socket(SockAddr.AF_INET, SOCK_STREAM, 0);
    if (sd == TM_SOCKET_ERROR) {
      return failed("socket", sd);
    }
    if (connect(sd, address, SockAddrIn.SIZEOF) == TM_SOCKET_ERROR) {
      return failed("connect", sd);
    }
    ByteBuf out = C.malloc(size);
    ByteBuf in = C.malloc(size);
    for (int i = -warmUps; i < iterations; i++) {
      long start = clock.nanoTime();
      out.setByte(0, i);
      if (send(sd, out, size, 0) == TM_SOCKET_ERROR) {
        return failed("send", sd);
      }
      if (!receiveAll(sd, in, size)) {
        return failed("recv", sd);
      }
      times.record(i, clock.nanoTime() - start);
      if (!in.equals(out)) {
        System.err.println("message " + i + " came back with other bytes");
        return false;
      }
    }
    if (shutdown(sd, SHUT_SENDING) == TM_SOCKET_ERROR) {
      return failed("shutdown", sd);
    }
    if (recv(sd, in, size, 0) != 0) {
      return failed("recv", sd);
    }
    tfClose(sd);
    return true;
  }

  /** A stream has no messages: what was sent at once may come in pieces. */
  private boolean receiveAll(int sd, ByteBuf in, int size) {
    in.readerIndex(0);
    while (in.readerIndex() < size) {
      int n = recv(sd, in, size - in.readerIndex(), 0);
      if (n <= 0) {
        return false;
      }
      in.readerIndex(in.readerIndex() + n);
    }
    in.readerIndex(0);
    return true;
  }

  private boolean failed(String function, int sd) {
    System.err.println(function + ": " + tfStrError(tfGetSocketError(sd)));
    return false;
  }
}
