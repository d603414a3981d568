package dev.trident.script.driver.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** What scripts send: all payload bytes are zero. */
final class Zeros {
  static final int BYTES = 64 << 10;
  static final ByteBuf BUFFER = Unpooled.wrappedBuffer(new byte[BYTES]);

  private Zeros() {}
}
