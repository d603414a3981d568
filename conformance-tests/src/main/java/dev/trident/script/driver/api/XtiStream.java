package dev.trident.script.driver.api;

import dev.trident.c.IntRef;
import dev.trident.c.SockAddrIn;
import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.driver.Call;
import dev.trident.script.driver.Call.Events;
import dev.trident.xti.TBind;
import dev.trident.xti.TCall;
import dev.trident.xti.TDiscon;
import dev.trident.xti.TIovec;
import dev.trident.xti.Xti;
import dev.trident.xti.XtiAddr;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A stream socket made of an endpoint of {@code /dev/tcp}, as a port of a BSD program would do it.
 *
 * <p>bind is put off until listen or connect, since the length of the queue is an argument of
 * t_bind. An orderly release is taken when a read meets it, a disconnect when any call meets it:
 * its reason is the error of that call, and afterwards reads end and writes break, as sockets have
 * it.
 */
final class XtiStream extends XtiSocket {
  private final XtiOptions options;
  private SockAddrIn wanted = new SockAddrIn(0, 0);
  private boolean listening;
  private boolean connecting;
  private boolean connected;
  private boolean peerReleased;
  private boolean disconnected;

  /** What the last accept has made, and of whom. */
  private @Nullable XtiStream accepted;

  private SockAddrIn peer = new SockAddrIn();

  XtiStream(Xti xti, int fd, XtiOptions options) {
    super(xti, fd);
    this.options = options;
  }

  // ---- opening ------------------------------------------------------------------------------

  @Override
  Outcome bind(SockAddrIn address) {
    wanted = address;
    return Outcome.of(0);
  }

  private int bindNow(int qlen) {
    TBind request = new TBind();
    XtiAddr.put(request.addr, wanted);
    request.qlen = qlen;
    return xti.t_bind(fd, request, null);
  }

  @Override
  Outcome listen(int backlog) {
    if (bindNow(Math.max(1, backlog)) < 0) {
      return failure("EINVAL");
    }
    listening = true;
    return Outcome.of(0);
  }

  @Override
  Outcome accept(boolean nonBlocking) {
    TCall call = new TCall();
    XtiAddr.room(call.addr);
    while (xti.t_listen(fd, call) == 0) {
      int flags = Xti.O_RDWR | (nonBlocking ? Xti.O_NONBLOCK : 0);
      int made = xti.t_open("/dev/tcp", flags, null);
      if (made < 0) {
        return failure("EINVAL");
      }
      options.put(call.opt);
      if (xti.t_accept(fd, made, call) == 0) {
        accepted = new XtiStream(xti, made, options.inherited());
        accepted.connected = true;
        peer = XtiAddr.get(call.addr);
        return Outcome.of(made);
      }
      boolean withdrawn = mustLook();
      Outcome failure = withdrawn ? Outcome.error("ECONNABORTED") : failure("EINVAL");
      xti.t_close(made);
      if (!withdrawn) {
        return failure;
      }
      xti.t_rcvdis(fd, null); // the peer has reset it meanwhile: the next one
    }
    return failure("EINVAL");
  }

  @Nullable XtiStream accepted() {
    return accepted;
  }

  SockAddrIn acceptedPeer() {
    return peer;
  }

  @Override
  Outcome connect(SockAddrIn to) {
    if (connected) {
      return Outcome.error("EISCONN");
    }
    if (connecting) {
      String error = complete();
      if (error == null) {
        return Outcome.error("EISCONN");
      }
      return Outcome.error(error.equals("EAGAIN") ? "EALREADY" : error);
    }
    if (xti.t_getstate(fd) == Xti.T_UNBND && bindNow(0) < 0) {
      return failure("EINVAL");
    }
    TCall call = new TCall();
    XtiAddr.put(call.addr, to);
    options.put(call.opt);
    connecting = true;
    disconnected = false; // another attempt, after one that has failed
    if (xti.t_connect(fd, call, null) == 0) {
      return established();
    }
    if (xti.t_errno() == Xti.TNODATA) {
      return Outcome.error("EINPROGRESS");
    }
    connecting = false;
    return mustLook() ? Outcome.error(takeDisconnect()) : failure("EINVAL");
  }

  private Outcome established() {
    connecting = false;
    connected = true;
    return Outcome.of(0);
  }

  /**
   * Takes the confirmation of an asynchronous connect, waiting for it if the endpoint is
   * synchronous by now: null if there is a connection, else an error; EAGAIN while under way.
   */
  private @Nullable String complete() {
    if (!connecting) {
      return null;
    }
    if (xti.t_rcvconnect(fd, null) == 0) {
      established();
      return null;
    }
    if (!mustLook()) {
      return XtiErrors.name(xti, "ENOTCONN");
    }
    return takeDisconnect();
  }

