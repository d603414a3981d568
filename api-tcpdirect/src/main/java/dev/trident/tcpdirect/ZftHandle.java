package dev.trident.tcpdirect;

import dev.trident.tcpdirect.tcp.TcpZocket;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct zft_handle}: a TCP zocket before it is connected. Ends by being freed, or by a
 * connect that succeeds and hands its zocket on. Opaque.
 */
public final class ZftHandle {
  private final String name;
  private @Nullable TcpZocket zocket;
  private @Nullable ZfWaitable waitable;

  ZftHandle(TcpZocket zocket) {
    this.zocket = zocket;
    this.name = zocket.toString();
  }

  TcpZocket zocket() {
    TcpZocket present = zocket;
    if (present == null) {
      throw new IllegalStateException(name + ": used after it was connected or freed");
    }
    return present;
  }

  ZfWaitable waitable() {
    ZfWaitable present = waitable;
    if (present == null) {
      present = new ZfWaitable(zocket().waitable());
      waitable = present;
    }
    return present;
  }

  /** This handle is done; its zocket is the caller's. */
  TcpZocket give() {
    TcpZocket given = zocket();
    zocket = null;
    return given;
  }

  Zft connected() {
    return new Zft(give(), waitable);
  }

  @Override
  public String toString() {
    return name;
  }
}
