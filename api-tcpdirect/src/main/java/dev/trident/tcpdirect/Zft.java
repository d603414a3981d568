package dev.trident.tcpdirect;

import dev.trident.tcpdirect.tcp.TcpZocket;
import org.jspecify.annotations.Nullable;

/** {@code struct zft}: a TCP zocket that is, or was, connected or connecting. Opaque. */
public final class Zft {
  final TcpZocket zocket;
  private @Nullable ZfWaitable waitable;

  /**
   * @param waitable what the handle gave out already, or null
   */
  Zft(TcpZocket zocket, @Nullable ZfWaitable waitable) {
    this.zocket = zocket;
    this.waitable = waitable;
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
