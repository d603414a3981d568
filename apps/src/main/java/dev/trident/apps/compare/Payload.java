package dev.trident.apps.compare;

import dev.trident.apps.Failure;
import dev.trident.c.C;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The bytes that travel: a user's file, or bytes that look random and are always the same. */
final class Payload {
  static final int DEFAULT_BYTES = 1 << 20;
  private static final int MAX_BYTES = 256 << 20;

  private final String description;
  private final byte[] bytes;

  private Payload(String description, byte[] bytes) {
    this.description = description;
    this.bytes = bytes;
  }

  /** Where the bytes come from, for people. */
  String description() {
    return description;
  }

  int size() {
    return bytes.length;
  }

  /** A copy in memory that a program may send from. */
  ByteBuf toMemory() {
    return C.malloc(bytes.length).setBytes(0, bytes);
  }

  /**
   * Reads {@code file}, or generates {@link #DEFAULT_BYTES} bytes if it is null.
   *
   * @throws Failure naming the file and the remedy if it cannot be used
   */
  static Payload of(@Nullable Path file) throws Failure {
    if (file == null) {
      return generated(DEFAULT_BYTES);
    }
    try {
      if (!Files.isRegularFile(file)) {
        throw new Failure(
            "'%s': %s; give --payload an existing file, or leave it out"
                .formatted(file, Files.exists(file) ? "not an ordinary file" : "no such file"));
      }
      long size = Files.size(file);
      if (size == 0 || size > MAX_BYTES) {
        throw new Failure(file + ": has " + size + " bytes; a payload has 1 to " + MAX_BYTES);
      }
      return new Payload(file.toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw new Failure(
          file + ": cannot be read (" + Failure.reason(e) + "); check its permissions");
    }
  }

  /** {@code size} bytes of a fixed sequence without short repeats, so that a shifted byte shows. */
  static Payload generated(int size) {
    byte[] bytes = new byte[size];
    long state = 0x9E3779B97F4A7C15L;
    for (int i = 0; i < size; i++) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      bytes[i] = (byte) (state >>> 56);
    }
    return new Payload("generated, " + size + " bytes", bytes);
  }

  /**
   * Compares what came back.
   *
   * @throws Peer.ApiFailure naming the first difference
   */
  void verify(byte[] received, int length) {
    int same = Arrays.mismatch(bytes, 0, bytes.length, received, 0, length);
    if (same >= 0) {
      throw new Peer.ApiFailure(
          "verification",
          length + " bytes came back of " + bytes.length + ", the first difference at " + same);
    }
  }
}
