package dev.trident.script.driver.engine;

import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import dev.trident.script.driver.ApiDriver;
import dev.trident.script.driver.Call;
import dev.trident.script.driver.NotExpressibleException;
import dev.trident.script.driver.Setup;
import dev.trident.time.Deadline;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** BSD sockets over the engine's endpoints: what a script runs against unless told otherwise. */
public final class EngineDriver implements ApiDriver {
  private static final int FIRST_DESCRIPTOR = 3;

  private final EngineHost host;
  private final Map<Integer, BsdSocket> sockets = new TreeMap<>();

  /** By descriptor, the socket closed last: its connection is still asked about. */
  private final Map<Integer, BsdSocket> closed = new HashMap<>();

  /** The blocking call that has not returned. */
  private @Nullable Attempt waiting;

  private TcpProfile profile;

  public EngineDriver(Setup setup) {
    host = new EngineHost(setup);
    profile = setup.profile();
  }

  // ---- time ---------------------------------------------------------------------------------

  @Override
  public long nowNanos() {
    return host.nowNanos();
  }

  @Override
  public void runUntil(long nanos) {
    for (long next = nextWakeNanos(); next <= nanos; next = nextWakeNanos()) {
      host.advanceTo(next);
      retry();
    }
    host.advanceTo(nanos);
    settle();
  }

  @Override
  public boolean runUntilOutbound(long limitNanos) {
    while (!host.device().hasSent()) {
      long next = nextWakeNanos();
      boolean last = next >= limitNanos;
      host.advanceTo(last ? limitNanos : next);
      settle();
      if (last) {
        break;
      }
    }
    return host.device().hasSent();
  }

  /** Deadlines here never reach the far end of the range, so they compare as plain numbers. */
  private long nextWakeNanos() {
    long own = waiting == null ? Deadline.NEVER : waiting.operation.wakeNanos();
    return Math.min(own, host.nextDeadlineNanos());
  }

  /** Tries the waiting call again, as long as that and what is due at once make a difference. */
  private void settle() {
    retry();
    while (host.isBusy()) {
      host.advanceTo(host.nowNanos());
      retry();
    }
  }

  private void retry() {
    Attempt attempt = waiting;
    if (attempt != null && attempt.isEnded()) {
      waiting = null;
    }
    host.finishStep();
  }

  // ---- packets ------------------------------------------------------------------------------

  @Override
  public void inject(ByteBuffer datagram) {
    host.receive(datagram);
    settle();
  }

  @Override
  public @Nullable Sent takeOutbound() {
    return host.device().takeSent();
  }

  // ---- calls --------------------------------------------------------------------------------

  /** A call under way. */
  private final class Attempt implements Pending {
    private final Operation operation;
    private @Nullable Outcome outcome;
    private long endNanos;

    Attempt(Operation operation) {
      this.operation = operation;
    }

    boolean isEnded() {
      if (outcome == null) {
        Outcome reached = operation.attempt();
        if (reached == null) {
          return false;
        }
        end(reached);
      }
      return true;
    }

    void end(Outcome reached) {
      outcome = reached;
      endNanos = host.nowNanos();
    }

    @Override
    public boolean isDone() {
      return outcome != null;
    }

    @Override
    public long endNanos() {
      return endNanos;
    }

    @Override
    public Outcome outcome() {
      if (outcome == null) {
        throw new IllegalStateException("the call has not returned");
      }
      return outcome;
    }
  }

  @Override
  public Pending start(Call call) throws NotExpressibleException {
    host.stack().setNow(host.nowNanos());
    Attempt attempt = new Attempt(operation(call));
    if (!attempt.isEnded()) {
      settleWithout(attempt);
      if (!attempt.isDone()) {
        if (mayWait(call)) {
          waiting = attempt;
        } else {
          attempt.end(attempt.operation.wouldBlock());
        }
      }
    }
    host.finishStep();
    settle();
    return attempt;
  }

