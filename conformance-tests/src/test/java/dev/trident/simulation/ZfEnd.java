package dev.trident.simulation;

import static dev.trident.tcpdirect.Zf.*;

import dev.trident.c.Iovec;
import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import dev.trident.tcpdirect.ZfAttr;
import dev.trident.tcpdirect.ZfErrno;
import dev.trident.tcpdirect.ZfStack;
import dev.trident.tcpdirect.Zft;
import dev.trident.tcpdirect.ZftHandle;
import dev.trident.tcpdirect.ZftMsg;
import dev.trident.tcpdirect.Zftl;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A stream of TCPDirect on a stack of its own, polled by its program. */
final class ZfEnd implements StreamEnd {
  private static final int ATTEMPTS = 200;

  private final Host host;
  private final SockAddrIn address;
  private final ZfAttr attr;
  private final ZftMsg message = new ZftMsg(4);
  private @Nullable ZfStack stack;
  private @Nullable Zft zocket;
  private @Nullable Zftl listener;
  private boolean ended;
  private boolean stopped;

  ZfEnd(Host host, String interfaceName, SockAddrIn address) {
    this.host = host;
    this.address = address;
    check("zf_init", zf_init());
    Ref<ZfAttr> newAttr = new Ref<>();
    check("zf_attr_alloc", zf_attr_alloc(newAttr));
    attr = newAttr.get();
    check("zf_attr_set_str", zf_attr_set_str(attr, "interface", interfaceName));
    set("n_bufs", 1_024);
    // Else they come from the kernel that this runs on.
    set("tcp_retries", 14);
    set("tcp_syn_retries", 7);
    set("tcp_synack_retries", 7);
    set("tcp_finwait_ms", 60_000);
    Ref<ZfStack> newStack = new Ref<>();
    check("zf_stack_alloc", zf_stack_alloc(attr, newStack));
    stack = newStack.get();
  }

  private void set(String name, int value) {
    check("zf_attr_set_int", zf_attr_set_int(attr, name, value));
  }

  private static int check(String call, int result) {
    if (result < 0) {
      throw new Broken(call, -result);
    }
    return result;
  }

  private ZfStack stack() {
    return Objects.requireNonNull(stack);
  }

  private void perform() {
    if (stopped) {
      throw new Broken("stopped", ZfErrno.EBUSY);
    }
    zf_reactor_perform(stack());
  }

  private Zft zocket() {
    return Objects.requireNonNull(zocket);
  }

  private static boolean isNotNow(int result) {
    return result == -ZfErrno.EAGAIN || result == -ZfErrno.ENOMEM;
  }

  @Override
  public void connect() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Ref<ZftHandle> handle = new Ref<>();
      check("zft_alloc", zft_alloc(stack(), attr, handle));
      Ref<Zft> opened = new Ref<>();
      int called = zft_connect(handle.get(), address, SockAddrIn.SIZEOF, opened);
      if (called == -ZfErrno.EHOSTUNREACH) {
        zft_handle_free(handle.get());
        Pause.on(host, 50_000_000L);
        continue;
      }
      check("zft_connect", called);
      zocket = opened.get();
      while (zft_state(zocket()) == TCP_SYN_SENT) {
        perform();
      }
      if (zft_state(zocket()) == TCP_ESTABLISHED || zft_error(zocket()) == 0) {
        return;
      }
      int error = zft_error(zocket());
      zft_free(zocket());
      zocket = null;
      if (error != ZfErrno.ECONNREFUSED) {
        throw new Broken("zft_connect", error);
      }
      Pause.on(host, 50_000_000L);
    }
    throw new AssertionError("refused for ever");
  }

  @Override
  public void accept() {
    Ref<Zftl> newListener = new Ref<>();
    check("zftl_listen", zftl_listen(stack(), address, SockAddrIn.SIZEOF, attr, newListener));
    listener = newListener.get();
    Ref<Zft> opened = new Ref<>();
    int result;
    do {
      perform();
      result = zftl_accept(newListener.get(), opened);
    } while (result == -ZfErrno.EAGAIN);
    check("zftl_accept", result);
    zocket = opened.get();
    zftl_free(newListener.get());
    listener = null;
  }

  @Override
  public int send(ByteBuf source, int index, int length, int choice) {
    int result;
    do {
      perform();
      source.readerIndex(index);
      result = zft_send_single(zocket(), source, length, choice % 4 == 0 ? MSG_MORE : 0);
    } while (isNotNow(result));
    return check("zft_send_single", result);
  }

  @Override
  public void halfClose() {
    int result;
    do {
      perform();
      result = zft_shutdown_tx(zocket());
    } while (isNotNow(result));
    check("zft_shutdown_tx", result);
  }

  @Override
  public int receive(ByteBuf target, int index, int max, int choice) {
    if (ended) {
      return END;
    }
    while (true) {
      perform();
      message.iovcnt = 4;
      zft_zc_recv(zocket(), message, 0);
      if (message.iovcnt == 0) {
        continue;
      }
      int count = 0;
      for (int i = 0; i < message.iovcnt; i++) {
        Iovec piece = message.iov[i];
        ByteBuf bytes = piece.iov_base;
        if (piece.iov_len > 0 && bytes != null) {
          int part = Math.min(piece.iov_len, target.capacity() - index - count);
          if (part < piece.iov_len) {
            throw new AssertionError("more bytes than were sent");
          }
          target.setBytes(index + count, bytes, bytes.readerIndex(), piece.iov_len);
          count += piece.iov_len;
        }
      }
      int result = check("zft_zc_recv_done", zft_zc_recv_done(zocket(), message));
      ended = result == 0;
      if (count > 0) {
        return count;
      }
      if (ended) {
        return END;
      }
    }
  }

  @Override
  public void close() {
    ZfStack old = stack;
    if (old == null) {
      return;
    }
    if (zocket != null) {
      zft_free(zocket());
      zocket = null;
      while (!stopped && zf_stack_is_quiescent(old) == 0) {
        zf_reactor_perform(old);
      }
    }
    abort();
  }

  @Override
  public void stop() {
    stopped = true;
  }

  @Override
  public void abort() {
    ZfStack old = stack;
    if (old == null) {
      return;
    }
    stack = null;
    if (listener != null) {
      zftl_free(listener);
    }
    zf_stack_free(old);
    zf_attr_free(attr);
  }
}
