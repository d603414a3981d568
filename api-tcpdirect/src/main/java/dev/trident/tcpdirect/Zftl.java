package dev.trident.tcpdirect;

import dev.trident.tcpdirect.tcp.TcpListener;
import org.jspecify.annotations.Nullable;

/** {@code struct zftl}: a TCP listening zocket. Opaque. */
public final class Zftl {
  final TcpListener zocket;
  private @Nullable ZfWaitable waitable;

  Zftl(TcpListener zocket) {
    this.zocket = zocket;
  }

  ZfWaitable waitable() {
    ZfWaitable present = waitable;
    if (present == null) {
      present = new ZfWaitable(zocket.waitable());
      waitable = present;
    }
    return present;
  }

  @Override
  public String toString() {
    return zocket.toString();
  }
}
