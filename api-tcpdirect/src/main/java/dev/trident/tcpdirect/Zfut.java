package dev.trident.tcpdirect;

import dev.trident.tcpdirect.udp.UdpSender;
import org.jspecify.annotations.Nullable;

/** {@code struct zfut}: a UDP-transmit zocket, which has one destination for life. Opaque. */
public final class Zfut {
  final UdpSender zocket;
  private @Nullable ZfWaitable waitable;

  Zfut(UdpSender zocket) {
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
