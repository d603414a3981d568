package dev.trident.simulation;

import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import dev.trident.link.NetInterface;
import dev.trident.treck.Linger;
import dev.trident.treck.Treck;
import dev.trident.treck.TtUserMessage;
import io.netty.buffer.ByteBuf;

/** A stream of Treck: copies, messages and user buffers, as the choice says. */
final class TreckStreamEnd implements StreamEnd {
  private static final int BACKLOG = 4;
  private static final int MAX_MESSAGE_BYTES = 8_192;

  /** Of a host's packet memory that one message may need, one in so many cells. */
  private static final int MESSAGE_SHARE = 8;

  /** IPv4, TCP and its timestamps. */
  private static final int HEADER_BYTES = 52;

  private static final int NONE = -1;

  private final Node node;
  private final Treck treck;
  private final SockAddrIn address;
  private final Loans loans;
  private int sd = NONE;
  private boolean stopped;

  /**
   * An end that is nothing yet.
   *
   * @param address to listen on, or to connect to
   */
  TreckStreamEnd(Node node, SockAddrIn address, Loans loans) {
    this.node = node;
    treck = node.treck();
    this.address = address;
    this.loans = loans;
  }

  private void open() {
    sd = treck.socket(SockAddrIn.AF_INET, Treck.SOCK_STREAM, 0);
    if (sd < 0) {
      throw new CallFailedException("socket", treck.lastErrorOfThread());
    }
  }

  private int check(String call, int result) {
    if (result < 0) {
      throw new CallFailedException(call, treck.tfGetSocketError(sd));
    }
    return result;
  }

  /** Whether a call failed for want of memory; then some time has passed. */
  private boolean mayTryAgain(int result) {
    if (result >= 0 || treck.tfGetSocketError(sd) != Treck.TM_ENOBUFS) {
      return false;
    }
    node.pause(RETRY_NANOS);
    return true;
  }

  private void checkRunning() {
    if (stopped) {
      throw new CallFailedException("stopped", 0);
    }
  }

  @Override
  public void connect() {
    while (true) {
      checkRunning();
      open();
      if (treck.connect(sd, address, SockAddrIn.SIZEOF) == 0) {
        return;
      }
      int error = treck.tfGetSocketError(sd);
      boolean passes =
          error == Treck.TM_ECONNREFUSED
              || error == Treck.TM_EHOSTUNREACH
              || error == Treck.TM_ETIMEDOUT
              || error == Treck.TM_ENOBUFS;
      if (!passes || stopped) {
        throw new CallFailedException("connect", error);
      }
      close();
      node.pause(RETRY_NANOS);
    }
  }

  @Override
  public void listen() {
    open();
    check("bind", treck.bind(sd, address, SockAddrIn.SIZEOF));
    check("listen", treck.listen(sd, BACKLOG));
  }

  @Override
  public StreamEnd accept() {
    TreckStreamEnd accepted = new TreckStreamEnd(node, address, loans);
    int result;
    do {
      result = treck.accept(sd, null, null);
    } while (mayTryAgain(result));
    accepted.sd = check("accept", result);
    return accepted;
  }

  @Override
  public int send(ByteBuf source, int index, int length, int choice) {
    int result;
    do {
      result =
          switch (choice % 3) {
            case 0 -> sendMessage(source, index, Math.min(length, messageBytes()));
            case 1 -> lend(source, index, Math.min(length, messageBytes()));
            default -> copy(source, index, length);
          };
    } while (mayTryAgain(result));
    return check("send " + choice % 3, result);
  }

  /**
   * What goes as a whole needs a cell for each segment at a time: no more than a share of the
   * memory, or it might wait for as long as others hold theirs.
   */
  private int messageBytes() {
    Host host = node.host();
    int share = host.defaultStack().transport().config().cells() / MESSAGE_SHARE;
    int mtu = NetInterface.MAX_MTU_BYTES;
    for (String name : host.interfaceNames()) {
      mtu = Math.min(mtu, host.netInterface(name).mtuBytes());
    }
    return Math.min(MAX_MESSAGE_BYTES, share * (mtu - HEADER_BYTES));
  }

  private int copy(ByteBuf source, int index, int length) {
    return treck.send(sd, source.duplicate().readerIndex(index), length, 0);
  }

  private int sendMessage(ByteBuf source, int index, int length) {
    Ref<ByteBuf> data = new Ref<>();
    TtUserMessage message = treck.tfGetZeroCopyBuffer(length, data);
    if (message == null) {
      return copy(source, index, length);
    }
    data.get().setBytes(0, source, index, length);
    return treck.tfZeroCopySend(sd, message, length, 0);
  }

  private int lend(ByteBuf source, int index, int length) {
    ByteBuf data = source.duplicate().readerIndex(index);
    return treck.tfZeroCopyUserBufferSend(sd, loans.take(), data, length, Loans::onFreed, 0);
  }

  @Override
  public void halfClose() {
    check("shutdown", treck.shutdown(sd, 1));
  }

  @Override
  public int receive(ByteBuf target, int max, int choice) {
    int count;
    do {
      count = choice % 2 == 0 ? treck.recv(sd, target, max, 0) : receiveMessage(target, max);
    } while (mayTryAgain(count));
    return check("recv " + choice % 2, count) == 0 ? END : count;
  }

  private int receiveMessage(ByteBuf target, int max) {
    Ref<TtUserMessage> message = new Ref<>();
    Ref<ByteBuf> data = new Ref<>();
    int count = treck.tfZeroCopyRecv(sd, message, data, max, 0);
    if (count > 0) {
      target.setBytes(0, data.get(), 0, count);
      treck.tfFreeZeroCopyBuffer(message.value);
    }
    return count;
  }

  @Override
  public void close() {
    if (sd != NONE) {
      int old = sd;
      sd = NONE;
      treck.tfClose(old);
    }
  }

  @Override
  public void stop() {
    stopped = true;
    close();
  }

  @Override
  public void abort() {
    if (sd != NONE) {
      treck.setsockopt(sd, Treck.SOL_SOCKET, Treck.SO_LINGER, new Linger(1, 0), Linger.SIZEOF);
      close();
    }
  }
}
