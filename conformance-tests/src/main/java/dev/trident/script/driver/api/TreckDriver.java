package dev.trident.script.driver.api;

import dev.trident.c.IntRef;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.HostStack;
import dev.trident.script.driver.Call;
import dev.trident.script.driver.Call.Direction;
import dev.trident.script.driver.Call.Events;
import dev.trident.script.driver.Call.MessageFlag;
import dev.trident.script.driver.NotExpressibleException;
import dev.trident.script.driver.Setup;
import dev.trident.treck.FdSet;
import dev.trident.treck.Linger;
import dev.trident.treck.Timeval;
import dev.trident.treck.Treck;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scripts through Treck's sockets, which are BSD's in most respects. Descriptors are Treck's.
 *
 * <p>A new socket gets the buffer sizes of the profile by SO_SNDBUF and SO_RCVBUF, as a port would
 * do on a host with that memory; Treck itself starts with 8,192 bytes each.
 */
public final class TreckDriver extends SimulatedDriver {
  private static final String NOT_CARRIED_OUT = "Treck has no such option, or refuses it";

  private final Treck treck;

  public TreckDriver(Setup setup) {
    super("treck", setup);
    treck = new Treck(host());
    treck.tfStartTreck();
  }

  @Override
  HostStack stack() {
    return host().defaultStack();
  }

  @Override
  @Nullable SockAddrIn localName(int descriptor) {
    SockAddrIn name = new SockAddrIn();
    IntRef length = new IntRef(SockAddrIn.SIZEOF);
    return treck.getsockname(descriptor, name, length) == 0 ? name : null;
  }

  @Override
  Operation prepare(Call call) throws NotExpressibleException {
    return switch (call) {
      case Call.Socket c -> () -> socket(c);
      case Call.Bind c ->
          () -> result(c.descriptor(), treck.bind(c.descriptor(), address(c), SockAddrIn.SIZEOF));
      case Call.Listen c -> () -> result(c.descriptor(), treck.listen(c.descriptor(), c.backlog()));
      case Call.Accept c -> () -> accept(c);
      case Call.Connect c -> () -> connect(c);
      case Call.Receive c -> receive(c);
      case Call.Send c -> send(c);
      case Call.Close c -> () -> close(c);
      case Call.Shutdown c ->
          () -> result(c.descriptor(), treck.shutdown(c.descriptor(), how(c.how())));
      case Call.SetOption c -> setOption(c);
      case Call.GetOption c -> getOption(c);
      case Call.SetNonBlocking c -> () -> setNonBlocking(c.descriptor(), c.on());
      case Call.QueuedBytes c ->
          throw Unsaid.queuedBytes(c, "no Treck call tells how much is queued");
      case Call.Poll c -> poll(c);
    };
  }

  private static SockAddrIn address(Call.Bind call) {
    return new SockAddrIn(call.address(), call.port());
  }

  private Outcome result(int descriptor, int result) {
    return result >= 0 ? Outcome.of(result) : failure(descriptor);
  }

  private Outcome failure(int descriptor) {
    return Outcome.error(TreckErrors.name(treck.tfGetSocketError(descriptor)));
  }

  // ---- connections --------------------------------------------------------------------------

  private Outcome socket(Call.Socket call) {
    int type = call.stream() ? Treck.SOCK_STREAM : Treck.SOCK_DGRAM;
    int made = treck.socket(SockAddrIn.AF_INET, type, 0);
    if (made < 0) {
      return Outcome.error(TreckErrors.name(treck.lastErrorOfThread()));
    }
    forget(made);
    if (call.stream()) {
      set(made, Treck.SOL_SOCKET, Treck.SO_SNDBUF, profile().buffers().sendBytes());
      set(made, Treck.SOL_SOCKET, Treck.SO_RCVBUF, profile().buffers().receiveBytes());
    }
    return Outcome.of(made);
  }

  private Outcome accept(Call.Accept call) {
    SockAddrIn peer = new SockAddrIn();
    int made = treck.accept(call.descriptor(), peer, new IntRef(SockAddrIn.SIZEOF));
    if (made < 0) {
      return failure(call.descriptor());
    }
    if (call.nonBlocking()) {
      setNonBlocking(made, true);
    }
    return accepted(made, peer);
  }