  /** Takes the disconnect that ended the connection; its reason. */
  private String takeDisconnect() {
    TDiscon discon = new TDiscon();
    if (xti.t_rcvdis(fd, discon) < 0) {
      return XtiErrors.name(xti, "ENOTCONN");
    }
    connecting = false;
    connected = false;
    disconnected = true;
    return XtiErrors.ofReason(discon.reason);
  }

  // ---- data ---------------------------------------------------------------------------------

  @Override
  Outcome send(int[] lengths, @Nullable SockAddrIn to, int flags) {
    String error = complete();
    if (error != null) {
      return Outcome.error(error);
    }
    if (disconnected) {
      return Outcome.error("EPIPE");
    }
    int sent = lengths.length == 1 ? send(lengths[0], flags) : gather(lengths, flags);
    if (sent >= 0) {
      return Outcome.of(sent);
    }
    return mustLook() ? Outcome.error(takeDisconnect()) : failure(connected ? "EPIPE" : "ENOTCONN");
  }

  private int send(int length, int flags) {
    return length == 0 ? 0 : xti.t_snd(fd, bytes(length), length, flags);
  }

  private int gather(int[] lengths, int flags) {
    TIovec[] pieces = new TIovec[lengths.length];
    for (int i = 0; i < lengths.length; i++) {
      pieces[i] = new TIovec(bytes(lengths[i]), lengths[i]);
    }
    return xti.t_sndv(fd, pieces, pieces.length, flags);
  }

  @Override
  Outcome receive(int length, boolean waitAll, boolean wholeLength) {
    String error = complete();
    if (error != null) {
      return Outcome.error(error);
    }
    if (disconnected || peerReleased) {
      return Outcome.of(0);
    }
    ByteBuf buffer = bytes(length);
    int count = 0;
    IntRef flags = new IntRef();
    do {
      buffer.readerIndex(count);
      int more = xti.t_rcv(fd, buffer, length - count, flags);
      if (more < 0) {
        return count > 0 ? SimulatedDriver.received(buffer, count) : endOrFailure();
      }
      count += more;
    } while (waitAll && count < length);
    return SimulatedDriver.received(buffer, count);
  }

  private Outcome endOrFailure() {
    if (!mustLook()) {
      return failure("ENOTCONN");
    }
    if (xti.t_look(fd) != Xti.T_ORDREL) {
      return Outcome.error(takeDisconnect());
    }
    if (xti.t_rcvrel(fd) < 0) {
      return failure("ENOTCONN");
    }
    peerReleased = true;
    return Outcome.of(0);
  }

  // ---- ends ---------------------------------------------------------------------------------

  @Override
  Outcome sendRelease() {
    String error = complete();
    if (error != null || disconnected) {
      return Outcome.error("ENOTCONN");
    }
    if (xti.t_sndrel(fd) == 0) {
      return Outcome.of(0);
    }
    return mustLook() ? Outcome.error(takeDisconnect()) : failure("ENOTCONN");
  }

  @Override
  Outcome close() {
    if (options.abortsOnClose() && (connected || connecting)) {
      xti.t_snddis(fd, null); // fails if the connection has ended by itself, which is as well
    }
    return xti.t_close(fd) < 0 ? failure("EBADF") : Outcome.of(0);
  }

  // ---- questions ----------------------------------------------------------------------------

  @Override
  @Nullable String takeError() {
    if (listening || disconnected) {
      return null;
    }
    int event = xti.t_look(fd);
    if (event == Xti.T_CONNECT) {
      return complete();
    }
    return event == Xti.T_DISCONNECT ? takeDisconnect() : null;
  }

  @Override
  int events() {
    return switch (xti.t_look(fd)) {
      case Xti.T_LISTEN, Xti.T_DATA, Xti.T_EXDATA -> Events.IN;
      case Xti.T_ORDREL -> Events.IN | Events.RDHUP;
      case Xti.T_DISCONNECT -> Events.IN | Events.RDHUP | Events.HUP | Events.ERR;
      default -> peerReleased ? Events.IN | Events.RDHUP : 0;
    };
  }

  boolean isListening() {
    return listening;
  }

  /** Whether SO_RCVBUF was set, and no call has taken it. */
  boolean wantsReceiveBytes() {
    return options.hasReceiveBytes();
  }

  @Override
  boolean takeOption(Call.SetOption call) {
    return options.take(call, connected || connecting);
  }
}
