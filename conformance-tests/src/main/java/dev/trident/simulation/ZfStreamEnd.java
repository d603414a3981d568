package dev.trident.simulation;

import static dev.trident.simulation.ZfRoom.check;
import static dev.trident.tcpdirect.Zf.*;

import dev.trident.c.Iovec;
import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.tcpdirect.ZfErrno;
import dev.trident.tcpdirect.Zft;
import dev.trident.tcpdirect.ZftHandle;
import dev.trident.tcpdirect.ZftMsg;
import dev.trident.tcpdirect.Zftl;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A stream of TCPDirect, polled by its program. */
final class ZfStreamEnd implements StreamEnd {
  private static final int PACKETS = 4;

  private final Place place;
  private final SockAddrIn address;
  private final Ledger ledger;
  private final ZftMsg message = new ZftMsg(PACKETS);
  private @Nullable ZfRoom room;
  private @Nullable Zft zocket;
  private @Nullable Zftl listener;
  private boolean ended;
  private boolean stopped;

  /**
   * An end that is nothing yet.
   *
   * @param address to listen on, or to connect to
   */
  ZfStreamEnd(Place place, SockAddrIn address, Ledger ledger) {
    this.place = place;
    this.address = address;
    this.ledger = ledger;
  }

  /** Fails once the program was stopped, or the stack freed below it. */
  private ZfRoom room() {
    ZfRoom present = room;
    if (stopped || present == null || present.isFreed()) {
      throw new CallFailedException("stopped", ZfErrno.EBUSY);
    }
    return present;
  }

  private Zft zocket() {
    return Objects.requireNonNull(zocket);
  }

  private static boolean isNotNow(int result) {
    return result == -ZfErrno.EAGAIN || result == -ZfErrno.ENOMEM || result == -ZfErrno.ENOBUFS;
  }

  @Override
  public void connect() {
    room = new ZfRoom(place, ledger);
    while (!tryToConnect()) {
      place.node().pause(RETRY_NANOS);
    }
  }

  private boolean tryToConnect() {
    Ref<ZftHandle> handle = new Ref<>();
    check("zft_alloc", zft_alloc(room().stack(), room().attr(), handle));
    Ref<Zft> opened = new Ref<>();
    int called = zft_connect(handle.get(), address, SockAddrIn.SIZEOF, opened);
    if (called == -ZfErrno.EHOSTUNREACH || isNotNow(called)) {
      zft_handle_free(handle.get());
      return false;
    }
    check("zft_connect", called);
    Zft connecting = opened.get();
    zocket = connecting;
    while (zft_state(connecting) == TCP_SYN_SENT) {
      room().perform();
    }
    if (zft_state(connecting) == TCP_ESTABLISHED || zft_error(connecting) == 0) {
      return true;
    }
    int error = zft_error(connecting);
    zft_free(connecting);
    zocket = null;
    if (error != ZfErrno.ECONNREFUSED && error != ZfErrno.ETIMEDOUT) {
      throw new CallFailedException("zft_connect", error);
    }
    return false;
  }

  @Override
  public void listen() {
    ZfRoom made = new ZfRoom(place, ledger);
    room = made;
    Ref<Zftl> opened = new Ref<>();
    check(
        "zftl_listen", zftl_listen(made.stack(), address, SockAddrIn.SIZEOF, made.attr(), opened));
    listener = opened.get();
  }

  @Override
  public StreamEnd accept() {
    Ref<Zft> opened = new Ref<>();
    int result;
    do {
      room().perform();
      result = zftl_accept(Objects.requireNonNull(listener), opened);
    } while (isNotNow(result));
    check("zftl_accept", result);
    ZfStreamEnd accepted = new ZfStreamEnd(place, address, ledger);
    room().enter();
    accepted.room = room;
    accepted.zocket = opened.get();
    return accepted;
  }

  @Override
  public int send(ByteBuf source, int index, int length, int choice) {
    ByteBuf data = source.duplicate().readerIndex(index);
    int result;
    do {
      room().perform();
      int flags = choice % 4 == 0 ? MSG_MORE : 0;
      result =
          choice % 3 == 0
              ? sendPieces(source, index, length, flags)
              : zft_send_single(zocket(), data, length, flags);
    } while (isNotNow(result));
    return check("zft_send", result);
  }

  private int sendPieces(ByteBuf source, int index, int length, int flags) {
    int first = (length + 1) / 2;
    Iovec[] pieces = {new Iovec(), new Iovec()};
    pieces[0].iov_base = source.duplicate().readerIndex(index);
    pieces[0].iov_len = first;
    pieces[1].iov_base = source.duplicate().readerIndex(index + first);
    pieces[1].iov_len = length - first;
    return zft_send(zocket(), pieces, length > first ? 2 : 1, flags);
  }

  @Override
  public void halfClose() {
    int result;
    do {
      room().perform();
      result = zft_shutdown_tx(zocket());
    } while (isNotNow(result));
    check("zft_shutdown_tx", result);
  }

  @Override
  public int receive(ByteBuf target, int max, int choice) {
    return choice % 3 == 0 ? receiveCopy(target, max) : receivePackets(target);
  }

  private int receiveCopy(ByteBuf target, int max) {
    Iovec[] places = {new Iovec()};
    places[0].iov_base = target;
    places[0].iov_len = max;
    int result;
    do {
      room().perform();
      result = zft_recv(zocket(), places, 1, 0);
    } while (isNotNow(result));
    return check("zft_recv", result) == 0 ? END : result;
  }

  private int receivePackets(ByteBuf target) {
    while (!ended) {
      room().perform();
      message.iovcnt = PACKETS;
      zft_zc_recv(zocket(), message, 0);
      if (message.iovcnt == 0) {
        continue;
      }
      int count = 0;
      for (int i = 0; i < message.iovcnt; i++) {
        Iovec piece = message.iov[i];
        ByteBuf bytes = piece.iov_base;
        if (piece.iov_len > 0 && bytes != null) {
          target.setBytes(count, bytes, bytes.readerIndex(), piece.iov_len);
          count += piece.iov_len;
        }
      }
      ended = check("zft_zc_recv_done", zft_zc_recv_done(zocket(), message)) == 0;
      if (count > 0) {
        return count;
      }
    }
    return END;
  }

  @Override
  public void close() {
    ZfRoom present = room;
    if (present == null || present.isFreed()) {
      return;
    }
    if (listener != null) {
      zftl_free(listener);
      listener = null;
    }
    if (zocket != null) {
      zft_free(zocket);
      zocket = null;
    }
    room = null;
    present.leave();
  }

  /** The stack is freed with everything that is open on it. */
  @Override
  public void abort() {
    ZfRoom present = room;
    if (present != null) {
      present.free();
      room = null;
    }
  }

  @Override
  public void stop() {
    stopped = true;
    ZfRoom present = room;
    if (present != null) {
      present.stop();
    }
  }
}
