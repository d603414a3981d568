package dev.trident.tcp;

import dev.trident.endpoint.Diagnostics;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;

/** Looks at the connections of a layer from outside. */
final class TcpDiagnostics implements Diagnostics {
  private final TcpLayer layer;

  TcpDiagnostics(TcpLayer layer) {
    this.layer = layer;
  }

  @Override
  public int count(StreamState state) {
    if (state == StreamState.LISTEN) {
      return layer.listening();
    }
    int count = 0;
    for (Connection connection : layer.connections()) {
      if (connection.state() == state) {
        count++;
      }
    }
    return count;
  }

  @Override
  public void drop(StreamState state) {
    for (Connection connection : layer.connections()) {
      if (connection.state() == state) {
        connection.drop();
      }
    }
  }

  @Override
  public boolean info(
      int localAddress, int localPort, int remoteAddress, int remotePort, TcpInfo into) {
    for (Connection connection : layer.connections()) {
      if (connection.isTuple(localAddress, localPort, remoteAddress, remotePort)) {
        connection.info(into);
        return true;
      }
    }
    return false;
  }

  @Override
  public void profile(TcpProfile profile) {
    layer.profile(profile);
  }

  @Override
  public TcpProfile profile() {
    return layer.profile();
  }
}
