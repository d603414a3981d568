package dev.trident.tcpdirect;

import dev.trident.tcpdirect.udp.UdpReceiver;
import org.jspecify.annotations.Nullable;

/** {@code struct zfur}: a UDP-receive zocket. Opaque. */
public final class Zfur {
  final UdpReceiver zocket;
  private @Nullable ZfWaitable waitable;

  Zfur(UdpReceiver zocket) {
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
