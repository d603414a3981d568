package dev.trident.tcpdirect.tcp;

import static dev.trident.tcpdirect.ZfErrno.EAGAIN;
import static dev.trident.tcpdirect.ZfErrno.EINVAL;
import static dev.trident.tcpdirect.ZfErrno.ENOTCONN;

import dev.trident.c.IntRef;
import dev.trident.c.Iovec;
import dev.trident.c.LongRef;
import dev.trident.c.SockAddr;
import dev.trident.c.SockAddrIn;
import dev.trident.c.Timespec;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.nic.SentFrame;
import dev.trident.tcpdirect.ZfPktReport;
import dev.trident.tcpdirect.ZftMsg;
import dev.trident.tcpdirect.error.ErrnoTranslation;
import dev.trident.tcpdirect.mux.Waitable;
import dev.trident.tcpdirect.stack.Addresses;
import dev.trident.tcpdirect.stack.DirectStack;
import dev.trident.tcpdirect.stack.EndpointWaitable;
import dev.trident.tcpdirect.stack.ReceiveStamp;
import dev.trident.tcpdirect.stack.SendReporter;
import dev.trident.tcpdirect.stack.Zocket;
import dev.trident.tcpdirect.stack.ZocketList;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The zocket behind a {@code ZftHandle} and, later, behind a {@code Zft}. */
public final class TcpZocket extends Zocket {
  private final StreamEndpoint endpoint;
  private final TcpSend sender;
  private @Nullable ZeroCopyRead zeroCopy;

  /** Times at which segments left; null if the stack does not ask for them. */
  private final @Nullable SegmentReports reports;

  private boolean bound;
  private boolean connected;

  /** A zocket for an unconnected endpoint, or for one that was accepted. */
  TcpZocket(DirectStack stack, StreamEndpoint endpoint) {
    super(stack, stack.tcp());
    this.endpoint = endpoint;
    this.sender = new TcpSend(endpoint, stack.transport().pool());
    this.connected = endpoint.remotePort() != 0;
    SendReporter reporter = stack.sendReporter();
    this.reports = reporter == null ? null : new SegmentReports();
    join();
    if (reporter != null && connected) {
      reporter.adopt(this);
    }
  }

  /** A handle's zocket, or null if the limit of endpoints is reached. */
  public static @Nullable TcpZocket allocate(DirectStack stack) {
    HostStack host = stack.enter();
    try {
      StreamEndpoint endpoint = stack.transport().newStream();
      return endpoint == null ? null : new TcpZocket(stack, endpoint);
    } finally {
      host.exit();
    }
  }

  StreamEndpoint endpoint() {
    return endpoint;
  }

  /** Whether this is still a handle's zocket. */
  boolean isHandle() {
    return !connected;
  }

  // ---- active open --------------------------------------------------------------------------

  /** Reserves a local address for {@link #connect}. */
  public int bind(@Nullable SockAddr laddr, int laddrlen, int flags) {
    int check = Addresses.check(laddr, laddrlen);
    if (check != 0 || !(laddr instanceof SockAddrIn local)) {
      return check;
    }
    if (flags != 0) {
      return -EINVAL;
    }
    HostStack host = enter();
    try {
      if (bound) {
        return -EINVAL;
      }
      int code = endpoint.bind(local.sin_addr, local.sin_port);
      bound = code == 0;
      return code == 0 ? 0 : ErrnoTranslation.result(code);
    } finally {
      host.exit();
    }
  }

  /** Starts a connection; may wait for ARP. On failure this is still a handle's zocket. */
  public int connect(@Nullable SockAddr raddr, int raddrlen) {
    int check = Addresses.check(raddr, raddrlen);
    if (check != 0 || !(raddr instanceof SockAddrIn remote)) {
      return check;
    }
    if (!Addresses.isUnicast(remote.sin_addr) || remote.sin_port == 0) {
      return -EINVAL;
    }
    HostStack host = enter();
    try {
      int resolved = stack().resolve(remote.sin_addr);
      if (resolved != 0) {
        return resolved;
      }
      int code = endpoint.connect(remote.sin_addr, remote.sin_port);
      connected = code == 0;
      return code == 0 ? 0 : ErrnoTranslation.filter(code);
    } finally {
      host.exit();
    }
  }

