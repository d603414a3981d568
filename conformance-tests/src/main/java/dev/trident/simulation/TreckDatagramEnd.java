package dev.trident.simulation;

import dev.trident.c.IntRef;
import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.treck.Treck;
import dev.trident.treck.TtUserMessage;
import io.netty.buffer.ByteBuf;

/** UDP by Treck: copies, messages and user buffers. */
final class TreckDatagramEnd implements DatagramEnd {
  private final Treck treck;
  private final SockAddrIn local;
  private final Loans loans;
  private final SockAddrIn source = new SockAddrIn();
  private final IntRef length = new IntRef();
  private boolean connected;
  private int sd;

  TreckDatagramEnd(Node node, SockAddrIn local, Loans loans) {
    treck = node.treck();
    this.local = local;
    this.loans = loans;
  }

  private int check(String call, int result) {
    if (result < 0) {
      throw new CallFailedException(call, treck.tfGetSocketError(sd));
    }
    return result;
  }

  @Override
  public void open() {
    sd = check("socket", treck.socket(SockAddrIn.AF_INET, Treck.SOCK_DGRAM, 0));
    check("bind", treck.bind(sd, local, SockAddrIn.SIZEOF));
  }

  @Override
  public void connect(SockAddrIn peer) {
    check("connect", treck.connect(sd, peer, SockAddrIn.SIZEOF));
    connected = true;
  }

  @Override
  public Sent send(ByteBuf data, int bytes, SockAddrIn to, int choice) {
    int flags = Treck.MSG_DONTWAIT;
    int result;
    if (connected) {
      result = treck.send(sd, data, bytes, flags);
    } else if (choice % 3 == 0 && bytes > 0) {
      result = sendMessage(data, bytes, to);
    } else if (choice % 3 == 1 && bytes > 0) {
      result = lend(data, bytes, to);
    } else {
      result = treck.sendto(sd, data, bytes, flags, to, SockAddrIn.SIZEOF);
    }
    if (result >= 0) {
      return Sent.YES;
    }
    int error = treck.tfGetSocketError(sd);
    return switch (error) {
      case Treck.TM_EWOULDBLOCK, Treck.TM_ENOBUFS, Treck.TM_EHOSTUNREACH -> Sent.NOT_NOW;
      case Treck.TM_ECONNREFUSED -> Sent.REFUSED;
      default -> throw new CallFailedException("send of a datagram", error);
    };
  }

  private int lend(ByteBuf data, int bytes, SockAddrIn to) {
    Loans.Loan loan = loans.take();
    int result =
        treck.tfZeroCopyUserBufferSendTo(
            sd, loan, data, bytes, Loans::onFreed, Treck.MSG_DONTWAIT, to, SockAddrIn.SIZEOF);
    if (result < 0 && treck.tfGetSocketError(sd) == Treck.TM_EWOULDBLOCK) {
      Loans.notTaken(loan);
    }
    return result;
  }

  private int sendMessage(ByteBuf data, int bytes, SockAddrIn to) {
    Ref<ByteBuf> memory = new Ref<>();
    TtUserMessage message = treck.tfGetZeroCopyBuffer(bytes, memory);
    if (message == null) {
      return treck.sendto(sd, data, bytes, Treck.MSG_DONTWAIT, to, SockAddrIn.SIZEOF);
    }
    memory.get().setBytes(0, data, 0, bytes);
    int result =
        treck.tfZeroCopySendTo(sd, message, bytes, Treck.MSG_DONTWAIT, to, SockAddrIn.SIZEOF);
    if (result < 0 && treck.tfGetSocketError(sd) == Treck.TM_EWOULDBLOCK) {
      treck.tfFreeZeroCopyBuffer(message);
    }
    return result;
  }

  @Override
  public int receive(ByteBuf target, int choice) {
    length.value = SockAddrIn.SIZEOF;
    int count =
        choice % 2 == 0
            ? treck.recvfrom(sd, target, target.capacity(), Treck.MSG_DONTWAIT, source, length)
            : receiveMessage(target);
    if (count >= 0) {
      return count;
    }
    int error = treck.tfGetSocketError(sd);
    return switch (error) {
      case Treck.TM_EWOULDBLOCK, Treck.TM_ENOBUFS, Treck.TM_EHOSTUNREACH -> NOTHING;
      case Treck.TM_ECONNREFUSED -> REFUSED;
      default -> throw new CallFailedException("receive of a datagram", error);
    };
  }

  private int receiveMessage(ByteBuf target) {
    Ref<TtUserMessage> message = new Ref<>();
    Ref<ByteBuf> data = new Ref<>();
    int count =
        treck.tfZeroCopyRecvFrom(
            sd, message, data, target.capacity(), Treck.MSG_DONTWAIT, source, length);
    if (count > 0) {
      target.setBytes(0, data.get(), 0, count);
      treck.tfFreeZeroCopyBuffer(message.value);
    }
    return count;
  }

  @Override
  public SockAddrIn source() {
    return source;
  }

  @Override
  public void close() {
    treck.tfClose(sd);
  }
}
