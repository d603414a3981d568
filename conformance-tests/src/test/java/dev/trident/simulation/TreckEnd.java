package dev.trident.simulation;

import dev.trident.c.IntRef;
import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import dev.trident.treck.Linger;
import dev.trident.treck.Treck;
import dev.trident.treck.TtUserMessage;
import io.netty.buffer.ByteBuf;

/** A stream of Treck: copies, messages and user buffers, as the choice says. */
final class TreckEnd implements StreamEnd {
  private static final int ATTEMPTS = 200;

  private final Treck treck;
  private final Host host;
  private final SockAddrIn address;
  private final Loans loans;
  private int listener = -1;
  private int sd = -1;

  TreckEnd(Treck treck, Host host, SockAddrIn address, Loans loans) {
    this.treck = treck;
    this.host = host;
    this.address = address;
    this.loans = loans;
  }

  private int newSocket() {
    int made = treck.socket(SockAddrIn.AF_INET, Treck.SOCK_STREAM, 0);
    if (made < 0) {
      throw new Broken("socket", treck.lastErrorOfThread());
    }
    return made;
  }

  private int check(String call, int socket, int result) {
    if (result < 0) {
      throw new Broken(call, treck.tfGetSocketError(socket));
    }
    return result;
  }

  @Override
  public void connect() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      sd = newSocket();
      if (treck.connect(sd, address, SockAddrIn.SIZEOF) == 0) {
        return;
      }
      int error = treck.tfGetSocketError(sd);
      if (error != Treck.TM_ECONNREFUSED && error != Treck.TM_EHOSTUNREACH) {
        throw new Broken("connect", error);
      }
      treck.tfClose(sd);
      Pause.on(host, 50_000_000L);
    }
    throw new AssertionError("refused for ever");
  }

  @Override
  public void accept() {
    listener = newSocket();
    check("bind", listener, treck.bind(listener, address, SockAddrIn.SIZEOF));
    check("listen", listener, treck.listen(listener, 4));
    sd = check("accept", listener, treck.accept(listener, null, null));
    stopListening();
  }

  private void stopListening() {
    if (listener >= 0) {
      treck.tfClose(listener);
      listener = -1;
    }
  }

  @Override
  public int send(ByteBuf source, int index, int length, int choice) {
    return switch (choice % 3) {
      case 0 -> sendMessage(source, index, Math.min(length, 8_192));
      case 1 -> lend(source, index, Math.min(length, 8_192));
      default -> {
        source.readerIndex(index);
        yield check("send", sd, treck.send(sd, source, length, 0));
      }
    };
  }

  private int sendMessage(ByteBuf source, int index, int length) {
    Ref<ByteBuf> data = new Ref<>();
    TtUserMessage message = treck.tfGetZeroCopyBuffer(length, data);
    if (message == null) {
      source.readerIndex(index);
      return check("send", sd, treck.send(sd, source, length, 0));
    }
    data.get().setBytes(0, source, index, length);
    return check("tfZeroCopySend", sd, treck.tfZeroCopySend(sd, message, length, 0));
  }

  private int lend(ByteBuf source, int index, int length) {
    source.readerIndex(index);
    Loans.Loan loan = loans.take();
    int result = treck.tfZeroCopyUserBufferSend(sd, loan, source, length, Loans::onFreed, 0);
    return check("tfZeroCopyUserBufferSend", sd, result);
  }

  @Override
  public void halfClose() {
    check("shutdown", sd, treck.shutdown(sd, 1));
  }

  @Override
  public int receive(ByteBuf target, int index, int max, int choice) {
    int count;
    if (choice % 2 == 0) {
      target.readerIndex(index);
      count = check("recv", sd, treck.recv(sd, target, max, 0));
    } else {
      Ref<TtUserMessage> message = new Ref<>();
      Ref<ByteBuf> data = new Ref<>();
      count = check("tfZeroCopyRecv", sd, treck.tfZeroCopyRecv(sd, message, data, max, 0));
      if (count > 0) {
        target.setBytes(index, data.get(), 0, count);
        treck.tfFreeZeroCopyBuffer(message.value);
      }
    }
    return count == 0 ? END : count;
  }

  @Override
  public void close() {
    if (sd >= 0) {
      treck.tfClose(sd);
      sd = -1;
    }
  }

  @Override
  public void stop() {
    stopListening();
    close();
  }

  @Override
  public void abort() {
    stopListening();
    if (sd >= 0) {
      treck.setsockopt(sd, Treck.SOL_SOCKET, Treck.SO_LINGER, new Linger(1, 0), Linger.SIZEOF);
      close();
    }
  }

  /** The limits of the queues; for a listening end those of its connection. */
  void queues(int bytes) {
    IntRef size = new IntRef(bytes);
    treck.setsockopt(sd, Treck.SOL_SOCKET, Treck.SO_RCVBUF, size, Integer.BYTES);
  }
}
