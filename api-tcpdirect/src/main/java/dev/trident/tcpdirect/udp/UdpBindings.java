package dev.trident.tcpdirect.udp;

import dev.trident.c.SockAddrIn;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.Transport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The addresses that a UDP-receive zocket is bound to. */
final class UdpBindings {
  private record Binding(int localAddress, int localPort, int remoteAddress, int remotePort) {
    boolean matches(@Nullable SockAddrIn local, @Nullable SockAddrIn remote) {
      return (local == null || (local.sin_addr == localAddress && local.sin_port == localPort))
          && (remote == null
              || (remote.sin_addr == remoteAddress && remote.sin_port == remotePort));
    }
  }

  private final Transport transport;
  private final DatagramEndpoint endpoint;
  private final List<Binding> bindings = new ArrayList<>();

  UdpBindings(Transport transport, DatagramEndpoint endpoint) {
    this.transport = transport;
    this.endpoint = endpoint;
  }

  /** Adds a binding; returns its local port, chosen if 0 was given, or a negative engine code. */
  int add(int localAddress, int localPort, int remoteAddress, int remotePort) {
    int port = localPort != 0 ? localPort : freePort(localAddress);
    if (port < 0) {
      return port;
    }
    int code = endpoint.addBinding(localAddress, port, remoteAddress, remotePort);
    if (code != 0) {
      return code;
    }
    bindings.add(new Binding(localAddress, port, remoteAddress, remotePort));
    return port;
  }

  /** A port that nobody has, found by binding an endpoint that is closed at once. */
  private int freePort(int localAddress) {
    DatagramEndpoint scout = transport.newDatagram();
    if (scout == null) {
      return StackError.ENDPOINT_LIMIT.code;
    }
    int code = scout.bind(localAddress, 0);
    int port = scout.localPort();
    scout.close();
    return code == 0 ? port : code;
  }

  /** Removes every binding that matches; whether there was one. */
  boolean remove(@Nullable SockAddrIn local, @Nullable SockAddrIn remote) {
    return bindings.removeIf(
        binding -> {
          boolean matches = binding.matches(local, remote);
          if (matches) {
            endpoint.removeBinding(
                binding.localAddress, binding.localPort, binding.remoteAddress, binding.remotePort);
          }
          return matches;
        });
  }
}