  private Outcome connect(Call.Connect call) {
    SockAddrIn peer = new SockAddrIn(call.address(), call.port());
    IntRef type = new IntRef();
    treck.getsockopt(
        call.descriptor(), Treck.SOL_SOCKET, Treck.SO_TYPE, type, new IntRef(Integer.BYTES));
    if (type.value == Treck.SOCK_STREAM) {
      remember(call.descriptor(), peer);
    }
    return result(call.descriptor(), treck.connect(call.descriptor(), peer, SockAddrIn.SIZEOF));
  }

  private Outcome close(Call.Close call) {
    rememberLocalName(call.descriptor());
    return result(call.descriptor(), treck.tfClose(call.descriptor()));
  }

  private static int how(Direction how) {
    return switch (how) {
      case READ -> 0;
      case WRITE -> 1;
      case BOTH -> 2;
    };
  }

  private Outcome setNonBlocking(int descriptor, boolean on) {
    int state = on ? Treck.TM_BLOCKING_OFF : Treck.TM_BLOCKING_ON;
    return result(descriptor, treck.tfBlockingState(descriptor, state));
  }

  // ---- data ---------------------------------------------------------------------------------

  private Operation receive(Call.Receive call) throws NotExpressibleException {
    int flags = 0;
    for (MessageFlag flag : call.flags()) {
      flags |=
          switch (flag) {
            case PEEK -> Treck.MSG_PEEK;
            case DONTWAIT -> Treck.MSG_DONTWAIT;
            case WAITALL -> Treck.MSG_WAITALL;
            case NOSIGNAL -> 0;
            case OOB -> throw Unsaid.receive(flag, "urgent bytes stay in the stream");
            case TRUNC, MORE, EOR, FASTOPEN, ZEROCOPY, ERRQUEUE ->
                throw Unsaid.receive(flag, "Treck's recv has no such flag");
          };
    }
    int allFlags = flags;
    int length = total(call.lengths());
    return () -> {
      ByteBuf buffer = bytes(length);
      int count = treck.recv(call.descriptor(), buffer, length, allFlags);
      return count < 0 ? failure(call.descriptor()) : received(buffer, count);
    };
  }

  private Operation send(Call.Send call) throws NotExpressibleException {
    int flags = 0;
    for (MessageFlag flag : call.flags()) {
      flags |=
          switch (flag) {
            case DONTWAIT -> Treck.MSG_DONTWAIT;
            case OOB -> Treck.MSG_OOB;
            case NOSIGNAL -> 0;
            case ZEROCOPY ->
                throw Unsaid.send(flag, "tfZeroCopyUserBufferSend reports by a call, not a queue");
            case PEEK, TRUNC, WAITALL, MORE, EOR, FASTOPEN, ERRQUEUE ->
                throw Unsaid.send(flag, "Treck's send has no such flag");
          };
    }
    int allFlags = flags;
    int length = total(call.lengths());
    SockAddrIn to = new SockAddrIn(call.address(), call.port());
    int sd = call.descriptor();
    return call.address() == 0
        ? () -> result(sd, treck.send(sd, bytes(length), length, allFlags))
        : () ->
            result(sd, treck.sendto(sd, bytes(length), length, allFlags, to, SockAddrIn.SIZEOF));
  }

  // ---- options ------------------------------------------------------------------------------

  private Operation setOption(Call.SetOption call) throws NotExpressibleException {
    int sd = call.descriptor();
    return switch (call.option()) {
      case SO_RCVBUF -> () -> set(sd, Treck.SOL_SOCKET, Treck.SO_RCVBUF, value(call));
      case SO_SNDBUF -> () -> set(sd, Treck.SOL_SOCKET, Treck.SO_SNDBUF, value(call));
      case TCP_NODELAY -> () -> set(sd, Treck.IP_PROTOTCP, Treck.TCP_NODELAY, value(call));
      case SO_LINGER -> {
        Linger linger = new Linger((int) value(call), Math.toIntExact(call.values().getLast()));
        yield () ->
            result(
                sd, treck.setsockopt(sd, Treck.SOL_SOCKET, Treck.SO_LINGER, linger, Linger.SIZEOF));
      }
      default -> {
        if (!Unsaid.changesNothing(call)) {
          throw Unsaid.set(call.option(), NOT_CARRIED_OUT);
        }
        yield () -> Outcome.of(0);
      }
    };
  }

