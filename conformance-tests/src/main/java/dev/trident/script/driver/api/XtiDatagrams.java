package dev.trident.script.driver.api;

import dev.trident.c.IntRef;
import dev.trident.c.SockAddrIn;
import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.driver.Call;
import dev.trident.script.driver.Call.Events;
import dev.trident.xti.TBind;
import dev.trident.xti.TUderr;
import dev.trident.xti.TUnitdata;
import dev.trident.xti.Xti;
import dev.trident.xti.XtiAddr;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A datagram socket made of an endpoint of {@code /dev/udp}. XTI knows no peer of such an endpoint:
 * it is kept here, as a port would do, and datagrams of others are passed over.
 */
final class XtiDatagrams extends XtiSocket {
  private @Nullable SockAddrIn peer;

  XtiDatagrams(Xti xti, int fd) {
    super(xti, fd);
  }

  @Override
  Outcome bind(SockAddrIn address) {
    TBind request = new TBind();
    XtiAddr.put(request.addr, address);
    return xti.t_bind(fd, request, null) < 0 ? failure("EINVAL") : Outcome.of(0);
  }

  private boolean isBound() {
    return xti.t_getstate(fd) != Xti.T_UNBND || xti.t_bind(fd, null, null) == 0;
  }

  @Override
  Outcome listen(int backlog) {
    return Outcome.error("EOPNOTSUPP");
  }

  @Override
  Outcome accept(boolean nonBlocking) {
    return Outcome.error("EOPNOTSUPP");
  }

  @Override
  Outcome connect(SockAddrIn to) {
    peer = to;
    return isBound() ? Outcome.of(0) : failure("EINVAL");
  }

  @Override
  Outcome send(int[] lengths, @Nullable SockAddrIn to, int flags) {
    SockAddrIn target = to == null ? peer : to;
    if (target == null) {
      return Outcome.error("EDESTADDRREQ");
    }
    if (!isBound()) {
      return failure("EINVAL");
    }
    int length = 0;
    for (int part : lengths) {
      length += part;
    }
    TUnitdata unit = new TUnitdata();
    XtiAddr.put(unit.addr, target);
    unit.udata.buf = bytes(length);
    unit.udata.len = length;
    return xti.t_sndudata(fd, unit) == 0 ? Outcome.of(length) : errorOrFailure();
  }

  /** Of a call that may have met the error of an earlier datagram. */
  private Outcome errorOrFailure() {
    return mustLook() ? Outcome.error(takeDatagramError()) : failure("EINVAL");
  }

  private String takeDatagramError() {
    TUderr error = new TUderr();
    XtiAddr.room(error.addr);
    return xti.t_rcvuderr(fd, error) < 0
        ? XtiErrors.name(xti, "EINVAL")
        : XtiErrors.ofReason(error.error);
  }

  /** The rest of a datagram that is longer than the room is fetched too, and dropped. */
  @Override
  Outcome receive(int length, boolean waitAll, boolean wholeLength) {
    if (!isBound()) {
      return failure("EINVAL");
    }
    ByteBuf buffer = bytes(length);
    TUnitdata unit = new TUnitdata();
    XtiAddr.room(unit.addr);
    IntRef flags = new IntRef();
    while (true) {
      unit.udata.buf = buffer;
      unit.udata.maxlen = length;
      if (xti.t_rcvudata(fd, unit, flags) < 0) {
        return errorOrFailure();
      }
      int count = unit.udata.len;
      SockAddrIn source = XtiAddr.get(unit.addr);
      int whole = count;
      while ((flags.value & Xti.T_MORE) != 0) {
        unit.udata.buf = bytes(2_048);
        unit.udata.maxlen = 2_048;
        if (xti.t_rcvudata(fd, unit, flags) < 0) {
          return errorOrFailure();
        }
        whole += unit.udata.len;
      }
      if (isWanted(source)) {
        ByteBuffer data = ByteBuffer.wrap(buffer.array(), 0, count).slice();
        return new Outcome(wholeLength ? whole : count, null, List.of(), data);
      }
    }
  }

  private boolean isWanted(SockAddrIn source) {
    SockAddrIn only = peer;
    return only == null || (only.sin_addr == source.sin_addr && only.sin_port == source.sin_port);
  }

  @Override
  Outcome sendRelease() {
    return Outcome.error("EOPNOTSUPP");
  }

  @Override
  Outcome close() {
    return xti.t_close(fd) < 0 ? failure("EBADF") : Outcome.of(0);
  }

  @Override
  @Nullable String takeError() {
    return xti.t_look(fd) == Xti.T_UDERR ? takeDatagramError() : null;
  }

  @Override
  int events() {
    return switch (xti.t_look(fd)) {
      case Xti.T_DATA -> Events.IN;
      case Xti.T_UDERR -> Events.IN | Events.ERR;
      default -> 0;
    };
  }

  @Override
  boolean takeOption(Call.SetOption call) {
    return false;
  }
}
