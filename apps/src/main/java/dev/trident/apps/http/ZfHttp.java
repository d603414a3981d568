package dev.trident.apps.http;

import static dev.trident.tcpdirect.Zf.*;
import static dev.trident.tcpdirect.ZfErrno.EAGAIN;
import static dev.trident.tcpdirect.ZfErrno.ENOMEM;

import dev.trident.c.C;
import dev.trident.c.Iovec;
import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.tcpdirect.ZfAttr;
import dev.trident.tcpdirect.ZfStack;
import dev.trident.tcpdirect.Zft;
import dev.trident.tcpdirect.Zftl;
import io.netty.buffer.ByteBuf;

/** The responder on TCPDirect: nothing blocks, so every wait is a loop around the reactor. */
public final class ZfHttp implements HttpResponder {
  private final HttpFile file;
  private final ByteBuf request = C.malloc(HttpFile.MAX_REQUEST_BYTES);
  private final Iovec[] room = {new Iovec()};
  private final Ref<ZfAttr> attr = new Ref<>();
  private final Ref<ZfStack> stack = new Ref<>();
  private final Ref<Zftl> listener = new Ref<>();

  /**
   * Opens a stack on an interface and listens there.
   *
   * @param local an address of that interface; TCPDirect does not listen on all
   * @throws IllegalStateException with the call's error number if that fails, because there is no
   *     such interface or the port is taken
   */
  public ZfHttp(String interfaceName, SockAddrIn local, HttpFile file) {
    this.file = file;
    check("zf_init", zf_init());
    check("zf_attr_alloc", zf_attr_alloc(attr));
    check("zf_attr_set_str", zf_attr_set_str(attr.get(), "interface", interfaceName));
    check("zf_stack_alloc", zf_stack_alloc(attr.get(), stack));
    check(
        "zftl_listen " + local,
        zftl_listen(stack.get(), local, SockAddrIn.SIZEOF, attr.get(), listener));
  }

  private static void check(String call, int result) {
    if (result < 0) {
      throw new IllegalStateException(call + ": error " + -result);
    }
  }

  @Override
  public int serve(int connections) {
    int served = 0;
    Ref<Zft> connection = new Ref<>();
    for (int i = 0; i < connections; i++) {
      while (zftl_accept(listener.get(), connection) == -EAGAIN) {
        if (Thread.currentThread().isInterrupted()) {
          return served;
        }
        zf_reactor_perform(stack.get());
      }
      int result = exchange(connection.get());
      if (result == 0) {
        served++;
      } else {
        System.err.println("connection: error " + -result);
      }
      zft_free(connection.get());
    }
    while (zf_stack_is_quiescent(stack.get()) == 0 && !Thread.currentThread().isInterrupted()) {
      zf_reactor_perform(stack.get());
    }
    return served;
  }

  private int exchange(Zft connection) {
    int length = 0;
    while (!file.isComplete(request, length)) {
      int bytes = receive(connection, length);
      if (bytes <= 0) {
        return bytes == 0 ? -EAGAIN : bytes;
      }
      length += bytes;
    }
    ByteBuf answer = file.answer(request, length);
    int sent = 0;
    while (sent < answer.capacity() && !Thread.currentThread().isInterrupted()) {
      int bytes = zft_send_single(connection, C.add(answer, sent), answer.capacity() - sent, 0);
      if (bytes >= 0) {
        sent += bytes;
      } else if (bytes != -EAGAIN && bytes != -ENOMEM) {
        return bytes;
      }
      zf_reactor_perform(stack.get());
    }
    int shut = zft_shutdown_tx(connection);
    while ((shut == -EAGAIN || shut == -ENOMEM) && !Thread.currentThread().isInterrupted()) {
      zf_reactor_perform(stack.get());
      shut = zft_shutdown_tx(connection);
    }
    int bytes;
    do {
      bytes = receive(connection, 0);
    } while (bytes > 0);
    return bytes;
  }

  /** Receives into the request buffer from {@code offset} on, waiting for the first byte. */
  private int receive(Zft connection, int offset) {
    room[0].iov_base = C.add(request, offset);
    room[0].iov_len = request.capacity() - offset;
    int bytes = zft_recv(connection, room, 1, 0);
    while (bytes == -EAGAIN && !Thread.currentThread().isInterrupted()) {
      zf_reactor_perform(stack.get());
      bytes = zft_recv(connection, room, 1, 0);
    }
    return bytes;
  }

  @Override
  public void close() {
    zftl_free(listener.get());
    zf_stack_free(stack.get());
    zf_attr_free(attr.get());
    zf_deinit();
  }
}
