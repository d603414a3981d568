package dev.trident.apps.compare;

import dev.trident.c.IntRef;
import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import dev.trident.treck.FdSet;
import dev.trident.treck.Timeval;
import dev.trident.treck.Treck;
import dev.trident.treck.TtUserMessage;
import io.netty.buffer.ByteBuf;

/** The workload over Treck: user buffers are lent for sending, received ones are taken over. */
final class TreckPeer extends Treck implements Peer {
  private static final int BUFFER_BYTES = 64 << 10;

  private final boolean server;
  private final boolean blocking;
  private final SockAddrIn address;
  private final ByteBuf source;
  private final ByteBuf target;
  private final Ref<TtUserMessage> message = new Ref<>();
  private final Ref<ByteBuf> data = new Ref<>();
  private final FdSet writable = new FdSet();
  private final Timeval poll = new Timeval(0, 0);
  private int listener = -1;
  private int sd = -1;
  private boolean connecting;
  private int stored;

  /**
   * @param address where the server listens
   * @param source what is sent
   * @param target where received bytes go
   */
  TreckPeer(
      Host host,
      Exchange.Role role,
      boolean blocking,
      SockAddrIn address,
      ByteBuf source,
      ByteBuf target) {
    super(host);
    this.server = role == Exchange.Role.SERVER;
    this.blocking = blocking;
    this.address = address;
    this.source = source;
    this.target = target;
    tfStartTreck();
    int first = newSocket();
    if (server) {
      listener = first;
      check("bind", first, bind(first, address, SockAddrIn.SIZEOF));
      check("listen", first, listen(first, 1));
    } else {
      sd = first;
    }
  }

  private int newSocket() {
    int made = socket(SockAddrIn.AF_INET, SOCK_STREAM, 0);
    if (made < 0) {
      throw new ApiFailure("socket", "no descriptor");
    }
    prepare(made);
    return made;
  }

  private void prepare(int socket) {
    IntRef size = new IntRef(BUFFER_BYTES);
    check("setsockopt", socket, setsockopt(socket, SOL_SOCKET, SO_SNDBUF, size, Integer.BYTES));
    check("setsockopt", socket, setsockopt(socket, SOL_SOCKET, SO_RCVBUF, size, Integer.BYTES));
    if (!blocking) {
      check("tfBlockingState", socket, tfBlockingState(socket, TM_BLOCKING_OFF));
    }
  }

  private int check(String call, int socket, int result) {
    if (result < 0) {
      throw new ApiFailure(call, tfStrError(tfGetSocketError(socket)));
    }
    return result;
  }

  /** As {@link #check}, but would-block is {@link #NOT_NOW}. */
  private int tried(String call, int socket, int result) {
    return result < 0 && tfGetSocketError(socket) == TM_EWOULDBLOCK
        ? NOT_NOW
        : check(call, socket, result);
  }

  @Override
  public boolean open() {
    return server ? openServer() : openClient();
  }

  private boolean openServer() {
    int accepted = accept(listener, null, null);
    if (accepted < 0) {
      tried("accept", listener, accepted);
      return false;
    }
    sd = accepted;
    prepare(sd);
    return true;
  }

  private boolean openClient() {
    if (!connecting) {
      connecting = true;
      int result = connect(sd, address, SockAddrIn.SIZEOF);
      if (result == 0) {
        return true;
      }
      if (tfGetSocketError(sd) != TM_EINPROGRESS) {
        check("connect", sd, result);
      }
      return false;
    }
    int error = tfGetSocketError(sd);
    if (error != TM_EINPROGRESS && error != TM_ENOERROR && error != TM_EWOULDBLOCK) {
      throw new ApiFailure("connect", tfStrError(error));
    }
    return isConnected();
  }

  /** The write set of select tells, as for BSD sockets. */
  private boolean isConnected() {
    FD_ZERO(writable);
    FD_SET(sd, writable);
    return select(sd + 1, null, writable, null, poll) > 0 && FD_ISSET(sd, writable);
  }

  @Override
  public int send(int from, int length) {
    source.readerIndex(from);
    int result = tfZeroCopyUserBufferSend(sd, this, source, length, TreckPeer::onFreed, 0);
    return tried("tfZeroCopyUserBufferSend", sd, result);
  }

  /** The source belongs to the program from start to end: there is nothing to free. */
  private static void onFreed(Object userBuffer) {}

  @Override
  public void halfClose() {
    check("shutdown", sd, shutdown(sd, 1));
  }

  @Override
  public int receive() {
    int count = tfZeroCopyRecv(sd, message, data, BUFFER_BYTES, 0);
    if (count == 0) {
      return END;
    }
    if (count < 0) {
      return tried("tfZeroCopyRecv", sd, count);
    }
    ByteBuf bytes = data.get();
    bytes.getBytes(bytes.readerIndex(), target, stored, count);
    stored += count;
    tfFreeZeroCopyBuffer(message.value);
    return count;
  }

  @Override
  public boolean finish() {
    close();
    return true;
  }

  @Override
  public void close() {
    if (sd >= 0) {
      tfClose(sd);
      sd = -1;
    }
    if (listener >= 0) {
      tfClose(listener);
      listener = -1;
    }
  }
}
