package dev.trident.script.driver.engine;

import dev.trident.endpoint.StackError;
import dev.trident.endpoint.TcpInfo;
import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.driver.Call;
import dev.trident.script.driver.NotExpressibleException;
import java.util.List;
import java.util.function.IntSupplier;

/** What a descriptor stands for. */
abstract class BsdSocket {
  final EngineHost host;
  private boolean nonBlocking;
  private boolean reuseAddress;

  BsdSocket(EngineHost host) {
    this.host = host;
  }

  boolean isNonBlocking() {
    return nonBlocking;
  }

  void nonBlocking(boolean on) {
    nonBlocking = on;
  }

  boolean reuseAddress() {
    return reuseAddress;
  }

  void reuseAddress(boolean on) {
    reuseAddress = on;
  }

  abstract Outcome bind(int address, int port);

  abstract Operation connect(int address, int port);

  abstract Operation receive(Call.Receive call) throws NotExpressibleException;

  abstract Operation send(Call.Send call) throws NotExpressibleException;

  abstract Outcome shutdown(Call.Direction how);

  abstract Outcome queuedBytes(boolean received);

  /** Bits of {@link Call.Events} that hold, whether asked for or not. */
  abstract int events();

  /** Gives the endpoint up as close(2) does. */
  abstract void close();

  /** Gives the endpoint up at once, at the end of a script. */
  abstract void abort();

  /** False if there is no connection. */
  abstract boolean info(TcpInfo into);

  /** The pending error, 0 or a negative code, which is cleared. */
  abstract int takeError();

  abstract Outcome setOther(Call.SetOption call) throws NotExpressibleException;

  abstract Outcome getOther(Call.GetOption call) throws NotExpressibleException;

  final Outcome setOption(Call.SetOption call) throws NotExpressibleException {
    if (call.option() == Call.Option.SO_REUSEADDR) {
      reuseAddress = call.values().getFirst() != 0;
      return Outcome.of(0);
    }
    return setOther(call);
  }

  final Outcome getOption(Call.GetOption call) throws NotExpressibleException {
    return switch (call.option()) {
      case SO_REUSEADDR -> value(reuseAddress ? 1 : 0);
      case SO_ERROR -> {
        int code = takeError();
        String name = code == 0 ? "" : Errno.name(StackError.of(code));
        yield value(Call.ERRNO_NAMES.indexOf(name) + 1L);
      }
      default -> getOther(call);
    };
  }

  /** Runs {@code bind} with this socket's SO_REUSEADDR in force. */
  final int reserving(IntSupplier bind) {
    host.ports().reuse(reuseAddress);
    try {
      return bind.getAsInt();
    } finally {
      host.ports().reuse(false);
    }
  }

  static Outcome value(long value) {
    return Outcome.of(0, List.of(value));
  }

  static NotExpressibleException lacks(String call) {
    return new NotExpressibleException(call, "the engine does not have it");
  }

  static int total(List<Integer> lengths) {
    return lengths.stream().mapToInt(Integer::intValue).sum();
  }
}