  private Outcome set(int sd, int level, int name, long value) {
    IntRef given = new IntRef((int) value);
    return result(sd, treck.setsockopt(sd, level, name, given, Integer.BYTES));
  }

  private Operation getOption(Call.GetOption call) throws NotExpressibleException {
    int sd = call.descriptor();
    return switch (call.option()) {
      case SO_ERROR -> () -> pendingError(sd);
      case SO_RCVBUF -> () -> get(sd, Treck.SOL_SOCKET, Treck.SO_RCVBUF);
      case SO_SNDBUF -> () -> get(sd, Treck.SOL_SOCKET, Treck.SO_SNDBUF);
      case TCP_NODELAY -> () -> get(sd, Treck.IP_PROTOTCP, Treck.TCP_NODELAY);
      case TCP_MAXSEG -> () -> get(sd, Treck.IP_PROTOTCP, Treck.TCP_MAXSEG);
      case SO_LINGER -> () -> linger(sd);
      default -> throw Unsaid.get(call.option(), NOT_CARRIED_OUT);
    };
  }

  private Outcome get(int sd, int level, int name) {
    IntRef value = new IntRef();
    int result = treck.getsockopt(sd, level, name, value, new IntRef(Integer.BYTES));
    return result < 0 ? failure(sd) : Outcome.of(0, List.of((long) value.value));
  }

  /** Treck calls a connection attempt under way an error; BSD does not. */
  private Outcome pendingError(int sd) {
    Outcome outcome = get(sd, Treck.SOL_SOCKET, Treck.SO_ERROR);
    if (outcome.value() < 0) {
      return outcome;
    }
    int code = Math.toIntExact(outcome.out().getFirst());
    boolean isNone = code == Treck.TM_ENOERROR || code == Treck.TM_EINPROGRESS;
    return Errnos.pending(isNone ? null : TreckErrors.name(code));
  }

  private Outcome linger(int sd) {
    Linger linger = new Linger();
    IntRef length = new IntRef(Linger.SIZEOF);
    int result = treck.getsockopt(sd, Treck.SOL_SOCKET, Treck.SO_LINGER, linger, length);
    return result < 0
        ? failure(sd)
        : Outcome.of(0, List.of((long) linger.l_onoff, (long) linger.l_linger));
  }

  // ---- poll ---------------------------------------------------------------------------------

  /** By select, whose sets tell input, room and errors, and nothing else. */
  private Operation poll(Call.Poll call) throws NotExpressibleException {
    for (Call.PollRequest request : call.requests()) {
      if ((request.events() & (Events.RDHUP | Events.HUP | Events.PRI)) != 0) {
        throw new NotExpressibleException(
            "poll(POLLRDHUP, POLLHUP, POLLPRI)", "select has no set for these");
      }
    }
    return () -> select(call);
  }

  private Outcome select(Call.Poll call) {
    FdSet reads = new FdSet();
    FdSet writes = new FdSet();
    FdSet errors = new FdSet();
    int nfds = 0;
    for (Call.PollRequest request : call.requests()) {
      int sd = request.descriptor();
      nfds = Math.max(nfds, sd + 1);
      FdSet.FD_SET(sd, errors);
      if ((request.events() & Events.IN) != 0) {
        FdSet.FD_SET(sd, reads);
      }
      if ((request.events() & Events.OUT) != 0) {
        FdSet.FD_SET(sd, writes);
      }
    }
    int millis = call.timeoutMillis();
    Timeval timeout = millis < 0 ? null : new Timeval(millis / 1_000, millis % 1_000 * 1_000L);
    if (treck.select(nfds, reads, writes, errors, timeout) < 0) {
      return Outcome.error(TreckErrors.name(treck.lastErrorOfThread()));
    }
    List<Long> events = new ArrayList<>();
    int ready = 0;
    for (Call.PollRequest request : call.requests()) {
      int sd = request.descriptor();
      long found =
          (FdSet.FD_ISSET(sd, reads) ? Events.IN : 0)
              | (FdSet.FD_ISSET(sd, writes) ? Events.OUT : 0)
              | (FdSet.FD_ISSET(sd, errors) ? Events.ERR : 0);
      events.add(found);
      ready += found == 0 ? 0 : 1;
    }
    return Outcome.of(ready, events);
  }
}
