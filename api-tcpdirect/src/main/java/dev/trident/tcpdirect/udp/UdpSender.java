package dev.trident.tcpdirect.udp;

import static dev.trident.tcpdirect.ZfErrno.EAGAIN;
import static dev.trident.tcpdirect.ZfErrno.EFAULT;
import static dev.trident.tcpdirect.ZfErrno.EINVAL;
import static dev.trident.tcpdirect.ZfErrno.EMSGSIZE;

import dev.trident.c.IntRef;
import dev.trident.c.Iovec;
import dev.trident.c.SockAddr;
import dev.trident.c.SockAddrIn;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.nic.SentFrame;
import dev.trident.tcpdirect.ZfPktReport;
import dev.trident.tcpdirect.error.ErrnoTranslation;
import dev.trident.tcpdirect.mux.Epoll;
import dev.trident.tcpdirect.mux.Waitable;
import dev.trident.tcpdirect.stack.Addresses;
import dev.trident.tcpdirect.stack.DirectStack;
import dev.trident.tcpdirect.stack.EndpointWaitable;
import dev.trident.tcpdirect.stack.SendReports;
import dev.trident.tcpdirect.stack.Zocket;
import dev.trident.tcpdirect.stack.ZocketList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The zocket behind a {@code Zfut}. */
public final class UdpSender extends Zocket {
  /** Don't fragment: the value of Linux's IP_DF. */
  public static final int DONT_FRAGMENT = 0x4000;

  private static final int HEADER_BYTES = 28;
  private static final int LARGEST = 65_507;

  private final DatagramEndpoint endpoint;
  private final int mss;

  /** Times at which datagrams left; null if the stack does not ask for them. */
  private final @Nullable SendReports reports;

  private int reported;

  // What sendGather wants; as long as the longest vector seen.
  private ByteBuf[] buffers = new ByteBuf[8];
  private int[] indexes = new int[8];
  private int[] lengths = new int[8];

  private UdpSender(DirectStack stack, DatagramEndpoint endpoint) {
    super(stack, stack.udpTx());
    this.endpoint = endpoint;
    this.reports = stack.sendReporter() == null ? null : new SendReports();
    this.mss = (stack.host().mtuBytes() - HEADER_BYTES) / 8 * 8;
    join();
  }

  /** What {@link #allocate} made: a zocket, or why there is none. */
  public record Opening(int result, @Nullable UdpSender sender) {}

  /** A zocket with fixed addresses; waits for ARP. */
  public static Opening allocate(
      DirectStack stack,
      @Nullable SockAddr laddr,
      int laddrlen,
      @Nullable SockAddr raddr,
      int raddrlen,
      int flags,
      int ttl) {
    int check = Addresses.check(laddr, laddrlen);
    if (check == 0) {
      check = Addresses.check(raddr, raddrlen);
    }
    if (check != 0
        || !(laddr instanceof SockAddrIn local)
        || !(raddr instanceof SockAddrIn remote)) {
      return new Opening(check, null);
    }
    if (flags != 0
        || local.sin_port == 0
        || remote.sin_addr == SockAddrIn.INADDR_ANY
        || remote.sin_port == 0
        || ttl < 1
        || ttl > 255
        || !stack.transmits()) {
      return new Opening(-EINVAL, null);
    }
    HostStack host = stack.enter();
    try {
      DatagramEndpoint endpoint = stack.mayAddUdpTx() ? stack.transport().newDatagram() : null;
      if (endpoint == null) {
        return new Opening(ErrnoTranslation.result(StackError.ENDPOINT_LIMIT.code), null);
      }
      int resolved = stack.resolve(remote.sin_addr);
      if (resolved != 0) {
        endpoint.close();
        return new Opening(resolved, null);
      }
      int code =
          endpoint.transmitOnly(local.sin_addr, local.sin_port, remote.sin_addr, remote.sin_port);
      if (code != 0) {
        endpoint.close();
        return new Opening(ErrnoTranslation.result(code), null);
      }
      endpoint.ttl(ttl);
      endpoint.groups().ttl(ttl);
      return new Opening(0, new UdpSender(stack, endpoint));
    } finally {
      host.exit();
    }
  }

  /** Sends one datagram that is not fragmented, 0 to {@link #mss} bytes. */
  public int sendSingle(@Nullable ByteBuf buffer, int length) {
    if (length < 0) {
      return -EINVAL;
    }
    if (length > mss) {
      return -EMSGSIZE;
    }
    if (buffer == null) {
      return -EFAULT;
    }
    HostStack host = enter();
    try {
      endpoint.dontFragment(true);
      sign(true);
      return result(host, endpoint.send(buffer, buffer.readerIndex(), length, 0, 0));
    } finally {
      sign(false);
      host.exit();
    }
  }

