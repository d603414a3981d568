package dev.trident.script.driver.api;

import dev.trident.c.SockAddrIn;
import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.driver.Call;
import dev.trident.xti.TBind;
import dev.trident.xti.Xti;
import dev.trident.xti.XtiAddr;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What a BSD program calls a socket, made of an XTI endpoint. */
abstract class XtiSocket {
  final Xti xti;
  final int fd;

  XtiSocket(Xti xti, int fd) {
    this.xti = xti;
    this.fd = fd;
  }

  abstract Outcome bind(SockAddrIn address);

  abstract Outcome listen(int backlog);

  /** Does not touch the driver's books; {@link XtiDriver} does. */
  abstract Outcome accept(boolean nonBlocking);

  abstract Outcome connect(SockAddrIn peer);

  /**
   * @param to destination, or null for the connected peer
   * @param flags of t_snd; 0 for datagrams
   */
  abstract Outcome send(int[] lengths, @Nullable SockAddrIn to, int flags);

  abstract Outcome receive(int length, boolean waitAll, boolean wholeLength);

  abstract Outcome sendRelease();

  abstract Outcome close();

  /** The name of the pending error, taken, or null. */
  abstract @Nullable String takeError();

  /** Events of poll that hold. */
  abstract int events();

  /** Adds an option for t_connect or t_accept; whether it is not too late. */
  abstract boolean takeOption(Call.SetOption call);

  final Outcome setNonBlocking(boolean on) {
    return xti.fcntl(fd, Xti.F_SETFL, on ? Xti.O_NONBLOCK : 0) < 0
        ? Outcome.error(Errnos.name(xti.errno()))
        : Outcome.of(0);
  }

  final boolean isNonBlocking() {
    return (xti.fcntl(fd, Xti.F_GETFL, 0) & Xti.O_NONBLOCK) != 0;
  }

  /** The last call's error, TOUTSTATE meaning {@code whenOutOfState}. */
  final Outcome failure(String whenOutOfState) {
    return Outcome.error(XtiErrors.name(xti, whenOutOfState));
  }

  final boolean mustLook() {
    return xti.t_errno() == Xti.TLOOK;
  }

  /** Where the endpoint is bound, or null. */
  final @Nullable SockAddrIn localName() {
    TBind bound = new TBind();
    XtiAddr.room(bound.addr);
    return xti.t_getprotaddr(fd, bound, null) == 0 && bound.addr.len > 0
        ? XtiAddr.get(bound.addr)
        : null;
  }

  static ByteBuf bytes(int count) {
    return SimulatedDriver.bytes(count);
  }
}
