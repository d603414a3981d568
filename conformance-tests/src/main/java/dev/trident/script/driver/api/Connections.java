package dev.trident.script.driver.api;

import dev.trident.c.SockAddrIn;
import dev.trident.endpoint.Diagnostics;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import dev.trident.hw.host.HostStack;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections of an API's stack as a tool of the engine sees them, past the API: by state, and
 * by descriptor, for which the names of both ends are kept.
 */
final class Connections {
  /** The two ends of a connection that a descriptor has or had; local is null until known. */
  private static final class Ends {
    final SockAddrIn remote;
    @Nullable SockAddrIn local;

    Ends(SockAddrIn remote) {
      this.remote = remote;
    }
  }

  private final Supplier<HostStack> stack;
  private final IntFunction<@Nullable SockAddrIn> localNames;
  private final Map<Integer, Ends> ends = new HashMap<>();

  /**
   * @param stack asked for at each use, as an API may open it late
   * @param localNames the local name of a descriptor as the API tells it, or null
   */
  Connections(Supplier<HostStack> stack, IntFunction<@Nullable SockAddrIn> localNames) {
    this.stack = stack;
    this.localNames = localNames;
  }

  /** A descriptor is new, whatever it was before. */
  void forget(int descriptor) {
    ends.remove(descriptor);
  }

  /** A descriptor has, or is getting, a connection to {@code remote}. */
  void remember(int descriptor, SockAddrIn remote) {
    ends.put(descriptor, new Ends(remote));
  }

  /** To be called before a descriptor is closed: afterwards no API tells its local name. */
  void rememberLocalName(int descriptor) {
    Ends known = ends.get(descriptor);
    if (known != null && known.local == null) {
      SockAddrIn local = localNames.apply(descriptor);
      if (local != null && local.sin_addr != 0) {
        known.local = local;
      }
    }
  }

  private <T> T ask(Function<Diagnostics, T> question) {
    HostStack asked = stack.get();
    asked.enter();
    try {
      return question.apply(asked.transport().diagnostics());
    } finally {
      asked.exit();
    }
  }

  private void tell(Consumer<Diagnostics> command) {
    ask(
        diagnostics -> {
          command.accept(diagnostics);
          return true;
        });
  }

  /** Constants of what the stack makes from now on. */
  void profile(TcpProfile changed) {
    tell(diagnostics -> diagnostics.profile(changed));
  }

  int count(StreamState state) {
    return ask(diagnostics -> diagnostics.count(state));
  }

  void drop(StreamState state) {
    tell(diagnostics -> diagnostics.drop(state));
  }

  /** As {@link dev.trident.script.driver.ApiDriver#info}. */
  boolean info(int descriptor, TcpInfo into) {
    rememberLocalName(descriptor);
    Ends known = ends.get(descriptor);
    if (known == null) {
      return false;
    }
    SockAddrIn local = known.local;
    SockAddrIn remote = known.remote;
    boolean found =
        local != null
            && ask(
                diagnostics ->
                    diagnostics.info(
                        local.sin_addr, local.sin_port, remote.sin_addr, remote.sin_port, into));
    if (!found) {
      into.state = StreamState.CLOSED;
    }
    return true;
  }
}
