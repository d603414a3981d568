package dev.trident.apps.bench;

import static dev.trident.tcpdirect.Zf.*;
import static dev.trident.tcpdirect.ZfErrno.EAGAIN;

import dev.trident.c.C;
import dev.trident.c.Iovec;
import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.tcpdirect.ZfAttr;
import dev.trident.tcpdirect.ZfStack;
import dev.trident.tcpdirect.Zft;
import dev.trident.tcpdirect.ZftHandle;
import dev.trident.tcpdirect.Zftl;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One end of a connection through TCPDirect, for messages of one size; never blocks. */
final class ZfEnd implements MessageEnd {
  private static final int ARP_TIMEOUT_MICROS = 10_000_000;

  private final Ref<ZfAttr> attr = new Ref<>();
  private final Ref<ZfStack> stack = new Ref<>();
  private final Ref<Zftl> listener = new Ref<>();
  private final Ref<Zft> opened = new Ref<>();
  private final ByteBuf out;
  private final Iovec[] in;
  private final int size;
  private @Nullable Zft zocket;
  private int received;

  /** A stack on an interface of this process. */
  ZfEnd(String interfaceName, int size) {
    this.size = size;
    out = C.malloc(size);
    in = new Iovec[] {new Iovec(C.malloc(size), size)};
    check("zf_init", zf_init());
    check("zf_attr_alloc", zf_attr_alloc(attr));
    check("zf_attr_set_str", zf_attr_set_str(attr.get(), "interface", interfaceName));
    // The peer is another JVM, which may be just starting, rather than a machine beside this one.
    check("zf_attr_set_int", zf_attr_set_int(attr.get(), "arp_reply_timeout", ARP_TIMEOUT_MICROS));
    check("zf_stack_alloc", zf_stack_alloc(attr.get(), stack));
  }

  private static int check(String call, int result) {
    if (result < 0) {
      throw new IllegalStateException(call + ": error " + -result);
    }
    return result;
  }

  void listen(SockAddrIn address) {
    check(
        "zftl_listen", zftl_listen(stack.get(), address, SockAddrIn.SIZEOF, attr.get(), listener));
  }

  /** Starts to connect; {@link #isConnected} tells when that is done. */
  void connect(SockAddrIn address) {
    Ref<ZftHandle> handle = new Ref<>();
    check("zft_alloc", zft_alloc(stack.get(), attr.get(), handle));
    check("zft_connect", zft_connect(handle.get(), address, SockAddrIn.SIZEOF, opened));
    zocket = opened.get();
  }

  /** Whether the connection is established; accepts it where this end listens. */
  boolean isConnected() {
    perform();
    if (zocket == null) {
      int result = zftl_accept(listener.get(), opened);
      if (result == -EAGAIN) {
        return false;
      }
      check("zftl_accept", result);
      zocket = opened.get();
    }
    int state = zft_state(zocket());
    if (state != TCP_ESTABLISHED && state != TCP_SYN_SENT) {
      throw new IllegalStateException("not connected: error " + zft_error(zocket()));
    }
    return state == TCP_ESTABLISHED;
  }

  private Zft zocket() {
    return Objects.requireNonNull(zocket, "not connected");
  }

  /** There is always room: the next message follows the answer to this one. */
  @Override
  public void send() {
    if (check("zft_send_single", zft_send_single(zocket(), out, size, 0)) != size) {
      throw new IllegalStateException("a message was not taken whole");
    }
  }

  @Override
  public boolean receive() {
    perform();
    in[0].iov_len = size - received;
    int count = zft_recv(zocket(), in, 1, 0);
    if (count == -EAGAIN) {
      return false;
    }
    if (check("zft_recv", count) == 0) {
      throw new IllegalStateException("the peer has closed");
    }
    received += count;
    if (received < size) {
      return false;
    }
    received = 0;
    return true;
  }

  private void perform() {
    zf_reactor_perform(stack.get());
  }

  @Override
  public void close() {
    zf_stack_free(stack.get());
    zf_attr_free(attr.get());
  }
}
