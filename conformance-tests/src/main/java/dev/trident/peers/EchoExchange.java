package dev.trident.peers;

import dev.trident.c.C;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.hw.host.HostStack;
import io.netty.buffer.ByteBuf;
import java.util.Objects;

/**
 * A transfer whose contents are checked: this side connects, sends everything and closes its
 * direction; the kernel's side then sends it back, and each byte is compared with what must be at
 * its position.
 */
final class EchoExchange {
  private static final int BLOCK_BYTES = 64 << 10;

  private final HostStack stack;
  private final Waiting waiting;
  private final ByteBuf block = C.malloc(BLOCK_BYTES);

  /** Used with the stack entered. */
  EchoExchange(HostStack stack, Waiting waiting) {
    this.stack = stack;
    this.waiting = waiting;
  }

  /** Sends {@code length} bytes and gets them back; counted are those that came back. */
  Transfer run(int address, int port, long length) throws ExperimentFailure {
    StreamEndpoint stream =
        Objects.requireNonNull(stack.transport().newStream(), "a new stack has room");
    Waiting.check(stream.connect(address, port), "connect");
    waiting.until(
        "the connection", () -> stream.readiness().isAny(Readiness.CONNECTED | Readiness.ERROR));
    Waiting.check(stream.pendingError(), "connect");
    Transfer transfer = new Transfer(stack);
    send(stream, length);
    Waiting.check(stream.shutdownSend(), "shut down");
    receive(stream, transfer, length);
    transfer.end(stream);
    stream.close();
    return transfer;
  }

  private void send(StreamEndpoint stream, long length) throws ExperimentFailure {
    long sent = 0;
    while (sent < length) {
      int part = (int) Math.min(BLOCK_BYTES, length - sent);
      fill(sent, part);
      for (int done = 0; done < part; ) {
        int result = stream.send(block, done, part - done, 0);
        if (result == StackError.WOULD_BLOCK.code) {
          waiting.until("room to send", () -> stream.sendSpace() > 0 || stream.pendingError() != 0);
        } else if (result == StackError.NO_BUFFERS.code) {
          waiting.moment();
        } else {
          done += Waiting.check(result, "send");
        }
      }
      sent += part;
    }
  }

  private void receive(StreamEndpoint stream, Transfer transfer, long length)
      throws ExperimentFailure {
    while (true) {
      waiting.until(
          "the echo",
          () ->
              stream.receivableBytes() > 0 || stream.atEndOfStream() || stream.pendingError() != 0);
      int got = Waiting.check(stream.receive(block, 0, BLOCK_BYTES), "receive");
      if (got == 0) {
        break;
      }
      compare(transfer.bytes(), got);
      transfer.add(got);
    }
    if (transfer.bytes() != length) {
      throw new ExperimentFailure(
          "%,d bytes were sent, and %,d came back".formatted(length, transfer.bytes()));
    }
  }

  private void fill(long position, int length) {
    for (int i = 0; i < length; i++) {
      block.setByte(i, at(position + i));
    }
  }

  private void compare(long position, int length) throws ExperimentFailure {
    for (int i = 0; i < length; i++) {
      if (block.getByte(i) != at(position + i)) {
        throw new ExperimentFailure("byte %,d came back wrong".formatted(position + i));
      }
    }
  }

  /** Follows from the position, so that a byte out of place shows. */
  private static byte at(long position) {
    long mixed = position * 0x9E3779B97F4A7C15L;
    return (byte) (mixed >>> 56 ^ mixed >>> 29);
  }
}
