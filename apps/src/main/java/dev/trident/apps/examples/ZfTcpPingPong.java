package dev.trident.apps.examples;

import static dev.trident.apps.examples.ZfTry.ZF_TEST;
import static dev.trident.apps.examples.ZfTry.ZF_TRY;
import static dev.trident.tcpdirect.Zf.*;
import static dev.trident.tcpdirect.ZfErrno.EAGAIN;
import static dev.trident.tcpdirect.ZfErrno.ENOMEM;

import dev.trident.apps.Failure;
import dev.trident.c.C;
import dev.trident.c.Clock;
import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.tcpdirect.EpollEvent;
import dev.trident.tcpdirect.ZfAttr;
import dev.trident.tcpdirect.ZfMuxerSet;
import dev.trident.tcpdirect.ZfStack;
import dev.trident.tcpdirect.Zft;
import dev.trident.tcpdirect.ZftHandle;
import dev.trident.tcpdirect.ZftMsg;
import dev.trident.tcpdirect.Zftl;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * How long a message takes there and back on a connection. The ponger listens and accepts one
 * connection; the pinger connects to it, and closes it at the end.
 */
@Command(
    name = "zftcppingpong",
    description = {
      "TCPDirect example: messages there and back on a connection. Start the ponger first; both"
          + " ends name the ponger's address.",
      "Attributes come from ZF_ATTR (interface=NAME), the interface from TRIDENT_INTERFACES."
    })
public final class ZfTcpPingPong extends ZfProgram {
  enum End {
    PING,
    PONG
  }

  private static final int PACKETS_PER_READ = 8;

  @Mixin private PingPongOptions options = new PingPongOptions();

  @Option(names = "-m", description = "wait by the multiplexer instead of polling the reactor")
  private boolean usesMuxer;

  @Option(
      names = "-c",
      paramLabel = "NS",
      defaultValue = "-1",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description = "overlapped receive with so much work (refused: not yet)")
  private int overlappedWorkNanos;

  @Parameters(index = "0", paramLabel = "ping|pong", description = "which end this is")
  private End end = End.PING;

  @Parameters(
      index = "1",
      paramLabel = "PONGER:PORT",
      converter = HostPort.class,
      description = "where the ponger listens")
  private SockAddrIn address = new SockAddrIn();

  private final EpollEvent[] events = EpollEvent.array(1);
  private final ZftMsg msg = new ZftMsg(PACKETS_PER_READ);

  @Override
  void main() throws IOException, Failure {
    options.check();
    if (overlappedWorkNanos >= 0) {
      throw new Failure("-c: the API has no overlapped receive yet; leave it away");
    }
    ZF_TRY("zf_init()", zf_init());

    Ref<ZfAttr> attr = new Ref<>();
    ZF_TRY("zf_attr_alloc(&attr)", zf_attr_alloc(attr));

    Ref<ZfStack> stack = new Ref<>();
    ZF_TRY("zf_stack_alloc(attr, &stack)", zf_stack_alloc(attr.get(), stack));

    Zft zock =
        switch (end) {
          case PING -> connect(stack.get(), attr.get());
          case PONG -> accept(stack.get(), attr.get());
        };
    say("Connection established");
    if (options.size > zft_get_mss(zock)) {
      err().printf("ERROR: payload of %d is above the MSS, %d%n", options.size, zft_get_mss(zock));
    }
    ZF_TEST("payload <= zft_get_mss(zock)", options.size <= zft_get_mss(zock));

    ZfMuxerSet muxer = usesMuxer ? muxerFor(stack.get(), zock) : null;
    switch (end) {
      case PING -> ping(stack.get(), muxer, zock, clockOf(attr.get()));
      case PONG -> pong(stack.get(), muxer, zock);
    }

    close(stack.get(), zock);
    if (muxer != null) {
      zf_muxer_free(muxer);
    }
    ZF_TRY("zf_stack_free(stack)", zf_stack_free(stack.get()));
    zf_attr_free(attr.get());
    ZF_TRY("zf_deinit()", zf_deinit());
  }

  private Zft connect(ZfStack stack, ZfAttr attr) {
    say("Connecting to ponger");
    Ref<ZftHandle> handle = new Ref<>();
    ZF_TRY("zft_alloc(stack, attr, &handle)", zft_alloc(stack, attr, handle));
    Ref<Zft> zock = new Ref<>();
    ZF_TRY(
        "zft_connect(handle, ponger, &zock)",
        zft_connect(handle.get(), address, SockAddrIn.SIZEOF, zock));
    while (zft_state(zock.get()) == TCP_SYN_SENT) {
      zf_reactor_perform(stack);
    }
    ZF_TRY("zft_error(zock)", -zft_error(zock.get()));
    ZF_TEST("zft_state(zock) == TCP_ESTABLISHED", zft_state(zock.get()) == TCP_ESTABLISHED);
    return zock.get();
  }