  // ---- sending ------------------------------------------------------------------------------

  /** Sends {@code length} bytes at {@code buffer}'s pointer or the part that fits. */
  public int send(@Nullable ByteBuf buffer, int length, int flags) {
    HostStack host = enter();
    try {
      int result = sender.send(buffer, length, flags);
      if (result == -EAGAIN) {
        host.foundNothing();
      }
      return result;
    } finally {
      host.exit();
    }
  }

  /** Sends the first {@code count} vectors or the part that fits. */
  public int send(Iovec @Nullable [] iov, int count, int flags) {
    HostStack host = enter();
    try {
      int result = sender.send(iov, count, flags);
      if (result == -EAGAIN) {
        host.foundNothing();
      }
      return result;
    } finally {
      host.exit();
    }
  }

  /** Stores the room in the send queue; -ENOTCONN outside the sending states. */
  public int sendSpace(LongRef space) {
    HostStack host = enter();
    try {
      if (!TcpStates.isSending(endpoint.state())) {
        return -ENOTCONN;
      }
      space.value = sender.space();
      return 0;
    } finally {
      host.exit();
    }
  }

  /** The segment size, or -ENOTCONN outside the sending states. */
  public int mss() {
    HostStack host = enter();
    try {
      return TcpStates.isSending(endpoint.state()) ? endpoint.mss() : -ENOTCONN;
    } finally {
      host.exit();
    }
  }

  /** Bytes of Ethernet, IPv4 and TCP header in front of a payload. */
  public int headerBytes() {
    HostStack host = enter();
    try {
      return host.hasVlan() ? 58 : 54;
    } finally {
      host.exit();
    }
  }

  /** Sends FIN behind what is queued. */
  public int shutdownSend() {
    HostStack host = enter();
    try {
      int code = endpoint.shutdownSend();
      if (code == 0) {
        return 0;
      }
      return code == StackError.WOULD_BLOCK.code || code == StackError.NO_BUFFERS.code
          ? ErrnoTranslation.result(code)
          : -ENOTCONN;
    } finally {
      host.exit();
    }
  }

  // ---- receiving ----------------------------------------------------------------------------

  /** Copies queued bytes into the first {@code count} vectors. */
  public int receive(Iovec @Nullable [] iov, int count, int flags) {
    if (flags != 0) {
      return -EINVAL;
    }
    HostStack host = enter();
    try {
      checkNothingShown();
      int result = TcpReceive.receive(endpoint, iov, count);
      if (result == -EAGAIN) {
        host.foundNothing();
      }
      return result;
    } finally {
      host.exit();
    }
  }

  /** Appends queued bytes to {@code into}, as many as are writable. */
  public int receive(ByteBuf into) {
    HostStack host = enter();
    try {
      checkNothingShown();
      int result = TcpReceive.receive(endpoint, into, into.writerIndex(), into.writableBytes());
      if (result > 0) {
        into.writerIndex(into.writerIndex() + result);
      } else if (result == -EAGAIN) {
        host.foundNothing();
      }
      return result;
    } finally {
      host.exit();
    }
  }

  private void checkNothingShown() {
    ZeroCopyRead present = zeroCopy;
    if (present != null && present.isOutstanding()) {
      throw new IllegalStateException(this + ": zft_recv before zft_zc_recv_done");
    }
  }

  /** Shows the first packets of the receive queue in {@code msg}. */
  public void show(ZftMsg msg, int flags) {
    if (flags != 0) {
      throw new IllegalArgumentException("zft_zc_recv: flags " + flags + ": must be 0");
    }
    HostStack host = enter();
    try {
      ZeroCopyRead present = zeroCopy;
      if (present == null) {
        present = new ZeroCopyRead(endpoint);
        zeroCopy = present;
      }
      if (!present.show(msg)) {
        host.foundNothing();
      }
    } finally {
      host.exit();
    }
  }

