package dev.trident.script.driver.api;

import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.HostStack;
import dev.trident.script.driver.Call;
import dev.trident.script.driver.Call.Direction;
import dev.trident.script.driver.Call.Events;
import dev.trident.script.driver.Call.MessageFlag;
import dev.trident.script.driver.NotExpressibleException;
import dev.trident.script.driver.Setup;
import dev.trident.xti.Xti;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Scripts through XTI: each socket is an endpoint, whose descriptor it has. */
public final class XtiDriver extends SimulatedDriver {
  private static final String NO_OPTMGMT = "XTI takes it by t_optmgmt, which is not offered here";

  private final Xti xti;
  private final Map<Integer, XtiSocket> sockets = new HashMap<>();

  public XtiDriver(Setup setup) {
    super("xti", setup);
    xti = new Xti(host());
  }

  @Override
  HostStack stack() {
    return host().defaultStack();
  }

  @Override
  @Nullable SockAddrIn localName(int descriptor) {
    XtiSocket socket = sockets.get(descriptor);
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
      case Call.SetNonBlocking c -> on(c.descriptor(), s -> s.setNonBlocking(c.on()));
      case Call.QueuedBytes c ->
          throw Unsaid.queuedBytes(c, "XTI does not tell how much is queued");
      case Call.Poll c -> poll(c);
    };
  }

  /** A call on an open socket. */
  private interface OnSocket {
    Outcome run(XtiSocket socket);
  }

  private Operation on(int descriptor, OnSocket call) {
    return () -> {
      XtiSocket socket = sockets.get(descriptor);
      return socket == null ? Outcome.error("EBADF") : call.run(socket);
    };
  }

  // ---- connections --------------------------------------------------------------------------

  private Outcome socket(Call.Socket call) {
    int fd = xti.t_open(call.stream() ? "/dev/tcp" : "/dev/udp", Xti.O_RDWR, null);
    if (fd < 0) {
      return Outcome.error(XtiErrors.name(xti, "EINVAL"));
    }
    connections().forget(fd);
    sockets.put(
        fd, call.stream() ? new XtiStream(xti, fd, new XtiOptions()) : new XtiDatagrams(xti, fd));
    return Outcome.of(fd);
  }

  /** The window of a SYN,ACK is told before t_accept can say how large it is to be. */
  private Operation listen(Call.Listen call) throws NotExpressibleException {
    if (sockets.get(call.descriptor()) instanceof XtiStream stream) {
      if (stream.isListening()) {
        throw Unsaid.listenAgain("t_bind takes the length of the queue, once");
      }
      if (stream.wantsReceiveBytes()) {
        throw Unsaid.set(Call.Option.SO_RCVBUF, "of a listener " + NO_OPTMGMT);
      }
    }
    return on(call.descriptor(), s -> s.listen(call.backlog()));
  }

  private Outcome accept(XtiSocket listener, boolean nonBlocking) {
    Outcome outcome = listener.accept(nonBlocking);
    if (outcome.value() < 0 || !(listener instanceof XtiStream stream)) {
      return outcome;
    }
    XtiStream made = Objects.requireNonNull(stream.accepted());
    sockets.put(made.fd, made);
    return accepted(made.fd, stream.acceptedPeer());
  }

  private Outcome connect(XtiSocket socket, Call.Connect call) {
    SockAddrIn peer = new SockAddrIn(call.address(), call.port());
    if (socket instanceof XtiStream) {
      connections().remember(socket.fd, peer);
    }
    return socket.connect(peer);
  }

  private Outcome close(int descriptor, XtiSocket socket) {
    connections().rememberLocalName(descriptor);
    sockets.remove(descriptor);
    return socket.close();
  }

  private Operation shutdown(Call.Shutdown call) throws NotExpressibleException {
    if (call.how() != Direction.WRITE) {
      throw Unsaid.shutdown(call.how(), "XTI cannot give up receiving alone");
    }
    return on(call.descriptor(), XtiSocket::sendRelease);
  }

  // ---- data ---------------------------------------------------------------------------------

  /** MSG_DONTWAIT of one call is O_NONBLOCK set around it. */
  private static OnSocket atOnce(boolean atOnce, OnSocket call) {
    return !atOnce
        ? call
        : socket -> {
          if (socket.isNonBlocking()) {
            return call.run(socket);
          }
          socket.setNonBlocking(true);
          Outcome outcome = call.run(socket);
          socket.setNonBlocking(false);
          return outcome;
        };
  }

  private Operation receive(Call.Receive call) throws NotExpressibleException {
    boolean isStream = sockets.get(call.descriptor()) instanceof XtiStream;
    for (MessageFlag flag : call.flags()) {
      switch (flag) {
        case DONTWAIT, WAITALL, NOSIGNAL -> {}
        case TRUNC -> {
          if (isStream) {
            throw Unsaid.receive(flag, "t_rcv always stores what it takes");
          }
        }
        case PEEK -> throw Unsaid.receive(flag, "t_rcv always takes what it shows");
        case OOB -> throw Unsaid.receive(flag, "an expedited byte stays in the stream");
        case MORE, EOR, FASTOPEN, ZEROCOPY, ERRQUEUE ->
            throw Unsaid.receive(flag, "t_rcv has no such flag");
      }
    }
    boolean waitAll = call.flags().contains(MessageFlag.WAITALL);
    boolean wholeLength = call.flags().contains(MessageFlag.TRUNC);
    int length = total(call.lengths());
    return on(
        call.descriptor(),
        atOnce(
            call.flags().contains(MessageFlag.DONTWAIT),
            s -> s.receive(length, waitAll, wholeLength)));
  }

  private Operation send(Call.Send call) throws NotExpressibleException {
    boolean expedited = false;
    for (MessageFlag flag : call.flags()) {
      switch (flag) {
        case DONTWAIT, NOSIGNAL -> {}
        case OOB -> expedited = true;
        case MORE, EOR -> throw Unsaid.send(flag, "T_MORE bounds units of data, which TCP has not");
        case PEEK, TRUNC, WAITALL, FASTOPEN, ZEROCOPY, ERRQUEUE ->
            throw Unsaid.send(flag, "t_snd has no such flag");
      }
    }
    SockAddrIn to = call.address() == 0 ? null : new SockAddrIn(call.address(), call.port());
    if (to != null && sockets.get(call.descriptor()) instanceof XtiStream) {
      throw new NotExpressibleException("sendto(stream)", "t_snd takes no address");
    }
    int[] lengths = call.lengths().stream().mapToInt(Integer::intValue).toArray();
    int flags = expedited ? Xti.T_EXPEDITED : 0;
    return on(
        call.descriptor(),
        atOnce(call.flags().contains(MessageFlag.DONTWAIT), s -> s.send(lengths, to, flags)));
  }

  // ---- options ------------------------------------------------------------------------------

  private Operation setOption(Call.SetOption call) throws NotExpressibleException {
    if (Unsaid.changesNothing(call) && call.option() != Call.Option.TCP_NODELAY) {
      return () -> Outcome.of(0);
    }
    XtiSocket socket = sockets.get(call.descriptor());
    switch (call.option()) {
      case SO_SNDBUF, SO_RCVBUF, TCP_NODELAY, SO_LINGER -> {
        if (call.option() == Call.Option.SO_LINGER && call.values().getLast() != 0) {
          throw Unsaid.set(call.option(), "t_close does not wait; only an abort can be said");
        }
        if (socket != null && !socket.takeOption(call)) {
          throw Unsaid.set(
              call.option(),
              socket instanceof XtiStream
                  ? "on a connection " + NO_OPTMGMT
                  : "on datagrams " + NO_OPTMGMT);
        }
      }
      default -> throw Unsaid.set(call.option(), NO_OPTMGMT);
    }
    return on(call.descriptor(), s -> Outcome.of(0));
  }

  private Operation getOption(Call.GetOption call) throws NotExpressibleException {
    if (call.option() != Call.Option.SO_ERROR) {
      throw Unsaid.get(call.option(), NO_OPTMGMT);
    }
    return on(call.descriptor(), s -> Errnos.pending(s.takeError()));
  }

  // ---- poll ---------------------------------------------------------------------------------

  /** t_look tells one event of one endpoint and does not wait. */
  private Operation poll(Call.Poll call) throws NotExpressibleException {
    if (call.timeoutMillis() != 0) {
      throw new NotExpressibleException("poll(timeout)", "t_look does not wait");
    }
    for (Call.PollRequest request : call.requests()) {
      if ((request.events() & (Events.OUT | Events.PRI)) != 0) {
        throw new NotExpressibleException(
            "poll(POLLOUT, POLLPRI)", "t_look tells of room only after a send was refused");
      }
    }
    return () -> look(call);
  }

  private Outcome look(Call.Poll call) {
    List<Long> events = new ArrayList<>();
    int ready = 0;
    for (Call.PollRequest request : call.requests()) {
      XtiSocket socket = sockets.get(request.descriptor());
      long found =
          socket == null
              ? Events.NVAL
              : socket.events() & (request.events() | Events.ERR | Events.HUP);
      events.add(found);
      ready += found == 0 ? 0 : 1;
    }
    return Outcome.of(ready, events);
  }
}
