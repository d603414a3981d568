package dev.trident.apps.net;

import java.io.IOException;

/** A network for a peer could not be made. The message is one line: the cause and the remedy. */
public final class NetworkSetupException extends IOException {
  private static final long serialVersionUID = 1;

  public NetworkSetupException(String message) {
    super(message);
  }
}