  /** What is due at this very time may be what the call needs. */
  private void settleWithout(Attempt attempt) {
    host.finishStep();
    while (!attempt.isDone() && host.isBusy()) {
      host.advanceTo(host.nowNanos());
      attempt.isEnded();
    }
  }

  private boolean mayWait(Call call) {
    return switch (call) {
      case Call.Accept accept -> !isNonBlocking(accept.descriptor());
      case Call.Connect connect -> !isNonBlocking(connect.descriptor());
      case Call.Receive receive ->
          !isNonBlocking(receive.descriptor())
              && !receive.flags().contains(Call.MessageFlag.DONTWAIT);
      case Call.Send send ->
          !isNonBlocking(send.descriptor()) && !send.flags().contains(Call.MessageFlag.DONTWAIT);
      case Call.Poll poll -> poll.timeoutMillis() != 0;
      case Call.Socket _,
          Call.Bind _,
          Call.Listen _,
          Call.Close _,
          Call.Shutdown _,
          Call.SetOption _,
          Call.GetOption _,
          Call.SetNonBlocking _,
          Call.QueuedBytes _ ->
          throw new IllegalStateException(call + " has no outcome");
    };
  }

  private boolean isNonBlocking(int descriptor) {
    BsdSocket socket = sockets.get(descriptor);
    return socket != null && socket.isNonBlocking();
  }

  private Operation operation(Call call) throws NotExpressibleException {
    return switch (call) {
      case Call.Socket socket -> Operation.done(open(socket.stream()));
      case Call.Poll poll -> new Polling(poll, this::eventsOf, host::nowNanos);
      case Call.Bind bind -> {
        BsdSocket socket = sockets.get(bind.descriptor());
        yield socket == null
            ? badDescriptor()
            : Operation.done(socket.bind(bind.address(), bind.port()));
      }
      case Call.Listen listen -> Operation.done(listen(listen));
      case Call.Accept accept -> accept(accept);
      case Call.Connect connect -> {
        BsdSocket socket = sockets.get(connect.descriptor());
        yield socket == null ? badDescriptor() : socket.connect(connect.address(), connect.port());
      }
      case Call.Receive receive -> {
        BsdSocket socket = sockets.get(receive.descriptor());
        yield socket == null ? badDescriptor() : socket.receive(receive);
      }
      case Call.Send send -> {
        BsdSocket socket = sockets.get(send.descriptor());
        yield socket == null ? badDescriptor() : socket.send(send);
      }
      case Call.Close close -> Operation.done(close(close.descriptor()));
      case Call.Shutdown shutdown -> {
        BsdSocket socket = sockets.get(shutdown.descriptor());
        yield socket == null ? badDescriptor() : Operation.done(socket.shutdown(shutdown.how()));
      }
      case Call.SetOption set -> {
        BsdSocket socket = sockets.get(set.descriptor());
        yield socket == null ? badDescriptor() : Operation.done(socket.setOption(set));
      }
      case Call.GetOption get -> {
        BsdSocket socket = sockets.get(get.descriptor());
        yield socket == null ? badDescriptor() : Operation.done(socket.getOption(get));
      }
      case Call.SetNonBlocking set -> {
        BsdSocket socket = sockets.get(set.descriptor());
        if (socket == null) {
          yield badDescriptor();
        }
        socket.nonBlocking(set.on());
        yield Operation.done(Outcome.of(0));
      }
      case Call.QueuedBytes queued -> {
        BsdSocket socket = sockets.get(queued.descriptor());
        yield socket == null
            ? badDescriptor()
            : Operation.done(socket.queuedBytes(queued.received()));
      }
    };
  }

  private static Operation badDescriptor() {
    return Operation.done(Outcome.error("EBADF"));
  }

  private int eventsOf(Call.PollRequest request) {
    BsdSocket socket = sockets.get(request.descriptor());
    return socket == null ? Call.Events.NVAL : socket.events();
  }

