package dev.trident.treck;

import dev.trident.c.C;
import dev.trident.c.SockAddr;
import dev.trident.c.SockAddrIn;
import dev.trident.endpoint.EchoEndpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.hw.host.Host;
import dev.trident.treck.error.StackErrors;
import dev.trident.treck.socket.PingSocket;
import dev.trident.treck.socket.Socket;
import org.jspecify.annotations.Nullable;

/** Ping (section 2.10 of the fact sheet). Requests after the first are sent by the timer. */
@SuppressWarnings("MemberName") // the names of Treck
abstract class PingCalls extends ZeroCopyCalls {
  private static final int DEFAULT_INTERVAL_MS = 1_000;
  private static final int DEFAULT_DATA_BYTES = 56;
  private static final int MIN_DATA_BYTES = 4;
  private static final long NANOS_PER_MS = 1_000_000L;

  PingCalls(Host host, int maxSockets) {
    super(host, maxSockets);
  }

  /**
   * Sends an echo request now and another after each interval, until tfPingClose. Does not block.
   *
   * @param remoteHostNamePtr an address like "10.0.0.2"
   * @param pingInterval seconds; 0 for the default of 1
   * @param pingDataLength bytes of data; 0 for the default of 56, 1 to 3 are made 4
   * @param pingUserCBFuncPtr called on each reply and each ICMP error; may be null
   * @return a descriptor; or TM_SOCKET_ERROR, with {@link #lastErrorOfThread} TM_EINVAL (malformed
   *     or impossible address, negative interval or length), TM_EMSGSIZE (more than 65,507 bytes),
   *     TM_EHOSTUNREACH (no route), TM_EMFILE, TM_ENOBUFS, TM_EPERM (before tfStartTreck)
   */
  public int tfPingOpenStart(
      @Nullable String remoteHostNamePtr,
      int pingInterval,
      int pingDataLength,
      @Nullable TtPingCBFunc pingUserCBFuncPtr) {
    if (remoteHostNamePtr == null) {
      return failWithoutSocket(TM_EINVAL);
    }
    int address;
    try {
      address = C.inet_addr(remoteHostNamePtr);
    } catch (IllegalArgumentException e) {
      return failWithoutSocket(TM_EINVAL);
    }
    return open(
        address, pingInterval * (long) DEFAULT_INTERVAL_MS, pingDataLength, pingUserCBFuncPtr);
  }

  /**
   * As {@link #tfPingOpenStart}, with a socket address and an interval in milliseconds.
   *
   * @param remoteHostAddrPtr its port is not looked at
   * @param pingIntervalMilliSeconds 0 for the default of 1,000
   * @return as tfPingOpenStart; TM_EAFNOSUPPORT if the address is of another family
   */
  public int tfNgPingOpenStart(
      @Nullable SockAddr remoteHostAddrPtr,
      int pingIntervalMilliSeconds,
      int pingDataLength,
      @Nullable TtPingCBFunc pingUserCBFuncPtr) {
    int checked = checkAddress(remoteHostAddrPtr, SockAddrIn.SIZEOF);
    return checked == 0 && remoteHostAddrPtr instanceof SockAddrIn in
        ? open(in.sin_addr, pingIntervalMilliSeconds, pingDataLength, pingUserCBFuncPtr)
        : failWithoutSocket(-checked);
  }

  private int open(int address, long intervalMs, int dataLength, @Nullable TtPingCBFunc callback) {
    if (intervalMs < 0 || dataLength < 0) {
      return failWithoutSocket(TM_EINVAL);
    }
    stack.enter();
    try {
      if (!started) {
        return failWithoutSocket(TM_EPERM);
      }
      if (table.isFull()) {
        return failWithoutSocket(TM_EMFILE);
      }
      EchoEndpoint echo = table.transport().newEcho();
      if (echo == null) {
        return failWithoutSocket(TM_ENOBUFS);
      }
      long interval = intervalMs == 0 ? DEFAULT_INTERVAL_MS : intervalMs;
      int first = echo.start(address, dataBytes(dataLength), interval * NANOS_PER_MS);
      if (first < 0
          && first != StackError.WOULD_BLOCK.code
          && first != StackError.NO_BUFFERS.code) {
        echo.close();
        boolean impossible = first == StackError.INVALID_ADDRESS.code;
        return failWithoutSocket(impossible ? TM_EINVAL : StackErrors.codeOf(StackError.of(first)));
      }
      PingSocket socket = table.add(echo);
      if (callback != null) {
        echo.readiness().listen(new Caller(socket, callback));
      }
      return socket.descriptor();
    } finally {
      stack.exit();
    }
  }

  private static int dataBytes(int asked) {
    return asked == 0 ? DEFAULT_DATA_BYTES : Math.max(asked, MIN_DATA_BYTES);
  }

  /** Calls a program's function as often as something has come back, though edges are joined. */
  private final class Caller implements Readiness.Listener {
    private final PingSocket socket;
    private final TtPingCBFunc callback;
    private long reported;

    Caller(PingSocket socket, TtPingCBFunc callback) {
      this.socket = socket;
      this.callback = callback;
    }

    @Override
    public void onEdge(int edges) {
      for (long calls = takeNews(); calls > 0; calls--) {
        callback.call(socket.descriptor());
      }
    }

    private long takeNews() {
      stack.enter();
      try {
        EchoEndpoint echo = socket.endpoint();
        long all = echo.received() + echo.errors();
        long news = all - reported;
        reported = all;
        return news;
      } finally {
        stack.exit();
      }
    }
  }

  /**
   * Tells how a ping has gone so far, until it is closed. The error code is handed over: it is
   * TM_ENOERROR the next time. Does not block.
   *
   * @return 0; or TM_SOCKET_ERROR: TM_EBADF, TM_EINVAL (no place), TM_EOPNOTSUPP (not a ping)
   */
  public int tfPingGetStatistics(int socketDescriptor, @Nullable TtPingInfo pingInfoPtr) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        return failWithoutSocket(TM_EBADF);
      }
      if (!(socket instanceof PingSocket ping)) {
        return finish(socket, -TM_EOPNOTSUPP);
      }
      if (pingInfoPtr == null) {
        return finish(socket, -TM_EINVAL);
      }
      EchoEndpoint echo = ping.endpoint();
      pingInfoPtr.transmitted = (int) echo.sent();
      pingInfoPtr.received = (int) echo.received();
      pingInfoPtr.duplicates = (int) echo.duplicates();
      pingInfoPtr.lastRtt = milliseconds(echo.lastRoundTripNanos());
      pingInfoPtr.minRtt = milliseconds(echo.shortestRoundTripNanos());
      pingInfoPtr.maxRtt = milliseconds(echo.longestRoundTripNanos());
      pingInfoPtr.averageRtt = milliseconds(echo.meanRoundTripNanos());
      pingInfoPtr.icmpErrors = (int) echo.errors();
      pingInfoPtr.errorCode = ping.takePendingError();
      return 0;
    } finally {
      stack.exit();
    }
  }

  private static int milliseconds(long nanos) {
    return nanos < 0 ? -1 : (int) (nanos / NANOS_PER_MS);
  }

  /**
   * Stops a ping and closes its descriptor. Does not block.
   *
   * @return 0; or TM_SOCKET_ERROR: TM_EBADF, TM_EOPNOTSUPP (not a ping)
   */
  public int tfPingClose(int socketDescriptor) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        return failWithoutSocket(TM_EBADF);
      }
      return finish(socket, socket instanceof PingSocket ping ? ping.close() : -TM_EOPNOTSUPP);
    } finally {
      stack.exit();
    }
  }
}
