package dev.trident.xti.endpoint;

import dev.trident.hw.host.HostStack;
import dev.trident.xti.Dialect;

/** What the endpoints of one {@code Xti} share: the host's stack, the dialect, the descriptors. */
public final class Library {
  private final HostStack stack;
  private final Dialect dialect;
  private final Descriptors descriptors = new Descriptors();

  public Library(HostStack stack, Dialect dialect) {
    this.stack = stack;
    this.dialect = dialect;
  }

  public HostStack stack() {
    return stack;
  }

  public Dialect dialect() {
    return dialect;
  }

  public Descriptors descriptors() {
    return descriptors;
  }
}
