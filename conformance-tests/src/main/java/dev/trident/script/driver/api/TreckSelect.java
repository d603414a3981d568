package dev.trident.script.driver.api;

import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.driver.Call;
import dev.trident.script.driver.Call.Events;
import dev.trident.script.driver.NotExpressibleException;
import dev.trident.script.driver.api.SimulatedDriver.Operation;
import dev.trident.treck.FdSet;
import dev.trident.treck.Timeval;
import dev.trident.treck.Treck;
import java.util.ArrayList;
import java.util.List;

/** poll by Treck's select, whose sets tell input, room and errors, and nothing else. */
final class TreckSelect {
  private TreckSelect() {}

  static Operation poll(Treck treck, Call.Poll call) throws NotExpressibleException {
    for (Call.PollRequest request : call.requests()) {
      if ((request.events() & (Events.RDHUP | Events.HUP | Events.PRI)) != 0) {
        throw new NotExpressibleException(
            "poll(POLLRDHUP, POLLHUP, POLLPRI)",
            "select has no set for these, and one for errors and urgent data together");
      }
    }
    return () -> select(treck, call);
  }

  private static Outcome select(Treck treck, Call.Poll call) {
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
