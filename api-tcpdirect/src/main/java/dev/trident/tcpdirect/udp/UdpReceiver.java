package dev.trident.tcpdirect.udp;

import static dev.trident.tcpdirect.ZfErrno.EADDRNOTAVAIL;
import static dev.trident.tcpdirect.ZfErrno.EAGAIN;
import static dev.trident.tcpdirect.ZfErrno.EINVAL;
import static dev.trident.tcpdirect.ZfErrno.EMSGSIZE;

import dev.trident.buffer.CellBuf;
import dev.trident.c.IntRef;
import dev.trident.c.Iovec;
import dev.trident.c.Ref;
import dev.trident.c.SockAddr;
import dev.trident.c.SockAddrIn;
import dev.trident.c.Timespec;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.hw.host.HostStack;
import dev.trident.tcpdirect.IpHdr;
import dev.trident.tcpdirect.UdpHdr;
import dev.trident.tcpdirect.ZfurMsg;
import dev.trident.tcpdirect.error.ErrnoTranslation;
import dev.trident.tcpdirect.mux.Epoll;
import dev.trident.tcpdirect.mux.Waitable;
import dev.trident.tcpdirect.stack.Addresses;
import dev.trident.tcpdirect.stack.DirectStack;
import dev.trident.tcpdirect.stack.EndpointWaitable;
import dev.trident.tcpdirect.stack.ReceiveStamp;
import dev.trident.tcpdirect.stack.Zocket;
import dev.trident.tcpdirect.stack.ZocketList;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The zocket behind a {@code Zfur}. */
public final class UdpReceiver extends Zocket {
  private final DatagramEndpoint endpoint;
  private final UdpBindings bindings;
  private final DatagramHeaders headers = new DatagramHeaders();
  private @Nullable CellBuf shown;
  private @Nullable ZfurMsg message;

  private UdpReceiver(DirectStack stack, DatagramEndpoint endpoint) {
    super(stack, stack.udpRx());
    this.endpoint = endpoint;
    this.bindings = new UdpBindings(stack.transport(), endpoint);
    join();
  }

  /** A zocket bound to nothing, or null if the limit is reached. */
  public static @Nullable UdpReceiver allocate(DirectStack stack) {
    HostStack host = stack.enter();
    try {
      DatagramEndpoint endpoint = stack.mayAddUdpRx() ? stack.transport().newDatagram() : null;
      if (endpoint == null) {
        return null;
      }
      endpoint.receiveBufferBytes(Integer.MAX_VALUE); // the queue is bounded in datagrams
      return new UdpReceiver(stack, endpoint);
    } finally {
      host.exit();
    }
  }

  // ---- addresses ----------------------------------------------------------------------------

  /** Adds an address to receive on; a local port 0 is replaced by the one chosen. */
  public int bind(
      @Nullable SockAddr laddr, int laddrlen, @Nullable SockAddr raddr, int raddrlen, int flags) {
    int check = Addresses.check(laddr, laddrlen);
    if (check == 0 && raddr != null) {
      check = Addresses.check(raddr, raddrlen);
    }
    if (check != 0 || !(laddr instanceof SockAddrIn local)) {
      return check;
    }
    int remoteAddress = raddr instanceof SockAddrIn remote ? remote.sin_addr : 0;
    int remotePort = raddr instanceof SockAddrIn remote ? remote.sin_port : 0;
    boolean isGroup = Addresses.isMulticast(local.sin_addr);
    if (flags != 0
        || local.sin_addr == SockAddrIn.INADDR_ANY
        || (remoteAddress == 0 && remotePort != 0)
        || (remoteAddress != 0 && remotePort == 0 && !isGroup)) {
      return -EINVAL;
    }
    HostStack host = enter();
    try {
      if (!isGroup && !stack().transport().isLocalAddress(local.sin_addr)) {
        return -EADDRNOTAVAIL;
      }
      int port = bindings.add(local.sin_addr, local.sin_port, remoteAddress, remotePort);
      if (port < 0) {
        return ErrnoTranslation.filter(port);
      }
      local.sin_port = port;
      return 0;
    } finally {
      host.exit();
    }
  }

  /** Removes addresses added by {@link #bind}; a null one matches any. */
  public int unbind(
      @Nullable SockAddr laddr, int laddrlen, @Nullable SockAddr raddr, int raddrlen, int flags) {
    int check = laddr == null ? 0 : Addresses.check(laddr, laddrlen);
    if (check == 0 && raddr != null) {
      check = Addresses.check(raddr, raddrlen);
    }
    if (check != 0) {
      return check;
    }
    if (flags != 0) {
      return -EINVAL;
    }
    HostStack host = enter();
    try {
      return bindings.remove((SockAddrIn) laddr, (SockAddrIn) raddr) ? 0 : -EINVAL;
    } finally {
      host.exit();
    }
  }

