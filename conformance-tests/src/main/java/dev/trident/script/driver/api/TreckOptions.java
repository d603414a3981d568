package dev.trident.script.driver.api;

import dev.trident.c.IntRef;
import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.driver.Call;
import dev.trident.script.driver.NotExpressibleException;
import dev.trident.script.driver.api.SimulatedDriver.Operation;
import dev.trident.treck.Linger;
import dev.trident.treck.Treck;
import java.util.List;

/** setsockopt and getsockopt of Treck, as far as it carries an option out. */
final class TreckOptions {
  private final Treck treck;

  TreckOptions(Treck treck) {
    this.treck = treck;
  }

  private static String whyMissing(Call.Option option) {
    return switch (option) {
      case TCP_CORK -> "Treck has TCP_NOPUSH, but here it is TM_ENOPROTOOPT";
      default -> "Treck has no such option";
    };
  }

  Operation set(Call.SetOption call) throws NotExpressibleException {
    int sd = call.descriptor();
    return switch (call.option()) {
      case SO_RCVBUF ->
          () -> set(sd, Treck.SOL_SOCKET, Treck.SO_RCVBUF, SimulatedDriver.value(call));
      case SO_SNDBUF ->
          () -> set(sd, Treck.SOL_SOCKET, Treck.SO_SNDBUF, SimulatedDriver.value(call));
      case SO_OOBINLINE ->
          () -> set(sd, Treck.SOL_SOCKET, Treck.SO_OOBINLINE, SimulatedDriver.value(call));
      case TCP_NODELAY ->
          () -> set(sd, Treck.IP_PROTOTCP, Treck.TCP_NODELAY, SimulatedDriver.value(call));
      case SO_KEEPALIVE ->
          () -> set(sd, Treck.SOL_SOCKET, Treck.SO_KEEPALIVE, SimulatedDriver.value(call));
      case TCP_KEEPIDLE ->
          () -> set(sd, Treck.IP_PROTOTCP, Treck.TCP_KEEPALIVE, SimulatedDriver.value(call));
      case TCP_KEEPCNT ->
          () -> set(sd, Treck.IP_PROTOTCP, Treck.TCP_KEEPALIVE_CNT, SimulatedDriver.value(call));
      case TCP_KEEPINTVL ->
          () -> set(sd, Treck.IP_PROTOTCP, Treck.TCP_KEEPALIVE_INTV, SimulatedDriver.value(call));
      case SO_LINGER -> {
        Linger linger =
            new Linger((int) SimulatedDriver.value(call), Math.toIntExact(call.values().getLast()));
        yield () ->
            TreckErrors.result(
                treck,
                sd,
                treck.setsockopt(sd, Treck.SOL_SOCKET, Treck.SO_LINGER, linger, Linger.SIZEOF));
      }
      default -> {
        if (!Unsaid.changesNothing(call)) {
          throw Unsaid.set(call.option(), whyMissing(call.option()));
        }
        yield () -> Outcome.of(0);
      }
    };
  }

  Outcome set(int sd, int level, int name, long value) {
    IntRef given = new IntRef((int) value);
    return TreckErrors.result(treck, sd, treck.setsockopt(sd, level, name, given, Integer.BYTES));
  }

  Operation get(Call.GetOption call) throws NotExpressibleException {
    int sd = call.descriptor();
    return switch (call.option()) {
      case SO_ERROR -> () -> pendingError(sd);
      case SO_RCVBUF -> () -> get(sd, Treck.SOL_SOCKET, Treck.SO_RCVBUF);
      case SO_SNDBUF -> () -> get(sd, Treck.SOL_SOCKET, Treck.SO_SNDBUF);
      case SO_OOBINLINE -> () -> get(sd, Treck.SOL_SOCKET, Treck.SO_OOBINLINE);
      case TCP_NODELAY -> () -> get(sd, Treck.IP_PROTOTCP, Treck.TCP_NODELAY);
      case TCP_MAXSEG -> () -> get(sd, Treck.IP_PROTOTCP, Treck.TCP_MAXSEG);
      case SO_KEEPALIVE -> () -> get(sd, Treck.SOL_SOCKET, Treck.SO_KEEPALIVE);
      case TCP_KEEPIDLE -> () -> get(sd, Treck.IP_PROTOTCP, Treck.TCP_KEEPALIVE);
      case TCP_KEEPCNT -> () -> get(sd, Treck.IP_PROTOTCP, Treck.TCP_KEEPALIVE_CNT);
      case TCP_KEEPINTVL -> () -> get(sd, Treck.IP_PROTOTCP, Treck.TCP_KEEPALIVE_INTV);
      case SO_LINGER -> () -> linger(sd);
      default -> throw Unsaid.get(call.option(), whyMissing(call.option()));
    };
  }

  /** How much a stream's receive queue holds at most. */
  int receiveBytes(int sd) {
    IntRef value = new IntRef();
    treck.getsockopt(sd, Treck.SOL_SOCKET, Treck.SO_RCVBUF, value, new IntRef(Integer.BYTES));
    return value.value;
  }

  private Outcome get(int sd, int level, int name) {
    IntRef value = new IntRef();
    int result = treck.getsockopt(sd, level, name, value, new IntRef(Integer.BYTES));
    return result < 0 ? TreckErrors.failure(treck, sd) : Outcome.of(0, List.of((long) value.value));
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
        ? TreckErrors.failure(treck, sd)
        : Outcome.of(0, List.of((long) linger.l_onoff, (long) linger.l_linger));
  }
}