  private int add(BsdSocket socket) {
    int descriptor = FIRST_DESCRIPTOR;
    while (sockets.containsKey(descriptor)) {
      descriptor++;
    }
    sockets.put(descriptor, socket);
    closed.remove(descriptor);
    return descriptor;
  }

  private Outcome open(boolean stream) {
    if (stream) {
      StreamEndpoint endpoint = host.stack().newStream();
      return endpoint == null
          ? Outcome.error("EMFILE")
          : Outcome.of(add(new StreamSocket(host, endpoint, false)));
    }
    DatagramEndpoint endpoint = host.stack().newDatagram();
    return endpoint == null
        ? Outcome.error("EMFILE")
        : Outcome.of(add(new DatagramSocket(host, endpoint, profile.ttl())));
  }

  /** Makes a listener of a socket: the engine has another kind of endpoint for it. */
  private Outcome listen(Call.Listen call) {
    BsdSocket socket = sockets.get(call.descriptor());
    if (socket == null) {
      return Outcome.error("EBADF");
    }
    if (socket instanceof ListenSocket) {
      return Outcome.of(0);
    }
    if (!(socket instanceof StreamSocket stream)) {
      return Outcome.error("EOPNOTSUPP");
    }
    if (!stream.isFresh()) {
      return Outcome.error("EINVAL");
    }
    StreamListener listener = host.stack().newListener();
    if (listener == null) {
      return Outcome.error("EMFILE");
    }
    ListenSocket.Settings settings = stream.listenSettings();
    ListenSocket listening = new ListenSocket(host, listener, settings);
    listening.inherit(stream);
    stream.close();
    sockets.put(call.descriptor(), listening);
    return Errno.outcome(listening.open(settings, call.backlog()));
  }

  private Operation accept(Call.Accept call) {
    BsdSocket socket = sockets.get(call.descriptor());
    if (socket == null) {
      return badDescriptor();
    }
    if (!(socket instanceof ListenSocket listening)) {
      return Operation.done(
          Outcome.error(socket instanceof StreamSocket ? "EINVAL" : "EOPNOTSUPP"));
    }
    return new Operation() {
      @Override
      public @Nullable Outcome attempt() {
        StreamSocket accepted = listening.accept();
        if (accepted == null) {
          return null;
        }
        accepted.nonBlocking(call.nonBlocking());
        return Outcome.of(add(accepted), accepted.remote());
      }

      @Override
      public Outcome wouldBlock() {
        return Outcome.error("EAGAIN");
      }
    };
  }

  private Outcome close(int descriptor) {
    BsdSocket socket = sockets.remove(descriptor);
    if (socket == null) {
      return Outcome.error("EBADF");
    }
    closed.put(descriptor, socket);
    socket.close();
    return Outcome.of(0);
  }

  // ---- questions ----------------------------------------------------------------------------

  @Override
  public void profile(TcpProfile changed) {
    profile = changed;
    host.stack().diagnostics().profile(changed);
  }

  @Override
  public int count(StreamState state) {
    return host.stack().diagnostics().count(state);
  }

  @Override
  public void drop(StreamState state) {
    host.stack().diagnostics().drop(state);
    settle();
  }

  @Override
  public boolean info(int descriptor, TcpInfo into) {
    BsdSocket socket = sockets.getOrDefault(descriptor, closed.get(descriptor));
    return socket != null && socket.info(into);
  }

  /** Aborts everything first, connections that nobody holds included. */
  @Override
  public int leakedBuffers() {
    waiting = null;
    for (BsdSocket socket : sockets.values()) {
      socket.abort();
    }
    sockets.clear();
    for (StreamState state : StreamState.values()) {
      if (state != StreamState.LISTEN && state != StreamState.CLOSED) {
        host.stack().diagnostics().drop(state);
      }
    }
    host.finishStep();
    return host.buffersInUse();
  }

  @Override
  public void close() {
    host.close();
  }
}
