package dev.trident.script.driver.api;

import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.HostStack;
import dev.trident.script.driver.Call;
import dev.trident.script.driver.Call.Direction;
import dev.trident.script.driver.Call.Events;
import dev.trident.script.driver.Call.MessageFlag;
import dev.trident.script.driver.Call.Option;
import dev.trident.script.driver.NotExpressibleException;
import dev.trident.script.driver.Setup;
import dev.trident.tcpdirect.EpollEvent;
import dev.trident.tcpdirect.ZfWaitable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Scripts through TCPDirect, on one stack whose reactor a program of its own runs. A call that
 * would block waits by the multiplexer, as a port does; whether it may is kept here. Descriptors
 * are this driver's.
 *
 * <p>The address any means the host's only one, as TCPDirect listens on no other. What listen says
 * of the backlog is left out: it is an attribute of the stack.
 */
public final class ZfDriver extends SimulatedDriver {
  private static final String NO_OPTIONS = "TCPDirect has no such option";

  private final Map<Integer, ZfSocket> sockets = new HashMap<>();
  private final ZfProgram program;
  private int nextDescriptor;

  public ZfDriver(Setup setup) {
    super("zf", setup);
    List<ZfProgram> made = new ArrayList<>();
    runProgram("start", () -> made.add(new ZfProgram(setup.stackAddress(), setup.profile())));
    program = made.getFirst();
    connections().profile(setup.profile());
    sim().daemon(host(), "reactor", program::react);
  }

  /** No filter of an adapter matches errors of ICMP: they go to the host's own stack. */
  @Override
  void checkReaches(ByteBuffer datagram) throws NotExpressibleException {
    if (IcmpErrors.isAboutTransport(datagram)) {
      throw new NotExpressibleException(
          "an ICMP error", "the kernel gets it, and a TCPDirect stack does not hear of it");
    }
  }

  @Override
  HostStack stack() {
    return host().directStacks().getFirst();
  }

  @Override
  @Nullable SockAddrIn localName(int descriptor) {
    ZfSocket socket = sockets.get(descriptor);
    return socket == null ? null : socket.localName();
  }

  @Override
  Operation prepare(Call call) throws NotExpressibleException {
    return switch (call) {
      case Call.Socket c -> () -> socket(c);
      case Call.Bind c -> on(c.descriptor(), s -> s.bind(new SockAddrIn(c.address(), c.port())));
      case Call.Listen c -> listen(c);
      case Call.Accept c -> on(c.descriptor(), s -> accept(s, c.nonBlocking()));
      case Call.Connect c -> on(c.descriptor(), s -> connect(s, c));
      case Call.Receive c -> receive(c);
      case Call.Send c -> send(c);
      case Call.Close c -> on(c.descriptor(), s -> close(c.descriptor(), s));
      case Call.Shutdown c -> shutdown(c);
      case Call.SetOption c -> setOption(c);
      case Call.GetOption c -> getOption(c);
      case Call.SetNonBlocking c -> on(c.descriptor(), s -> setNonBlocking(s, c.on()));
      case Call.QueuedBytes c -> queuedBytes(c);
      case Call.Poll c -> poll(c);
    };
  }

  /** A call on an open socket. */
  private interface OnSocket {
    Outcome run(ZfSocket socket);
  }

  private Operation on(int descriptor, OnSocket call) {
    return () -> {
      ZfSocket socket = sockets.get(descriptor);
      return socket == null ? Outcome.error("EBADF") : call.run(socket);
    };
  }

  private boolean isStream(int descriptor) {
    return sockets.get(descriptor) instanceof ZfStream;
  }

  // ---- connections --------------------------------------------------------------------------

  private int add(ZfSocket socket) {
    int descriptor = nextDescriptor++;
    sockets.put(descriptor, socket);
    return descriptor;
  }

  private Outcome socket(Call.Socket call) {
    return Outcome.of(add(call.stream() ? new ZfStream(program) : new ZfDatagrams(program)));
  }

  private Operation listen(Call.Listen call) throws NotExpressibleException {
    if (sockets.get(call.descriptor()) instanceof ZfStream stream && stream.isListening()) {
      throw Unsaid.listenAgain("zftl_listen makes a listener, once");
    }
    return on(call.descriptor(), ZfSocket::listen);
  }

  private Outcome accept(ZfSocket listener, boolean nonBlocking) {
    Outcome outcome = listener.accept();
    if (outcome.value() < 0) {
      return outcome;
    }
    ZfStream made = Objects.requireNonNull(listener.accepted());
    made.nonBlocking = nonBlocking;
    return accepted(add(made), Objects.requireNonNull(made.names())[1]);
  }

  private Outcome connect(ZfSocket socket, Call.Connect call) {
    SockAddrIn peer = new SockAddrIn(call.address(), call.port());
    if (socket instanceof ZfStream) {
      connections().remember(call.descriptor(), peer);
    }
    return socket.connect(peer);
  }

  private Outcome close(int descriptor, ZfSocket socket) {
    connections().rememberLocalName(descriptor);
    sockets.remove(descriptor);
    return socket.close();
  }

  private Operation shutdown(Call.Shutdown call) throws NotExpressibleException {
    if (call.how() != Direction.WRITE) {
      throw Unsaid.shutdown(call.how(), "zft_shutdown_tx ends sending only");
    }
    return on(call.descriptor(), ZfSocket::shutdownSend);
  }

  private static Outcome setNonBlocking(ZfSocket socket, boolean on) {
    socket.nonBlocking = on;
    return Outcome.of(0);
  }

