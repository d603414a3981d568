package dev.trident.apps.examples;

import static dev.trident.apps.examples.ZfTry.ZF_TRY;
import static dev.trident.tcpdirect.Zf.*;
import static dev.trident.tcpdirect.ZfErrno.EL2NSYNC;
import static dev.trident.tcpdirect.ZfErrno.ENODATA;
import static dev.trident.tcpdirect.ZfErrno.ENOMSG;

import dev.trident.apps.Failure;
import dev.trident.c.IntRef;
import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.c.Timespec;
import dev.trident.tcpdirect.EpollEvent;
import dev.trident.tcpdirect.ZfAttr;
import dev.trident.tcpdirect.ZfMuxerSet;
import dev.trident.tcpdirect.ZfStack;
import dev.trident.tcpdirect.Zfur;
import dev.trident.tcpdirect.ZfurMsg;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Receives datagrams and says each second how many there were, until it is interrupted. A thread of
 * its own prints, so that the receiving one is never held up by a terminal.
 */
@Command(
    name = "zfsink",
    description = {
      "TCPDirect example: receive datagrams and print their rate, until it is interrupted.",
      "Attributes come from ZF_ATTR (interface=NAME), the interface from TRIDENT_INTERFACES."
    })
public final class ZfSink extends ZfProgram {
  @Option(names = "-m", description = "wait by the multiplexer instead of polling the reactor")
  private boolean usesMuxer;

  @Option(names = "-w", description = "wait by the waitable's descriptor (refused: not yet)")
  private boolean usesDescriptor;

  @Option(names = "-r", description = "print when the adapter received each datagram")
  private boolean timestamps;

  @Option(names = "-q", description = "print no rates")
  private boolean quiet;

  @Parameters(
      index = "0",
      paramLabel = "LOCAL:PORT",
      converter = HostPort.class,
      description = "where to receive, an address of ours or a group; port 0 chooses one")
  private SockAddrIn local = new SockAddrIn();

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "REMOTE:PORT",
      converter = HostPort.class,
      description = "the only sender to receive from (default: any)")
  private @Nullable SockAddrIn remote;

  private final SinkMonitor monitor = new SinkMonitor();
  private final Timespec stamp = new Timespec();
  private final IntRef stampFlags = new IntRef();

  @Override
  void main() throws Failure {
    if (usesDescriptor) {
      throw new Failure("-w: the API has no descriptors of waitables yet; -m waits, too");
    }
    ZF_TRY("zf_init()", zf_init());

    Ref<ZfAttr> attr = new Ref<>();
    ZF_TRY("zf_attr_alloc(&attr)", zf_attr_alloc(attr));

    if (timestamps) {
      ZF_TRY(
          "zf_attr_set_int(attr, \"rx_timestamping\", 1)",
          zf_attr_set_int(attr.get(), "rx_timestamping", 1));
    }

    Ref<ZfStack> stack = new Ref<>();
    ZF_TRY("zf_stack_alloc(attr, &stack)", zf_stack_alloc(attr.get(), stack));

    Ref<Zfur> ur = new Ref<>();
    ZF_TRY("zfur_alloc(&ur, stack, attr)", zfur_alloc(ur, stack.get(), attr.get()));
    boolean isPortChosen = local.sin_port == 0;
    ZF_TRY(
        "zfur_addr_bind(ur, local, remote, 0)",
        zfur_addr_bind(
            ur.get(), local, SockAddrIn.SIZEOF, remote, remote == null ? 0 : SockAddrIn.SIZEOF, 0));
    if (isPortChosen) {
      err().println("Listening on " + local);
      err().flush();
    }
    if (!quiet) {
      monitor.start(out());
    }
    if (usesMuxer) {
      loopOnMuxer(stack.get(), ur.get());
    } else {
      loopOnReactor(stack.get(), ur.get());
    }
    monitor.stop();
    ZF_TRY("zfur_free(ur)", zfur_free(ur.get()));
    ZF_TRY("zf_stack_free(stack)", zf_stack_free(stack.get()));
  }

  private void loopOnReactor(ZfStack stack, Zfur ur) {
    ZfurMsg msg = new ZfurMsg(1);
    while (!Thread.currentThread().isInterrupted()) {
      zf_reactor_perform(stack);
      takeAll(ur, msg);
    }
  }

  private void loopOnMuxer(ZfStack stack, Zfur ur) {
    Ref<ZfMuxerSet> muxer = new Ref<>();
    ZF_TRY("zf_muxer_alloc(stack, &muxer)", zf_muxer_alloc(stack, muxer));
    ZF_TRY(
        "zf_muxer_add(muxer, ur, EPOLLIN)",
        zf_muxer_add(muxer.get(), zfur_to_waitable(ur), new EpollEvent(EPOLLIN, null)));
    EpollEvent[] events = EpollEvent.array(1);
    ZfurMsg msg = new ZfurMsg(1);
    while (!Thread.currentThread().isInterrupted()) {
      zf_muxer_wait(muxer.get(), events, 1, -1);
      takeAll(ur, msg);
    }
    zf_muxer_free(muxer.get());
  }

  /** The multiplexer tells of edges: what is left unread is not told again. */
  private void takeAll(Zfur ur, ZfurMsg msg) {
    do {
      msg.iovcnt = 1;
      zfur_zc_recv(ur, msg, 0);
      if (msg.iovcnt == 0) {
        return;
      }
      monitor.received(msg.iov[0].iov_len);
      if (timestamps) {
        printTimestamp(ur, msg);
      }
      zfur_zc_recv_done(ur, msg);
    } while (msg.dgrams_left > 0);
  }

  private void printTimestamp(Zfur ur, ZfurMsg msg) {
    int rc = zfur_pkt_get_timestamp(ur, msg, stamp, 0, stampFlags);
    if (rc == -ENODATA || rc == -ENOMSG || rc == -EL2NSYNC) {
      say("Hardware timestamp: none");
    } else {
      ZF_TRY("zfur_pkt_get_timestamp(ur, &msg, &ts, 0, &flags)", rc);
      say("Hardware timestamp: " + stamp);
    }
  }
}
