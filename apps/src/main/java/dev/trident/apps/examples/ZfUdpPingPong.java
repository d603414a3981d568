package dev.trident.apps.examples;

import static dev.trident.apps.examples.ZfTry.ZF_TEST;
import static dev.trident.apps.examples.ZfTry.ZF_TRY;
import static dev.trident.tcpdirect.Zf.*;
import static dev.trident.tcpdirect.ZfErrno.EHOSTUNREACH;

import dev.trident.apps.Failure;
import dev.trident.c.C;
import dev.trident.c.Clock;
import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.tcpdirect.ZfAttr;
import dev.trident.tcpdirect.ZfStack;
import dev.trident.tcpdirect.Zfur;
import dev.trident.tcpdirect.ZfurMsg;
import dev.trident.tcpdirect.Zfut;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * How long a datagram takes there and back. The ponger answers each datagram with one of its own;
 * the pinger sends the next when the answer has come. As in the original, a datagram that is lost
 * is waited for without end.
 */
@Command(
    name = "zfudppingpong",
    description = {
      "TCPDirect example: datagrams there and back. Start the ponger first; each end names its own"
          + " address first.",
      "Attributes come from ZF_ATTR (interface=NAME), the interface from TRIDENT_INTERFACES."
    })
public final class ZfUdpPingPong extends ZfProgram {
  enum End {
    PING,
    PONG
  }

  @Mixin private PingPongOptions options = new PingPongOptions();

  @Parameters(index = "0", paramLabel = "ping|pong", description = "which end this is")
  private End end = End.PING;

  @Parameters(index = "1", paramLabel = "LOCAL:PORT", converter = HostPort.class)
  private SockAddrIn local = new SockAddrIn();

  @Parameters(index = "2", paramLabel = "REMOTE:PORT", converter = HostPort.class)
  private SockAddrIn remote = new SockAddrIn();

  @Override
  void main() throws IOException, Failure {
    options.check();
    ZF_TRY("zf_init()", zf_init());

    Ref<ZfAttr> attr = new Ref<>();
    ZF_TRY("zf_attr_alloc(&attr)", zf_attr_alloc(attr));

    Ref<ZfStack> stack = new Ref<>();
    ZF_TRY("zf_stack_alloc(attr, &stack)", zf_stack_alloc(attr.get(), stack));

    // One zocket receives what the peer sends to us, another sends to it.
    Ref<Zfur> ur = new Ref<>();
    ZF_TRY("zfur_alloc(&ur, stack, attr)", zfur_alloc(ur, stack.get(), attr.get()));
    ZF_TRY(
        "zfur_addr_bind(ur, local, remote, 0)",
        zfur_addr_bind(ur.get(), local, SockAddrIn.SIZEOF, remote, SockAddrIn.SIZEOF, 0));

    Ref<Zfut> ut = new Ref<>();
    int rc = newSender(ut, stack.get(), attr.get());
    while (rc == -EHOSTUNREACH && end == End.PONG) {
      // No answer to ARP. Over shared memory the pinger's host is there only once it is started.
      zf_reactor_perform(stack.get());
      rc = newSender(ut, stack.get(), attr.get());
    }
    ZF_TRY("zfut_alloc(&ut, stack, local, remote, 0, attr)", rc);
    ZF_TEST("payload <= zfut_get_mss(ut)", options.size <= zfut_get_mss(ut.get()));

    switch (end) {
      case PING -> ping(stack.get(), ur.get(), ut.get(), clockOf(attr.get()));
      case PONG -> pong(stack.get(), ur.get(), ut.get());
    }

    ZF_TRY("zfur_free(ur)", zfur_free(ur.get()));
    ZF_TRY("zfut_free(ut)", zfut_free(ut.get()));
    ZF_TRY("zf_stack_free(stack)", zf_stack_free(stack.get()));
    zf_attr_free(attr.get());
    ZF_TRY("zf_deinit()", zf_deinit());
  }

  private int newSender(Ref<Zfut> ut, ZfStack stack, ZfAttr attr) {
    return zfut_alloc(ut, stack, local, SockAddrIn.SIZEOF, remote, SockAddrIn.SIZEOF, 0, attr);
  }

  private void ping(ZfStack stack, Zfur ur, Zfut ut, Clock clock) throws IOException {
    ByteBuf payload = C.malloc(options.size);
    ZfurMsg msg = new ZfurMsg(1);
    RoundTripTimes times = options.newTimes();
    for (int i = 0; i < options.rounds(); i++) {
      long start = clock.nanoTime();
      ZF_TRY("zfut_send_single(ut, payload)", zfut_send_single(ut, payload, options.size));
      receive(stack, ur, msg);
      times.record(i - options.warmUps, clock.nanoTime() - start);
    }
    options.report(times, out());
  }

  private void pong(ZfStack stack, Zfur ur, Zfut ut) {
    ByteBuf payload = C.malloc(options.size);
    ZfurMsg msg = new ZfurMsg(1);
    for (int i = 0; i < options.rounds(); i++) {
      receive(stack, ur, msg);
      ZF_TRY("zfut_send_single(ut, payload)", zfut_send_single(ut, payload, options.size));
    }
  }

  /** Runs the reactor until a datagram is there, and takes it. */
  private void receive(ZfStack stack, Zfur ur, ZfurMsg msg) {
    do {
      zf_reactor_perform(stack);
      msg.iovcnt = 1;
      zfur_zc_recv(ur, msg, 0);
    } while (msg.iovcnt == 0);
    ZF_TEST("received length == payload", msg.iov[0].iov_len == options.size);
    options.touch(msg.iov[0]);
    zfur_zc_recv_done(ur, msg);
  }
}
