package dev.trident.hw.pcap;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The options of one block of a pcapng file, each padded to four bytes, and their end. */
final class Options {
  /** Room for what is written here: a few numbers, a name and a description. */
  private static final int MAX_BYTES = 1_024;

  private static final int MAX_TEXT_BYTES = 256;

  private final ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /** A text in UTF-8; an empty one is left out. */
  Options text(int code, String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(encoded.length, MAX_TEXT_BYTES);
    if (length > 0) {
      begin(code, length);
      bytes.put(encoded, 0, length);
      pad(length);
    }
    return this;
  }

  Options octet(int code, byte value) {
    begin(code, 1);
    bytes.put(value);
    pad(1);
    return this;
  }

  /** A number of 64 bits in the order of the file; {@link Place#NONE} is left out. */
  Options number(int code, long value) {
    if (value != Place.NONE) {
      begin(code, Long.BYTES);
      bytes.putLong(value);
    }
    return this;
  }

  /** A time: the upper half first, in whatever order the file has. */
  Options time(int code, long nanos) {
    begin(code, Long.BYTES);
    bytes.putInt((int) (nanos >>> 32)).putInt((int) nanos);
    return this;
  }

  /** Six bytes in the order of the wire; {@link Place#NONE} is left out. */
  Options mac(int code, long mac) {
    if (mac != Place.NONE) {
      begin(code, 6);
      for (int shift = 40; shift >= 0; shift -= 8) {
        bytes.put((byte) (mac >>> shift));
      }
      pad(6);
    }
    return this;
  }

  private void begin(int code, int length) {
    bytes.putShort((short) code).putShort((short) length);
  }

  private void pad(int length) {
    for (int i = length; (i & 3) != 0; i++) {
      bytes.put((byte) 0);
    }
  }

  /** All of them; the next call is for another block. */
  ByteBuffer end() {
    bytes.putInt(0);
    return bytes.flip();
  }
}
