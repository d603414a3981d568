package dev.trident.apps.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** One end of a connection through the kernel, without Nagle's algorithm, polled as well. */
final class KernelEnd implements MessageEnd {
  private final SocketChannel channel;
  private final ByteBuffer out;
  private final ByteBuffer in;

  /** Takes over a connected channel. */
  KernelEnd(SocketChannel channel, int size) throws IOException {
    this.channel = channel;
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    out = ByteBuffer.allocateDirect(size);
    in = ByteBuffer.allocateDirect(size);
  }

  @Override
  public void send() {
    out.clear();
    try {
      while (out.hasRemaining()) {
        channel.write(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean receive() {
    try {
      if (channel.read(in) < 0) {
        throw new EOFException("the peer has closed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (in.hasRemaining()) {
      return false;
    }
    in.clear();
    return true;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
