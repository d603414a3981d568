package dev.trident.script.driver.api;

import dev.trident.c.IntRef;
import dev.trident.c.SockAddrIn;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpInfo;
import dev.trident.hw.host.HostStack;
import dev.trident.script.driver.Call;
import dev.trident.script.driver.Call.Direction;
import dev.trident.script.driver.Call.MessageFlag;
import dev.trident.script.driver.NotExpressibleException;
import dev.trident.script.driver.Setup;
import dev.trident.treck.Treck;
import io.netty.buffer.ByteBuf;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Scripts through Treck's sockets, which are BSD's in most respects. Descriptors are Treck's.
 *
 * <p>A new socket gets the buffer sizes of the profile by SO_SNDBUF and SO_RCVBUF, as a port would
 * do on a host with that memory; Treck itself starts with 8,192 bytes each.
 */
public final class TreckDriver extends SimulatedDriver {
  /** More than a datagram holds. */
  private static final int ANY_DATAGRAM = 65_536;

  private final Treck treck;
  private final TreckOptions options;

  /** Descriptors whose connection has ended in an error that was told: Treck tells it again. */
  private final Set<Integer> toldErrors = new HashSet<>();

  private final Set<Integer> listening = new HashSet<>();

  public TreckDriver(Setup setup) {
    super("treck", setup);
    treck = new Treck(host());
    options = new TreckOptions(treck);
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
      case Call.Listen c -> listen(c);
      case Call.Accept c -> () -> accept(c);
      case Call.Connect c -> connect(c);
      case Call.Receive c -> receive(c);
      case Call.Send c -> send(c);
      case Call.Close c -> () -> close(c);
      case Call.Shutdown c ->
          () -> result(c.descriptor(), treck.shutdown(c.descriptor(), how(c.how())));
      case Call.SetOption c -> options.set(c);
      case Call.GetOption c -> getOption(c);
      case Call.SetNonBlocking c -> () -> setNonBlocking(c.descriptor(), c.on());
      case Call.QueuedBytes c -> queuedBytes(c);
      case Call.Poll c -> TreckSelect.poll(treck, c);
    };
  }

  private static SockAddrIn address(Call.Bind call) {
    return new SockAddrIn(call.address(), call.port());
  }

  private Outcome result(int descriptor, int result) {
    return TreckErrors.result(treck, descriptor, result);
  }

  private Outcome failure(int descriptor) {
    return TreckErrors.failure(treck, descriptor);
  }

  private boolean isStream(int descriptor) {
    IntRef type = new IntRef();
    treck.getsockopt(descriptor, Treck.SOL_SOCKET, Treck.SO_TYPE, type, new IntRef(Integer.BYTES));
    return type.value == Treck.SOCK_STREAM;
  }

  // ---- connections --------------------------------------------------------------------------

  private Outcome socket(Call.Socket call) {
    int type = call.stream() ? Treck.SOCK_STREAM : Treck.SOCK_DGRAM;
    int made = treck.socket(SockAddrIn.AF_INET, type, 0);
    if (made < 0) {
      return Outcome.error(TreckErrors.name(treck.lastErrorOfThread()));
    }
    connections().forget(made);
    toldErrors.remove(made);
    listening.remove(made);
    if (call.stream()) {
      options.set(made, Treck.SOL_SOCKET, Treck.SO_SNDBUF, profile().buffers().sendBytes());
      options.set(made, Treck.SOL_SOCKET, Treck.SO_RCVBUF, profile().buffers().receiveBytes());
    }
    return Outcome.of(made);
  }

  private Operation listen(Call.Listen call) throws NotExpressibleException {
    int sd = call.descriptor();
    if (listening.contains(sd)) {
      throw Unsaid.listenAgain("Treck's fails TM_EINVAL on a listener");
    }
    return () -> {
      int result = treck.listen(sd, call.backlog());
      if (result >= 0) {
        listening.add(sd);
      }
      return result(sd, result);
    };
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
    toldErrors.remove(made);
    listening.remove(made);
    return accepted(made, peer);
  }

  private Operation connect(Call.Connect call) throws NotExpressibleException {
    int sd = call.descriptor();
    TcpInfo info = new TcpInfo();
    boolean isOver =
        info(sd, info)
            && info.state != StreamState.SYN_SENT
            && info.state != StreamState.SYN_RECEIVED;
    if (isOver) {
      throw new NotExpressibleException(
          "connect again", "Treck's fails TM_EALREADY, whatever has come of the first");
    }
    return () -> {
      SockAddrIn peer = new SockAddrIn(call.address(), call.port());
      if (isStream(sd)) {
        connections().remember(sd, peer);
      }
      return result(sd, treck.connect(sd, peer, SockAddrIn.SIZEOF));
    };
  }

  private Outcome close(Call.Close call) {
    connections().rememberLocalName(call.descriptor());
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

  private Operation getOption(Call.GetOption call) throws NotExpressibleException {
    Operation get = options.get(call);
    return call.option() != Call.Option.SO_ERROR
        ? get
        : () -> {
          Outcome outcome = get.run();
          boolean isError = outcome.value() == 0 && outcome.out().getFirst() != 0;
          if (isError && isStream(call.descriptor())) {
            toldErrors.add(call.descriptor());
          }
          return outcome;
        };
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
            case OOB -> Treck.MSG_OOB;
            case TRUNC, MORE, EOR, FASTOPEN, ZEROCOPY, ERRQUEUE ->
                throw Unsaid.receive(flag, "Treck's recv has no such flag");
          };
    }
    int sd = call.descriptor();
    checkErrorIsNews("recv", sd);
    int allFlags = flags;
    int length = total(call.lengths());
    return () -> {
      // Treck calls it an error if a datagram does not fit: it gets room for any.
      int room = isStream(sd) ? length : Math.max(length, ANY_DATAGRAM);
      ByteBuf buffer = bytes(room);
      int count = treck.recv(sd, buffer, room, allFlags);
      return count < 0 ? ended(sd) : received(buffer, Math.min(count, length));
    };
  }

  /** A call's failure, kept in mind if it is the end of a connection. */
  private Outcome ended(int sd) {
    Outcome outcome = failure(sd);
    if (isStream(sd) && TreckErrors.endsConnection(outcome)) {
      toldErrors.add(sd);
    }
    return outcome;
  }

  private void checkErrorIsNews(String call, int sd) throws NotExpressibleException {
    if (toldErrors.contains(sd)) {
      throw new NotExpressibleException(
          call + " after an error", "Treck repeats the error that ended the connection");
    }
  }

  /** Received bytes are counted by a look at all of them. */
  private Operation queuedBytes(Call.QueuedBytes call) throws NotExpressibleException {
    if (!call.received()) {
      throw Unsaid.queuedBytes(call, "no Treck call tells how much waits to be acknowledged");
    }
    int sd = call.descriptor();
    return () -> {
      int room = isStream(sd) ? options.receiveBytes(sd) : ANY_DATAGRAM;
      int count = treck.recv(sd, bytes(room), room, Treck.MSG_PEEK | Treck.MSG_DONTWAIT);
      if (count >= 0) {
        return Outcome.of(0, List.of((long) count));
      }
      Outcome failure = failure(sd);
      return "EAGAIN".equals(failure.errno()) ? Outcome.of(0, List.of(0L)) : failure;
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
    checkErrorIsNews("send", sd);
    return () -> {
      ByteBuf data = bytes(length);
      int count =
          call.address() == 0
              ? treck.send(sd, data, length, allFlags)
              : treck.sendto(sd, data, length, allFlags, to, SockAddrIn.SIZEOF);
      return count < 0 ? ended(sd) : Outcome.of(count);
    };
  }
}
