package dev.trident.hw.port.unix;

import dev.trident.hw.port.ffm.Errno;
import dev.trident.hw.port.ffm.LinuxException;
import dev.trident.hw.port.ffm.Sockets;
import dev.trident.hw.port.ffm.Sys;

/** Connects to a listening socket; a program that was started again is found within a second. */
final class Dialer implements PeerSource {
  private static final long RETRY_NANOS = 1_000_000_000;

  private final UnixAddress address;
  private final Sockets sockets = new Sockets();
  private final Sys sys = new Sys();

  /** Nothing ever happens here: poll(2) needs a descriptor that stays silent. */
  private final int silence;

  Dialer(UnixAddress address) throws LinuxException {
    this.address = address;
    silence = sys.eventfd(0, Sys.EFD_NONBLOCK | Sys.EFD_CLOEXEC);
    if (silence < 0) {
      throw new LinuxException("eventfd", -silence, "close files or raise ulimit -n");
    }
  }

  @Override
  public int next() {
    int fd = UnixAddress.newSocket(sockets);
    if (fd < 0) {
      return fd;
    }
    int result = sockets.connect(fd, address.segment());
    if (result < 0) {
      sys.close(fd);
      return result;
    }
    return fd;
  }

  /** What to do about an errno of {@link #next}. */
  LinuxException failure(int errno) {
    String path = address.path();
    String remedy =
        switch (errno) {
          case Errno.ENOENT -> "start the program that listens there first: passt --socket " + path;
          case Errno.ECONNREFUSED ->
              "nobody listens there, or it is no socket: start passt --socket " + path;
          case Errno.EACCES, Errno.EPERM -> "the socket is another user's: look at ls -l " + path;
          case Errno.EPROTOTYPE -> "that is no stream socket: choose another path";
          case Errno.EAGAIN -> "others wait to be accepted there: end them, or try again";
          case Errno.EMFILE -> "close files or raise ulimit -n";
          default -> "look at ls -l " + path;
        };
    return new LinuxException("connect to " + path, errno, remedy);
  }

  @Override
  public int descriptor() {
    return silence;
  }

  @Override
  public long retryNanos() {
    return RETRY_NANOS;
  }

  @Override
  public void close() {
    sys.close(silence);
  }
}
