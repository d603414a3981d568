package dev.trident.apps.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The bytes that travel: a user's file, or bytes that look random and are always the same. */
record Payload(String description, byte[] bytes) {
  static final int DEFAULT_BYTES = 1 << 20;
  private static final int MAX_BYTES = 256 << 20;

  /**
   * Reads {@code file}, or generates {@link #DEFAULT_BYTES} bytes if it is null.
   *
   * @throws IllegalArgumentException naming the file and the remedy if it cannot be used
   */
  static Payload of(@Nullable Path file) {
    if (file == null) {
      return generated(DEFAULT_BYTES);
    }
    try {
      if (!Files.isRegularFile(file)) {
        throw new IllegalArgumentException(
            file + ": no such file; give --payload an existing file, or leave it out");
      }
      long size = Files.size(file);
      if (size == 0 || size > MAX_BYTES) {
        throw new IllegalArgumentException(
            file + ": has " + size + " bytes; a payload has 1 to " + MAX_BYTES);
      }
      return new Payload(file.toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          file + ": cannot be read (" + e.getMessage() + "); check its permissions", e);
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

  /** Index of the first byte in which {@code received} differs, or -1 if it is all and equal. */
  int firstDifference(byte[] received, int length) {
    for (int i = 0; i < Math.min(length, bytes.length); i++) {
      if (bytes[i] != received[i]) {
        return i;
      }
    }
    return length == bytes.length ? -1 : Math.min(length, bytes.length);
  }
}