  private Zft accept(ZfStack stack, ZfAttr attr) {
    Ref<Zftl> listener = new Ref<>();
    ZF_TRY(
        "zftl_listen(stack, local, attr, &listener)",
        zftl_listen(stack, address, SockAddrIn.SIZEOF, attr, listener));
    say("Waiting for incoming connection");
    Ref<Zft> zock = new Ref<>();
    int rc = zftl_accept(listener.get(), zock);
    while (rc == -EAGAIN) {
      zf_reactor_perform(stack);
      rc = zftl_accept(listener.get(), zock);
    }
    ZF_TRY("zftl_accept(listener, &zock)", rc);
    ZF_TRY("zftl_free(listener)", zftl_free(listener.get()));
    return zock.get();
  }

  private static ZfMuxerSet muxerFor(ZfStack stack, Zft zock) {
    Ref<ZfMuxerSet> muxer = new Ref<>();
    ZF_TRY("zf_muxer_alloc(stack, &muxer)", zf_muxer_alloc(stack, muxer));
    ZF_TRY(
        "zf_muxer_add(muxer, zock, EPOLLIN)",
        zf_muxer_add(muxer.get(), zft_to_waitable(zock), new EpollEvent(EPOLLIN, null)));
    return muxer.get();
  }

  private void ping(ZfStack stack, @Nullable ZfMuxerSet muxer, Zft zock, Clock clock)
      throws IOException {
    ByteBuf payload = C.malloc(options.size);
    RoundTripTimes times = options.newTimes();
    for (int i = 0; i < options.rounds(); i++) {
      long start = clock.nanoTime();
      send(stack, zock, payload);
      receive(stack, muxer, zock);
      times.record(i - options.warmUps, clock.nanoTime() - start);
    }
    options.report(times, out());
  }

  private void pong(ZfStack stack, @Nullable ZfMuxerSet muxer, Zft zock) {
    ByteBuf payload = C.malloc(options.size);
    for (int i = 0; i < options.rounds(); i++) {
      receive(stack, muxer, zock);
      send(stack, zock, payload);
    }
  }

  /** One message never fills the send queue, but it may find no packet buffer for a while. */
  private void send(ZfStack stack, Zft zock, ByteBuf payload) {
    int rc = zft_send_single(zock, payload, options.size, 0);
    while (rc == -EAGAIN || rc == -ENOMEM) {
      zf_reactor_perform(stack);
      rc = zft_send_single(zock, payload, options.size, 0);
    }
    ZF_TRY("zft_send_single(zock, payload, 0)", rc);
    ZF_TEST("all of the payload was taken", rc == options.size);
  }

  /** Takes one message, in as many pieces as it comes. */
  private void receive(ZfStack stack, @Nullable ZfMuxerSet muxer, Zft zock) {
    int left = options.size;
    while (left > 0) {
      msg.iovcnt = PACKETS_PER_READ;
      zft_zc_recv(zock, msg, 0);
      if (msg.iovcnt == 0) {
        work(stack, muxer);
        continue;
      }
      for (int i = 0; i < msg.iovcnt; i++) {
        left -= msg.iov[i].iov_len;
        options.touch(msg.iov[i]);
      }
      int rc = ZF_TRY("zft_zc_recv_done(zock, &msg)", zft_zc_recv_done(zock, msg));
      ZF_TEST("the peer has not closed before the last message", rc != 0 || left == 0);
    }
  }

  /** Lets the stack work; by the multiplexer until something can be read. */
  private void work(ZfStack stack, @Nullable ZfMuxerSet muxer) {
    if (muxer == null) {
      zf_reactor_perform(stack);
    } else {
      zf_muxer_wait(muxer, events, 1, -1);
    }
  }

  /** Ends the connection in the protocol, too: both ends have seen the other's FIN. */
  private static void close(ZfStack stack, Zft zock) {
    int rc = zft_shutdown_tx(zock);
    while (rc == -EAGAIN || rc == -ENOMEM) {
      zf_reactor_perform(stack);
      rc = zft_shutdown_tx(zock);
    }
    ZF_TRY("zft_shutdown_tx(zock)", rc);
    while (zf_stack_is_quiescent(stack) == 0) {
      zf_reactor_perform(stack);
    }
    ZF_TRY("zft_free(zock)", zft_free(zock));
  }
}
