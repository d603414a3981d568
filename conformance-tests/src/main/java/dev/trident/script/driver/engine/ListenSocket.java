package dev.trident.script.driver.engine;

import dev.trident.endpoint.FastOpenRules;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.TcpInfo;
import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.driver.Call;
import dev.trident.script.driver.Call.Events;
import dev.trident.script.driver.NotExpressibleException;
import org.jspecify.annotations.Nullable;

/** A TCP socket after listen(2). */
final class ListenSocket extends BsdSocket {
  /**
   * What a socket had been told before it became a listener; connections inherit it.
   *
   * @param maxFastOpens TCP_FASTOPEN, or negative
   */
  record Settings(
      int address, int port, int sendBytes, int receiveBytes, boolean noDelay, int maxFastOpens) {}

  private final StreamListener listener;
  private boolean noDelay;
  private int sendBytes;
  private int receiveBytes;
  private int maxFastOpens;

  /** Whether TCP_FASTOPEN was set. */
  private boolean fastOpenKnown;

  ListenSocket(EngineHost host, StreamListener listener, Settings settings) {
    super(host);
    this.listener = listener;
    noDelay = settings.noDelay();
    sendBytes = settings.sendBytes();
    receiveBytes = settings.receiveBytes();
    listener.acceptedBufferBytes(sendBytes, receiveBytes);
  }

  /** Takes over what the socket was told by fcntl and setsockopt. */
  void inherit(StreamSocket socket) {
    nonBlocking(socket.isNonBlocking());
    reuseAddress(socket.reuseAddress());
  }

  /** 0 or an error, with which the listener is closed. */
  int open(Settings settings, int backlog) {
    int result =
        settings.port() == 0
            ? 0
            : reserving(() -> listener.bind(settings.address(), settings.port()));
    if (settings.maxFastOpens() >= 0) {
      fastOpen(settings.maxFastOpens());
    }
    result = result < 0 ? result : listener.listen(backlog);
    FastOpenRules.Server server = host.stack().diagnostics().profile().fastOpen().server();
    if (server == FastOpenRules.Server.ANY && !fastOpenKnown) {
      fastOpen(backlog);
    }
    if (result < 0) {
      listener.close();
    }
    return result;
  }

  private void fastOpen(int maxPending) {
    fastOpenKnown = true;
    maxFastOpens = maxPending;
    listener.fastOpen(maxPending);
  }

  /** The oldest connection that is ready, or null. */
  @Nullable StreamSocket accept() {
    StreamEndpoint accepted = listener.accept();
    if (accepted == null) {
      return null;
    }
    StreamSocket socket = new StreamSocket(host, accepted, true);
    socket.inherit(noDelay);
    return socket;
  }

  @Override
  Outcome bind(int address, int port) {
    return Outcome.error("EINVAL");
  }

  @Override
  Operation connect(int address, int port) {
    return Operation.done(Outcome.error("EISCONN"));
  }

  @Override
  Operation receive(Call.Receive call) {
    return Operation.done(Outcome.error("ENOTCONN"));
  }

  @Override
  Operation send(Call.Send call) {
    return Operation.done(Outcome.error("EPIPE"));
  }

  @Override
  Outcome shutdown(Call.Direction how) {
    return Outcome.error("ENOTCONN");
  }

  @Override
  Outcome queuedBytes(boolean received) {
    return Outcome.error("EINVAL");
  }

  @Override
  int events() {
    return listener.acceptable() > 0 ? Events.IN : 0;
  }

  @Override
  void close() {
    listener.close();
  }

  @Override
  void abort() {
    listener.close();
  }

  @Override
  boolean info(TcpInfo into) {
    return false;
  }

  @Override
  int takeError() {
    return listener.takeError();
  }

  @Override
  Outcome setOther(Call.SetOption call) throws NotExpressibleException {
    int value = call.values().getFirst().intValue();
    switch (call.option()) {
      case SO_RCVBUF -> receiveBytes = value;
      case SO_SNDBUF -> sendBytes = value;
      case TCP_NODELAY -> noDelay = value != 0;
      case TCP_FASTOPEN -> {
        if (value < 0) {
          return Outcome.error("EINVAL");
        }
        fastOpen(value);
      }
      default -> throw lacks("setsockopt(" + call.option() + ") of a listener");
    }
    listener.acceptedBufferBytes(sendBytes, receiveBytes);
    return Outcome.of(0);
  }

  @Override
  Outcome getOther(Call.GetOption call) throws NotExpressibleException {
    return switch (call.option()) {
      case SO_RCVBUF -> value(receiveBytes);
      case SO_SNDBUF -> value(sendBytes);
      case TCP_NODELAY -> value(noDelay ? 1 : 0);
      case TCP_FASTOPEN -> value(maxFastOpens);
      default -> throw lacks("getsockopt(" + call.option() + ") of a listener");
    };
  }
}