  /** Sends all vectors as one datagram, in fragments if it is long and that is allowed. */
  public int send(Iovec @Nullable [] iov, int count, int flags) {
    if ((flags & ~DONT_FRAGMENT) != 0 || count < 0) {
      return -EINVAL;
    }
    if (iov == null || count > iov.length) {
      return -EFAULT;
    }
    long total = 0;
    for (int i = 0; i < count; i++) {
      if (iov[i].iov_len < 0) {
        return -EINVAL;
      }
      if (iov[i].iov_base == null && iov[i].iov_len > 0) {
        return -EFAULT;
      }
      total += iov[i].iov_len;
    }
    boolean whole = flags == DONT_FRAGMENT;
    if (total > (whole ? mss : LARGEST)) {
      return -EMSGSIZE;
    }
    HostStack host = enter();
    try {
      endpoint.dontFragment(whole);
      sign(true);
      return result(host, count == 1 ? sendOne(iov[0]) : gather(iov, count));
    } finally {
      sign(false);
      host.exit();
    }
  }

  /** What is handed to the adapter is reported as this zocket's, or as nobody's. */
  private void sign(boolean on) {
    if (reports != null) {
      stack().device().sender(on ? number() + 1 : 0);
    }
  }

  @Override
  protected boolean hasSent(SentFrame frame) {
    return reports != null && frame.sender() == number() + 1;
  }

  @Override
  protected void onSent(SentFrame frame) {
    if (reports == null) {
      return;
    }
    reports.add(
        frame.stampNanos(),
        stack().device().nic().clockState(),
        reported++,
        frame.payloadBytes(),
        0);
    if (waitableIfAny() instanceof EndpointWaitable waiting) {
      waiting.onReport();
    }
  }

  /** Moves reports of what was sent to the user; see {@link SendReports#take}. */
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

  private int sendOne(Iovec iov) {
    ByteBuf buffer = iov.iov_base;
    return buffer == null
        ? endpoint.send(Unpooled.EMPTY_BUFFER, 0, 0, 0, 0)
        : endpoint.send(buffer, buffer.readerIndex(), iov.iov_len, 0, 0);
  }

  private int gather(Iovec[] iov, int count) {
    if (count > buffers.length) {
      buffers = new ByteBuf[count];
      indexes = new int[count];
      lengths = new int[count];
    }
    for (int i = 0; i < count; i++) {
      ByteBuf buffer = iov[i].iov_base;
      buffers[i] = buffer == null ? Unpooled.EMPTY_BUFFER : buffer;
      indexes[i] = buffer == null ? 0 : buffer.readerIndex();
      lengths[i] = iov[i].iov_len;
    }
    int sent =
        count == 0
            ? endpoint.send(Unpooled.EMPTY_BUFFER, 0, 0, 0, 0)
            : endpoint.sendGather(buffers, indexes, lengths, count, 0, 0);
    Arrays.fill(buffers, 0, count, null);
    return sent;
  }

  private static int result(HostStack host, int code) {
    if (code >= 0) {
      return code;
    }
    int result = ErrnoTranslation.udpSend(code);
    if (result == -EAGAIN) {
      host.foundNothing();
    }
    return result;
  }

  /** The longest datagram for {@link #sendSingle}; constant. */
  public int mss() {
    HostStack host = enter();
    try {
      return mss;
    } finally {
      host.exit();
    }
  }

  /** Bytes of Ethernet, IPv4 and UDP header in front of a payload. */
  public int headerBytes() {
    HostStack host = enter();
    try {
      return host.hasVlan() ? 46 : 42;
    } finally {
      host.exit();
    }
  }

  @Override
  protected String kind() {
    return "zfut";
  }

  @Override
  protected ZocketList list() {
    return stack().udpTx();
  }

  @Override
  protected void close() {
    endpoint.close();
  }

  @Override
  protected void abort() {
    endpoint.close();
  }

  @Override
  protected Waitable newWaitable() {
    return new EndpointWaitable(this, endpoint.readiness()) {
      @Override
      protected int ready() {
        boolean isReported = reports != null && !reports.isEmpty();
        return (isAny(Readiness.WRITABLE) ? Epoll.OUT : 0) | (isReported ? Epoll.ERR : 0);
      }

      @Override
      protected int events(int edges) {
        return (edges & Readiness.WRITABLE) != 0 ? Epoll.OUT : 0;
      }
    };
  }
}
