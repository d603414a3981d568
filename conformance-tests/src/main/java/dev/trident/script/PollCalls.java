package dev.trident.script;

import dev.trident.script.Descriptors.Descriptor;
import dev.trident.script.Descriptors.Watch;
import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.driver.Call;
import dev.trident.script.lang.Event.SystemCall;
import dev.trident.script.lang.Expr;
import dev.trident.script.lang.UnsupportedFeatureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * poll, and epoll on top of it: sets are kept here, and waiting for one is a poll. Level-triggered
 * only.
 */
final class PollCalls {
  private final Descriptors descriptors;

  PollCalls(Descriptors descriptors) {
    this.descriptors = descriptors;
  }

  Decoded poll(Arguments arguments) throws UnsupportedFeatureException {
    List<Call.PollRequest> requests = new ArrayList<>();
    List<Long> expected = new ArrayList<>();
    for (Expr item : arguments.items(0)) {
      if (!(item instanceof Expr.Struct struct)) {
        throw arguments.unsupported(item, "this form of pollfd");
      }
      int script = (int) Symbols.number(required(arguments, struct, "fd"));
      int events = (int) Symbols.number(required(arguments, struct, "events"));
      requests.add(new Call.PollRequest(descriptors.live(script), events));
      Expr revents = Arguments.field(struct, "revents");
      expected.add(revents == null ? 0 : Symbols.number(revents));
    }
    return Decoded.drive(new Call.Poll(requests, arguments.integer(2)))
        .checking(
            outcome -> {
              for (int i = 0; i < expected.size(); i++) {
                require("poll", "revents " + (i + 1), expected.get(i), outcome.out().get(i));
              }
            });
  }

  private static Expr required(Arguments arguments, Expr.Struct struct, String name)
      throws UnsupportedFeatureException {
    Expr value = Arguments.field(struct, name);
    if (value == null) {
      throw arguments.unsupported(struct, "a structure without " + name);
    }
    return value;
  }

  private static void require(String call, String what, long expected, long live)
      throws MismatchException {
    if (expected != live) {
      throw new MismatchException(
          "%s: %s: expected 0x%x, live 0x%x".formatted(call, what, expected, live));
    }
  }

  Decoded create(SystemCall call) throws UnsupportedFeatureException {
    int script = (int) Symbols.number(call.result());
    descriptors.openedEpoll(script);
    return Decoded.answer(Outcome.of(script));
  }

  Decoded control(Arguments arguments) throws UnsupportedFeatureException {
    int script = arguments.integer(2);
    Map<Integer, Watch> watched = watched(arguments);
    if (descriptors.find(script) == null) {
      return Decoded.answer(Outcome.error("EBADF"));
    }
    String operation = arguments.word(1);
    if (operation.equals("EPOLL_CTL_DEL")) {
      return Decoded.answer(
          watched.remove(script) == null ? Outcome.error("ENOENT") : Outcome.of(0));
    }
    boolean add = operation.equals("EPOLL_CTL_ADD");
    if (!add && !operation.equals("EPOLL_CTL_MOD")) {
      throw arguments.unsupported(arguments.at(1), operation);
    }
    if (watched.containsKey(script) == add) {
      return Decoded.answer(Outcome.error(add ? "EEXIST" : "ENOENT"));
    }
    Expr.Struct struct = arguments.struct(3);
    int events = (int) Symbols.number(required(arguments, struct, "events"));
    if ((events & (Symbols.EDGE_TRIGGERED | Symbols.ONE_SHOT)) != 0) {
      throw arguments.unsupported(struct, "edges and one shots");
    }
    watched.put(script, new Watch(events, data(struct, script)));
    return Decoded.answer(Outcome.of(0));
  }

  private Map<Integer, Watch> watched(Arguments arguments) throws UnsupportedFeatureException {
    Descriptor set = descriptors.find(arguments.integer(0));
    if (set == null || set.watched == null) {
      throw arguments.unsupported(arguments.at(0), "not an epoll descriptor");
    }
    return set.watched;
  }

  /** The one of fd, ptr, u32, u64 that is given. */
  private static long data(Expr.Struct struct, long otherwise) throws UnsupportedFeatureException {
    for (Expr.Field field : struct.fields()) {
      if (!field.name().equals("events")) {
        return Symbols.number(field.value());
      }
    }
    return otherwise;
  }

  Decoded await(Arguments arguments) throws UnsupportedFeatureException {
    Map<Integer, Watch> watched = watched(arguments);
    List<Watch> watches = new ArrayList<>(watched.values());
    List<Call.PollRequest> requests = new ArrayList<>();
    watched.forEach(
        (script, watch) ->
            requests.add(new Call.PollRequest(descriptors.live(script), watch.events())));
    List<Watch> expected = new ArrayList<>();
    for (Expr item : arguments.items(1)) {
      if (!(item instanceof Expr.Struct struct)) {
        throw arguments.unsupported(item, "this form of epoll_event");
      }
      int events = (int) Symbols.number(required(arguments, struct, "events"));
      if (events != 0) {
        expected.add(new Watch(events, data(struct, 0)));
      }
    }
    int most = arguments.integer(2);
    return Decoded.drive(new Call.Poll(requests, arguments.integer(3)))
        .checking(outcome -> checkEvents(watches, expected, most, outcome));
  }

  private static void checkEvents(
      List<Watch> watches, List<Watch> expected, int most, Outcome outcome)
      throws MismatchException {
    List<Watch> ready = new ArrayList<>();
    for (int i = 0; i < watches.size() && ready.size() < most; i++) {
      if (outcome.out().get(i) != 0) {
        ready.add(new Watch(outcome.out().get(i).intValue(), watches.get(i).data()));
      }
    }
    for (int i = 0; i < expected.size() && i < ready.size(); i++) {
      require("epoll_wait", "events", expected.get(i).events(), ready.get(i).events());
      require("epoll_wait", "data", expected.get(i).data(), ready.get(i).data());
    }
  }
}