  /** Stores when a packet shown was received; -EINVAL if there is no packet of that index. */
  public int timestamp(ZftMsg msg, Timespec time, int index, IntRef flags) {
    HostStack host = enter();
    try {
      ZeroCopyRead present = zeroCopy;
      return present == null || !present.isOutstanding(msg) || index < 0 || index >= msg.iovcnt
          ? -EINVAL
          : ReceiveStamp.read(stack(), present.shown(index), time, flags);
    } finally {
      host.exit();
    }
  }

  /** Ends a zero-copy read of everything shown. */
  public int done(ZftMsg msg) {
    HostStack host = enter();
    try {
      return outstanding(msg).done();
    } finally {
      host.exit();
    }
  }

  /** Ends a zero-copy read of which {@code length} bytes were used; -EINVAL if never shown. */
  public int doneSome(ZftMsg msg, long length) {
    HostStack host = enter();
    try {
      return outstanding(msg).doneSome(length);
    } finally {
      host.exit();
    }
  }

  private ZeroCopyRead outstanding(ZftMsg msg) {
    ZeroCopyRead present = zeroCopy;
    if (present == null || !present.isOutstanding(msg)) {
      throw new IllegalStateException(
          this + ": done for a message that shows nothing of this zocket");
    }
    return present;
  }

  // ---- times of sending ---------------------------------------------------------------------

  @Override
  protected boolean hasSent(SentFrame frame) {
    return frame.protocol() == SentFrame.TCP
        && frame.localPort() == endpoint.localPort()
        && frame.remotePort() == endpoint.remotePort()
        && frame.remoteAddress() == endpoint.remoteAddress()
        && frame.localAddress() == endpoint.localAddress();
  }

  @Override
  protected void onSent(SentFrame frame) {
    if (reports != null
        && reports.onSent(frame, stack().device().nic().clockState())
        && waitableIfAny() instanceof EndpointWaitable waiting) {
      waiting.onReport();
    }
  }

  boolean hasReports() {
    return reports != null && !reports.isEmpty();
  }

  /** Moves reports of what was sent to the user; see {@link SegmentReports#take}. */
  public int takeReports(ZfPktReport @Nullable [] to, IntRef count) {
    HostStack host = enter();
    try {
      if (reports != null) {
        return reports.take(to, count);
      }
      count.value = 0;
      return 0;
    } finally {
      host.exit();
    }
  }

  // ---- questions ----------------------------------------------------------------------------

  /** Linux's number of the TCP state. */
  public int state() {
    HostStack host = enter();
    try {
      return TcpStates.number(endpoint.state());
    } finally {
      host.exit();
    }
  }

  /** The positive number of the error that ended the connection, or 0. */
  public int error() {
    HostStack host = enter();
    try {
      int code = endpoint.pendingError();
      return code == 0 ? 0 : ErrnoTranslation.errno(StackError.of(code));
    } finally {
      host.exit();
    }
  }

  /** Stores the names of both ends; either may be left out. */
  public void getName(
      @Nullable SockAddr laddr,
      @Nullable IntRef laddrlen,
      @Nullable SockAddr raddr,
      @Nullable IntRef raddrlen) {
    HostStack host = enter();
    try {
      if (laddr != null && laddrlen != null) {
        Addresses.store(laddr, laddrlen, endpoint.localAddress(), endpoint.localPort());
      }
      if (raddr != null && raddrlen != null) {
        Addresses.store(raddr, raddrlen, endpoint.remoteAddress(), endpoint.remotePort());
      }
    } finally {
      host.exit();
    }
  }

  // ---- end ----------------------------------------------------------------------------------

  @Override
  protected String kind() {
    return connected ? "zft" : "zft_handle";
  }

  @Override
  protected ZocketList list() {
    return stack().tcp();
  }

  @Override
  protected void close() {
    releaseShown();
    endpoint.close();
  }

  @Override
  protected void abort() {
    releaseShown();
    endpoint.abort();
  }

  private void releaseShown() {
    if (zeroCopy != null) {
      zeroCopy.release();
    }
  }

  @Override
  protected Waitable newWaitable() {
    return new TcpWaitable(this);
  }
}
