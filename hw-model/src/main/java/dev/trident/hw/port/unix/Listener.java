package dev.trident.hw.port.unix;

import dev.trident.hw.port.ffm.Errno;
import dev.trident.hw.port.ffm.LinuxException;
import dev.trident.hw.port.ffm.Sockets;
import dev.trident.hw.port.ffm.Sys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Waits for peers at a name of its own in the file system; one after the other gets a turn. */
final class Listener implements PeerSource {
  private static final int FILE_TYPE = 0170000;
  private static final int SOCKET = 0140000;
  private static final int BACKLOG = 1;

  private final Path path;
  private final Sockets sockets;
  private final Sys sys = new Sys();
  private final int fd;

  /** Which file was made here: another program may have put its own in its place. */
  private final @Nullable Object fileKey;

  private Listener(Path path, Sockets sockets, int fd) throws IOException {
    this.path = path;
    this.sockets = sockets;
    this.fd = fd;
    fileKey = keyOf(path);
  }

  /**
   * Makes the name and listens there. A name that a killed program left behind is replaced.
   *
   * @throws IOException in one line with the remedy
   */
  static Listener open(UnixAddress address) throws IOException {
    Sockets sockets = new Sockets();
    Sys sys = new Sys();
    int fd = UnixAddress.newSocket(sockets);
    if (fd < 0) {
      throw new LinuxException("socket", -fd, "close files or raise ulimit -n");
    }
    boolean listening = false;
    try {
      bind(address, sockets, sys, fd);
      int result = sockets.listen(fd, BACKLOG);
      if (result < 0) {
        throw new LinuxException("listen at " + address.path(), -result, "choose another path");
      }
      Listener listener = new Listener(Path.of(address.path()), sockets, fd);
      listening = true;
      return listener;
    } finally {
      if (!listening) {
        sys.close(fd);
      }
    }
  }

  private static void bind(UnixAddress address, Sockets sockets, Sys sys, int fd)
      throws IOException {
    int result = sockets.bind(fd, address.segment());
    if (result == -Errno.EADDRINUSE && isAbandoned(address, sockets, sys)) {
      Files.deleteIfExists(Path.of(address.path()));
      result = sockets.bind(fd, address.segment());
    }
    if (result < 0) {
      String remedy =
          switch (-result) {
            case Errno.EADDRINUSE -> "it is in use, or no socket: choose another path";
            case Errno.EACCES, Errno.EPERM -> "choose a folder that this user may write";
            case Errno.ENOENT, Errno.ENOTDIR -> "make the folder first";
            default -> "choose another path";
          };
      throw new LinuxException("listen at " + address.path(), -result, remedy);
    }
  }

  /** A socket that refuses to be connected to has lost its program. */
  private static boolean isAbandoned(UnixAddress address, Sockets sockets, Sys sys)
      throws IOException {
    Object mode =
        Files.getAttribute(Path.of(address.path()), "unix:mode", LinkOption.NOFOLLOW_LINKS);
    if (((int) mode & FILE_TYPE) != SOCKET) {
      return false;
    }
    int probe = UnixAddress.newSocket(sockets);
    int result = sockets.connect(probe, address.segment());
    sys.close(probe);
    return result == -Errno.ECONNREFUSED;
  }

  private static @Nullable Object keyOf(Path path) throws IOException {
    try {
      return Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException removed) {
      return null;
    }
  }

  @Override
  public int next() {
    return sockets.accept(fd, Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC);
  }

  @Override
  public int descriptor() {
    return fd;
  }

  @Override
  public long retryNanos() {
    return 0;
  }

  @Override
  public void abandon() throws IOException {
    if (fileKey != null && fileKey.equals(keyOf(path))) {
      Files.deleteIfExists(path);
    }
  }

  /** Stops listening and removes the name. */
  @Override
  public void close() throws IOException {
    sys.close(fd);
    abandon();
  }
}
