package dev.trident.hw.port.unix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.trident.hw.port.ffm.Sockets;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** {@code struct sockaddr_un}: a family and a path in the file system. */
final class UnixAddress {
  private static final int PATH = 2;

  /** Room for the path, its NUL included. */
  private static final int PATH_BYTES = 108;

  private final String path;
  private final MemorySegment segment;

  /**
   * The address of the socket at {@code path}.
   *
   * @throws IOException if Linux would not take it
   */
  UnixAddress(String path) throws IOException {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0) {
      throw new IOException(
          "a unix: port needs the path of a socket, such as unix:/tmp/passt_1.socket");
    }
    if (bytes.length >= PATH_BYTES) {
      throw new IOException(
          "socket path of %d bytes, Linux allows %d; choose a shorter one: %s"
              .formatted(bytes.length, PATH_BYTES - 1, path));
    }
    this.path = path;
    segment = Arena.ofAuto().allocate(PATH + bytes.length + 1, Short.BYTES);
    segment.set(JAVA_SHORT, 0, (short) Sockets.AF_UNIX);
    MemorySegment.copy(bytes, 0, segment, JAVA_BYTE, PATH, bytes.length);
  }

  String path() {
    return path;
  }

  MemorySegment segment() {
    return segment;
  }

  /** A stream socket that does not block, or the negated errno. */
  static int newSocket(Sockets sockets) {
    return sockets.socket(
        Sockets.AF_UNIX, Sockets.SOCK_STREAM | Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC, 0);
  }
}