  // ---- data ---------------------------------------------------------------------------------

  private Operation receive(Call.Receive call) throws NotExpressibleException {
    for (MessageFlag flag : call.flags()) {
      switch (flag) {
        case PEEK, DONTWAIT, WAITALL, NOSIGNAL -> {}
        case OOB -> throw Unsaid.receive(flag, "TCPDirect has no urgent data");
        case TRUNC, MORE, EOR, FASTOPEN, ZEROCOPY, ERRQUEUE ->
            throw Unsaid.receive(flag, "zft_recv has no flags");
      }
    }
    if (sockets.get(call.descriptor()) instanceof ZfStream stream && stream.isErrorTold()) {
      throw new NotExpressibleException(
          "recv after an error", "zft_recv repeats the error that ended the connection");
    }
    int length = total(call.lengths());
    boolean peek = call.flags().contains(MessageFlag.PEEK);
    boolean waitAll = call.flags().contains(MessageFlag.WAITALL);
    boolean atOnce = call.flags().contains(MessageFlag.DONTWAIT);
    return on(call.descriptor(), s -> s.receive(length, peek, waitAll, atOnce));
  }

  private Operation send(Call.Send call) throws NotExpressibleException {
    for (MessageFlag flag : call.flags()) {
      switch (flag) {
        case DONTWAIT, NOSIGNAL -> {}
        case MORE -> {
          if (!isStream(call.descriptor())) {
            throw Unsaid.send(flag, "zfut_send sends each datagram at once");
          }
        }
        case OOB -> throw Unsaid.send(flag, "TCPDirect has no urgent data");
        case PEEK, TRUNC, WAITALL, EOR, FASTOPEN, ZEROCOPY, ERRQUEUE ->
            throw Unsaid.send(flag, "zft_send has no such flag");
      }
    }
    SockAddrIn to = call.address() == 0 ? null : new SockAddrIn(call.address(), call.port());
    if (to != null && isStream(call.descriptor())) {
      throw new NotExpressibleException("sendto(stream)", "zft_send takes no address");
    }
    boolean more = call.flags().contains(MessageFlag.MORE);
    boolean atOnce = call.flags().contains(MessageFlag.DONTWAIT);
    return on(call.descriptor(), s -> s.send(call.lengths(), more, atOnce, to));
  }

  private Operation queuedBytes(Call.QueuedBytes call) throws NotExpressibleException {
    if (!call.received()) {
      throw Unsaid.queuedBytes(call, "zft_send_space tells room in segments, not what is queued");
    }
    return on(call.descriptor(), ZfSocket::receivedBytes);
  }

  // ---- options ------------------------------------------------------------------------------

  private Operation setOption(Call.SetOption call) throws NotExpressibleException {
    if (call.option() == Option.TCP_NODELAY) {
      // There is no Nagle, unless a foreign profile has brought it: then nothing can switch it.
      if ((value(call) != 0) == profile().nagle()) {
        throw Unsaid.set(call.option(), "TCPDirect has no Nagle to switch");
      }
    } else if (!Unsaid.changesNothing(call)) {
      throw Unsaid.set(
          call.option(),
          call.option() == Option.SO_LINGER
              ? "zft_free neither resets a connection nor waits"
              : NO_OPTIONS);
    }
    return on(call.descriptor(), s -> Outcome.of(0));
  }

  private Operation getOption(Call.GetOption call) throws NotExpressibleException {
    if (call.option() != Option.SO_ERROR && call.option() != Option.TCP_MAXSEG) {
      throw Unsaid.get(call.option(), NO_OPTIONS);
    }
    return on(call.descriptor(), s -> s.option(call.option()));
  }

  // ---- poll ---------------------------------------------------------------------------------

  private Operation poll(Call.Poll call) throws NotExpressibleException {
    for (Call.PollRequest request : call.requests()) {
      if ((request.events() & Events.PRI) != 0) {
        throw new NotExpressibleException("poll(POLLPRI)", "TCPDirect has no urgent data");
      }
      if ((request.events() & Events.OUT) != 0
          && sockets.get(request.descriptor()) instanceof ZfDatagrams datagrams
          && !datagrams.canTellRoom()) {
        throw new NotExpressibleException(
            "poll(POLLOUT)", "a zocket that sends datagrams is made for one destination");
      }
    }
    return () -> wait(call);
  }

  private Outcome wait(Call.Poll call) {
    List<ZfWaitable> waitables = new ArrayList<>();
    List<EpollEvent> wanted = new ArrayList<>();
    long[] found = new long[call.requests().size()];
    for (int i = 0; i < found.length; i++) {
      Call.PollRequest request = call.requests().get(i);
      ZfSocket socket = sockets.get(request.descriptor());
      if (socket == null) {
        found[i] = Events.NVAL;
        continue;
      }
      for (ZfWaitable waitable : socket.waitables(request.events())) {
        waitables.add(waitable);
        EpollEvent event = new EpollEvent(request.events() | Events.ERR | Events.HUP, null);
        event.data.fd = i;
        wanted.add(event);
      }
    }
    long timeout = call.timeoutMillis() < 0 ? -1 : call.timeoutMillis() * 1_000_000L;
    for (EpollEvent event : program.await(waitables, wanted, timeout)) {
      found[event.data.fd] |= event.events;
    }
    List<Long> events = new ArrayList<>();
    int ready = 0;
    for (long one : found) {
      events.add(one);
      ready += one == 0 ? 0 : 1;
    }
    return Outcome.of(ready, events);
  }
}
