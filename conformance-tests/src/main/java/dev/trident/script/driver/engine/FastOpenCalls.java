package dev.trident.script.driver.engine;

import dev.trident.endpoint.FastOpenRules;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.driver.Call;

/** What Linux has for fast open on a socket that does not listen: two options and MSG_FASTOPEN. */
final class FastOpenCalls {
  private final EngineHost host;
  private final StreamEndpoint endpoint;

  /** TCP_FASTOPEN, which waits for listen(2); negative until it is set. */
  private int maxPending = -1;

  /** TCP_FASTOPEN_CONNECT: connect(2) does nothing yet if data may go with the SYN. */
  private boolean connectWaits;

  private boolean deferred;
  private int address;
  private int port;

  FastOpenCalls(EngineHost host, StreamEndpoint endpoint) {
    this.host = host;
    this.endpoint = endpoint;
  }

  int maxPending() {
    return maxPending;
  }

  boolean isAllowed() {
    return host.stack().diagnostics().profile().fastOpen().client() != FastOpenRules.Client.OFF;
  }

  /** Whether the first data connects, as connect(2) was told. */
  boolean isDeferred() {
    return deferred;
  }

  /** Whether a connect waits for data, which it does from now on. */
  boolean defers(int toAddress, int toPort) {
    if (!connectWaits || !endpoint.canConnectWithData(toAddress)) {
      return false;
    }
    deferred = true;
    address = toAddress;
    port = toPort;
    return true;
  }

  /** Connects without data. */
  int connect(int toAddress, int toPort) {
    return connectWaits
        ? endpoint.connectWithData(toAddress, toPort, Zeros.BUFFER, 0, 0)
        : endpoint.connect(toAddress, toPort);
  }

  /** Connects with data: bytes taken, or an error. */
  int open(Call.Send call, int wanted) {
    int toAddress = deferred ? address : call.address();
    int toPort = deferred ? port : call.port();
    deferred = false;
    int length = Math.min(wanted, Zeros.BYTES);
    return endpoint.connectWithData(toAddress, toPort, Zeros.BUFFER, 0, length);
  }

  Outcome set(Call.Option option, int value, boolean fresh) {
    if (option == Call.Option.TCP_FASTOPEN) {
      if (!fresh || value < 0) {
        return Outcome.error("EINVAL");
      }
      maxPending = value;
      return Outcome.of(0);
    }
    if (!isAllowed()) {
      return Outcome.error("EOPNOTSUPP");
    }
    if (!fresh || value < 0 || value > 1) {
      return Outcome.error("EINVAL");
    }
    connectWaits = value != 0;
    return Outcome.of(0);
  }

  int get(Call.Option option) {
    if (option == Call.Option.TCP_FASTOPEN) {
      return Math.max(maxPending, 0);
    }
    return connectWaits ? 1 : 0;
  }
}