  // ---- receiving ----------------------------------------------------------------------------

  /** Shows the oldest datagram in {@code msg}, the same one until done. */
  public void show(ZfurMsg msg, int flags) {
    int places = msg.iovcnt;
    if (flags != 0) {
      throw new IllegalArgumentException("zfur_zc_recv: flags " + flags + ": must be 0");
    }
    if (places < 0 || places > msg.iov.length) {
      throw new IllegalArgumentException(
          "iovcnt " + places + ": the message has " + msg.iov.length + " places");
    }
    HostStack host = enter();
    try {
      msg.iovcnt = 0;
      CellBuf datagram = shown;
      if (datagram == null && places > 0) {
        datagram = endpoint.receiveMessage();
        shown = datagram;
      }
      int queued = endpoint.receivableDatagrams();
      if (datagram == null) {
        msg.dgrams_left = queued;
        if (places > 0) {
          host.foundNothing();
        }
        return;
      }
      if (places == 0) {
        msg.dgrams_left = queued + 1;
        return;
      }
      message = msg;
      Iovec iov = msg.iov[0];
      iov.iov_base = datagram;
      iov.iov_len = datagram.capacity();
      msg.iovcnt = 1;
      msg.dgrams_left = queued;
    } finally {
      host.exit();
    }
  }

  /** Gives the datagram shown by {@code msg} back. */
  public void done(ZfurMsg msg) {
    HostStack host = enter();
    try {
      if (message != msg) {
        throw new IllegalStateException(this + ": done for a message that shows no datagram of it");
      }
      release();
    } finally {
      host.exit();
    }
  }

  /**
   * Stores the headers of the datagram shown; 0, or -EINVAL if there is no packet of that index.
   */
  public int headers(ZfurMsg msg, Ref<IpHdr> iphdr, Ref<UdpHdr> udphdr, int index) {
    HostStack host = enter();
    try {
      CellBuf datagram = shown;
      if (datagram == null || message != msg || index < 0 || index >= msg.iovcnt) {
        return -EINVAL;
      }
      if (!headers.read(datagram)) {
        throw new AssertionError("a datagram without headers in front of it");
      }
      iphdr.value = headers.ip();
      udphdr.value = headers.udp();
      return 0;
    } finally {
      host.exit();
    }
  }

  /** Stores when the datagram shown was received; -EINVAL if there is no packet of that index. */
  public int timestamp(ZfurMsg msg, Timespec time, int index, IntRef flags) {
    HostStack host = enter();
    try {
      return message != msg || index < 0 || index >= msg.iovcnt
          ? -EINVAL
          : ReceiveStamp.read(stack(), shown, time, flags);
    } finally {
      host.exit();
    }
  }

  /**
   * Appends the oldest datagram to {@code into}: its bytes, -EAGAIN if there is none, -EMSGSIZE if
   * it does not fit, which leaves it queued.
   */
  public int receive(ByteBuf into) {
    HostStack host = enter();
    try {
      if (shown != null) {
        throw new IllegalStateException(this + ": receive before zfur_zc_recv_done");
      }
      int length = endpoint.nextBytes();
      if (length < 0) {
        int result = ErrnoTranslation.result(length);
        if (result == -EAGAIN) {
          host.foundNothing();
        }
        return result;
      }
      if (length > into.writableBytes()) {
        return -EMSGSIZE;
      }
      int received = endpoint.receive(into, into.writerIndex(), length);
      if (received < 0) {
        return ErrnoTranslation.result(received);
      }
      into.writerIndex(into.writerIndex() + received);
      return received;
    } finally {
      host.exit();
    }
  }

  private void release() {
    CellBuf datagram = shown;
    shown = null;
    message = null;
    if (datagram != null) {
      datagram.release();
    }
  }

  // ---- end ----------------------------------------------------------------------------------

  @Override
  protected String kind() {
    return "zfur";
  }

  @Override
  protected ZocketList list() {
    return stack().udpRx();
  }

  @Override
  protected void close() {
    release();
    endpoint.close();
  }

  @Override
  protected void abort() {
    close();
  }

  @Override
  protected Waitable newWaitable() {
    return new EndpointWaitable(this, endpoint.readiness()) {
      @Override
      protected int ready() {
        return shown != null || isAny(Readiness.READABLE) ? Epoll.IN : 0;
      }

      @Override
      protected int events(int edges) {
        return (edges & Readiness.READABLE) != 0 ? Epoll.IN : 0;
      }
    };
  }
}
