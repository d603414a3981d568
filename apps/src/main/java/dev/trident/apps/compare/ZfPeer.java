package dev.trident.apps.compare;

import static dev.trident.tcpdirect.Zf.TCP_ESTABLISHED;
import static dev.trident.tcpdirect.Zf.TCP_SYN_SENT;
import static dev.trident.tcpdirect.Zf.zf_reactor_perform;
import static dev.trident.tcpdirect.Zf.zf_stack_is_quiescent;
import static dev.trident.tcpdirect.Zf.zft_alloc;
import static dev.trident.tcpdirect.Zf.zft_connect;
import static dev.trident.tcpdirect.Zf.zft_error;
import static dev.trident.tcpdirect.Zf.zft_free;
import static dev.trident.tcpdirect.Zf.zft_handle_free;
import static dev.trident.tcpdirect.Zf.zft_send_single;
import static dev.trident.tcpdirect.Zf.zft_shutdown_tx;
import static dev.trident.tcpdirect.Zf.zft_state;
import static dev.trident.tcpdirect.Zf.zft_zc_recv;
import static dev.trident.tcpdirect.Zf.zft_zc_recv_done;
import static dev.trident.tcpdirect.Zf.zftl_accept;
import static dev.trident.tcpdirect.Zf.zftl_free;
import static dev.trident.tcpdirect.Zf.zftl_listen;

import dev.trident.c.Iovec;
import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
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

/**
 * The workload over TCPDirect, which never blocks: the program polls its stack's reactor, sends by
 * {@code zft_send_single} and reads in place. Its blocking and its non-blocking form are the same.
 */
final class ZfPeer implements Peer {
  private static final int PACKETS_PER_READ = 16;

  private final ZfStack stack;
  private final boolean server;
  private final SockAddrIn address;
  private final ByteBuf source;
  private final ByteBuf target;
  private final Ref<Zft> opened = new Ref<>();
  private final ZftMsg message = new ZftMsg(PACKETS_PER_READ);
  private @Nullable Zftl listener;
  private @Nullable ZftHandle handle;
  private @Nullable Zft zocket;
  private int stored;
  private boolean halfClosed;
  private boolean freed;

  /**
   * @param address where the server listens
   * @param source what is sent
   * @param target where received bytes go
   */
  ZfPeer(
      ZfAttr attr,
      ZfStack stack,
      Exchange.Role role,
      SockAddrIn address,
      ByteBuf source,
      ByteBuf target) {
    this.stack = stack;
    this.server = role == Exchange.Role.SERVER;
    this.address = address;
    this.source = source;
    this.target = target;
    if (server) {
      Ref<Zftl> newListener = new Ref<>();
      check("zftl_listen", zftl_listen(stack, address, SockAddrIn.SIZEOF, attr, newListener));
      listener = newListener.get();
    } else {
      Ref<ZftHandle> newHandle = new Ref<>();
      check("zft_alloc", zft_alloc(stack, attr, newHandle));
      handle = newHandle.get();
    }
  }

  static int check(String call, int result) {
    if (result < 0) {
      throw new ApiFailure(call, "error " + -result);
    }
    return result;
  }

  private Zft zocket() {
    return Objects.requireNonNull(zocket, "not open");
  }

  @Override
  public boolean open() {
    return server ? openServer() : openClient();
  }

  private boolean openServer() {
    zf_reactor_perform(stack);
    int result = zftl_accept(Objects.requireNonNull(listener), opened);
    if (result == -ZfErrno.EAGAIN) {
      return false;
    }
    check("zftl_accept", result);
    zocket = opened.get();
    return true;
  }

  private boolean openClient() {
    if (handle != null) {
      check("zft_connect", zft_connect(handle, address, SockAddrIn.SIZEOF, opened));
      handle = null;
      zocket = opened.get();
    }
    zf_reactor_perform(stack);
    int state = zft_state(zocket());
    if (state != TCP_SYN_SENT && state != TCP_ESTABLISHED) {
      throw new ApiFailure("zft_connect", "error " + zft_error(zocket()));
    }
    return state == TCP_ESTABLISHED;
  }

  @Override
  public int send(int from, int length) {
    source.readerIndex(from);
    int result = zft_send_single(zocket(), source, length, 0);
    if (result == -ZfErrno.EAGAIN || result == -ZfErrno.ENOMEM) {
      zf_reactor_perform(stack);
      return NOT_NOW;
    }
    return check("zft_send_single", result);
  }

  @Override
  public void halfClose() {
    check("zft_shutdown_tx", zft_shutdown_tx(zocket()));
    halfClosed = true;
  }

  @Override
  public int receive() {
    zf_reactor_perform(stack);
    message.iovcnt = PACKETS_PER_READ;
    zft_zc_recv(zocket(), message, 0);
    if (message.iovcnt == 0) {
      return NOT_NOW;
    }
    int count = 0;
    for (int i = 0; i < message.iovcnt; i++) {
      Iovec piece = message.iov[i];
      ByteBuf bytes = piece.iov_base;
      if (piece.iov_len > 0 && bytes != null) {
        bytes.getBytes(bytes.readerIndex(), target, stored + count, piece.iov_len);
        count += piece.iov_len;
      }
    }
    int result = zft_zc_recv_done(zocket(), message);
    check("zft_zc_recv_done", result);
    stored += count;
    return result == 0 && count == 0 ? END : count;
  }

  /** Done when the connection has ended in the protocol too, TIME_WAIT apart. */
  @Override
  public boolean finish() {
    if (!halfClosed) {
      int result = zft_shutdown_tx(zocket());
      if (result == -ZfErrno.EAGAIN || result == -ZfErrno.ENOMEM) {
        zf_reactor_perform(stack);
        return false;
      }
      check("zft_shutdown_tx", result);
      halfClosed = true;
    }
    if (!freed) {
      check("zft_free", zft_free(zocket()));
      freed = true;
    }
    if (zf_stack_is_quiescent(stack) == 0) {
      zf_reactor_perform(stack);
      return false;
    }
    close();
    return true;
  }

  @Override
  public void close() {
    if (zocket != null && !freed) {
      freed = true;
      zft_free(zocket);
    }
    if (handle != null) {
      zft_handle_free(handle);
      handle = null;
    }
    if (listener != null) {
      zftl_free(listener);
      listener = null;
    }
  }
}
