package dev.trident.xti.endpoint;

import static dev.trident.xti.XtiConstants.*;

import dev.trident.buffer.CellBuf;
import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.xti.Errno;
import dev.trident.xti.Netbuf;
import dev.trident.xti.TBind;
import dev.trident.xti.TIovec;
import dev.trident.xti.TUderr;
import dev.trident.xti.TUnitdata;
import dev.trident.xti.error.Failure;
import dev.trident.xti.error.StackErrors;
import dev.trident.xti.event.LookRule;
import dev.trident.xti.option.OptionWalk;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint of {@code /dev/udp}: datagrams, sent whole or not at all, of which the user may read
 * one in several pieces. Datagrams have no options here, so {@code opt} comes back with length 0.
 */
final class UdpProviderEndpoint extends TransportEndpoint {
  private @Nullable DatagramEndpoint socket;
  private final EndpointWait<UdpProviderEndpoint> readable =
      new EndpointWait<>(this, "a datagram", UdpProviderEndpoint::isReadable);

  private final EndpointWait<UdpProviderEndpoint> writable =
      new EndpointWait<>(this, "room in the device", UdpProviderEndpoint::isWritable);

  /** The datagram that has been read in part, ours to release; null if there is none. */
  private @Nullable CellBuf begun;

  /** Bytes of {@link #begun} that have been delivered. */
  private int delivered;

  private boolean flowBlocked;
  private @Nullable GatherList gatherList;

  /** The parallel arrays that the engine takes for a datagram of several pieces. */
  private static final class GatherList {
    final ByteBuf[] buffers = new ByteBuf[T_IOV_MAX];
    final int[] indexes = new int[T_IOV_MAX];
    final int[] lengths = new int[T_IOV_MAX];
  }

  UdpProviderEndpoint(Library library, int oflag) {
    super(library, Provider.UDP, oflag);
  }

  private DatagramEndpoint socket() {
    DatagramEndpoint bound = socket;
    if (bound == null) {
      throw new AssertionError("no socket in " + this);
    }
    return bound;
  }

  // ---- bind -------------------------------------------------------------------------------

  @Override
  public int bind(@Nullable TBind req, @Nullable TBind ret) {
    if (!may(StateEvent.BIND)) {
      return outOfState();
    }
    int address = 0;
    int port = 0;
    if (req != null && req.addr.len != 0) {
      ByteBuf wanted = SocketAddresses.check(req.addr);
      if (wanted == null) {
        return Failure.of(TBADADDR);
      }
      address = SocketAddresses.address(wanted);
      port = SocketAddresses.port(wanted);
    }
    int failure = bindTo(address, port);
    if (failure < 0) {
      return failure;
    }
    move(StateEvent.BIND);
    if (ret == null) {
      return 0;
    }
    ret.qlen = 0;
    return store(ret.addr, socket().localAddress(), socket().localPort());
  }

  private int bindTo(int address, int port) {
    DatagramEndpoint opened = stack().transport().newDatagram();
    if (opened == null) {
      return Failure.system(ENOSR);
    }
    opened.mayBroadcast(false); // T_IP_BROADCAST is T_NO until t_optmgmt sets it
    int result = opened.bind(address, port);
    if (result == StackError.ADDRESS_IN_USE.code && port != 0 && dialect().bindsElsewhere()) {
      result = opened.bind(address, 0);
    }
    if (result < 0) {
      opened.close();
      boolean noneLeft = port == 0 && result == StackError.ADDRESS_IN_USE.code;
      return noneLeft ? Failure.of(TNOADDR) : StackErrors.bind(StackError.of(result), dialect());
    }
    socket = opened;
    return 0;
  }

  @Override
  public int unbind() {
    if (!may(StateEvent.UNBIND)) {
      return outOfState();
    }
    if (mustLook(LookRule.UNBIND)) {
      return Failure.of(TLOOK);
    }
    releaseAll();
    move(StateEvent.UNBIND);
    return 0;
  }

  @Override
  void releaseAll() {
    forgetBegun();
    flowBlocked = false;
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }

  private void forgetBegun() {
    if (begun != null) {
      begun.release();
      begun = null;
    }
  }

  @Override
  public int getprotaddr(@Nullable TBind bound, @Nullable TBind peer) {
    if (peer != null) {
      peer.addr.len = 0;
    }
    if (bound == null) {
      return 0;
    }
    bound.addr.len = 0;
    DatagramEndpoint here = socket;
    return here == null ? 0 : store(bound.addr, here.localAddress(), here.localPort());
  }

  // ---- events -----------------------------------------------------------------------------

  @Override
  int pendingEvents() {
    DatagramEndpoint here = socket;
    if (here == null) {
      return 0;
    }
    return (here.pendingError() != 0 ? T_UDERR : 0)
        | (begun != null || here.receivableDatagrams() > 0 ? T_DATA : 0)
        | (isFlowLifted(here) ? T_GODATA : 0);
  }

  private boolean isFlowLifted(DatagramEndpoint here) {
    return flowBlocked
        && dialect().showsFlowControl()
        && here.readiness().isAny(Readiness.WRITABLE);
  }

  @Override
  void onFlowControlShown(int event) {
    flowBlocked = false;
  }

  private boolean isReadable() {
    DatagramEndpoint here = socket;
    return here == null
        || begun != null
        || here.receivableDatagrams() > 0
        || here.pendingError() != 0;
  }

  private boolean isWritable() {
    DatagramEndpoint here = socket;
    return here == null || here.readiness().isAny(Readiness.WRITABLE);
  }

  // ---- send -------------------------------------------------------------------------------

  @Override
  public int sndudata(TUnitdata unitdata, TIovec @Nullable [] iov, int iovcount) {
    if (iov != null && (iovcount <= 0 || iovcount > T_IOV_MAX || iovcount > iov.length)) {
      return Failure.of(TBADDATA);
    }
    if (!may(StateEvent.SNDUDATA)) {
      return outOfState();
    }
    long total = iov == null ? bytes(unitdata.udata) : Vectors.sum(iov, iovcount);
    if (total == Vectors.BAD_MEMORY) {
      return Failure.of(TBADDATA);
    }
    if (total > provider().tsdu()) {
      return StackErrors.sndudata(StackError.MESSAGE_TOO_LONG, dialect());
    }
    if (mustLook(LookRule.SNDUDATA)) {
      return Failure.of(TLOOK);
    }
    ByteBuf to = SocketAddresses.check(unitdata.addr);
    if (to == null) {
      return StackErrors.sndudata(StackError.INVALID_ADDRESS, dialect());
    }
    if (!OptionWalk.isWellFormed(unitdata.opt)) {
      return dialect().checksState() ? Failure.of(TBADOPT) : Failure.system(EPROTO);
    }
    int address = SocketAddresses.address(to);
    int port = SocketAddresses.port(to);
    if (address == 0 || port == 0) {
      return StackErrors.sndudata(StackError.INVALID_ADDRESS, dialect());
    }
    return send(unitdata, iov, iovcount, address, port);
  }

  private static long bytes(Netbuf udata) {
    ByteBuf buf = udata.buf;
    if (udata.len == 0) {
      return 0;
    }
    return buf == null || !C.inBounds(buf, udata.len) ? Vectors.BAD_MEMORY : udata.len;
  }

  private int send(
      TUnitdata unitdata, TIovec @Nullable [] iov, int iovcount, int address, int port) {
    while (true) {
      int sent =
          iov == null
              ? sendOne(unitdata.udata, address, port)
              : sendGathered(iov, iovcount, address, port);
      if (sent >= 0) {
        flowBlocked = false;
        return 0;
      }
      StackError error = StackError.of(sent);
      boolean full = error == StackError.WOULD_BLOCK || error == StackError.NO_BUFFERS;
      boolean waits =
          !isNonBlocking() || (error == StackError.NO_BUFFERS && dialect().waitsForMemory());
      if (!full || !waits) {
        flowBlocked |= full;
        return StackErrors.sndudata(error, dialect());
      }
      int failure = error == StackError.WOULD_BLOCK ? await(writable) : awaitRetry();
      if (failure < 0) {
        return failure;
      }
      if (!may(StateEvent.SNDUDATA)) {
        return outOfState();
      }
    }
  }

  private int sendOne(Netbuf udata, int address, int port) {
    ByteBuf buf = udata.buf;
    if (buf == null || udata.len == 0) {
      return socket().send(Unpooled.EMPTY_BUFFER, 0, 0, address, port);
    }
    return socket().send(buf, buf.readerIndex(), udata.len, address, port);
  }

  private int sendGathered(TIovec[] iov, int iovcount, int address, int port) {
    GatherList list = gatherList;
    if (list == null) {
      list = new GatherList();
      gatherList = list;
    }
    int count = 0;
    for (int i = 0; i < iovcount; i++) {
      ByteBuf piece = iov[i].iov_base;
      if (piece != null && iov[i].iov_len > 0) {
        list.buffers[count] = piece;
        list.indexes[count] = piece.readerIndex();
        list.lengths[count] = iov[i].iov_len;
        count++;
      }
    }
    int sent =
        count == 0
            ? socket().send(Unpooled.EMPTY_BUFFER, 0, 0, address, port)
            : socket().sendGather(list.buffers, list.indexes, list.lengths, count, address, port);
    for (int i = 0; i < count; i++) {
      list.buffers[i] = Unpooled.EMPTY_BUFFER; // keep no memory of the user
    }
    return sent;
  }

  // ---- receive ----------------------------------------------------------------------------

  @Override
  public int rcvudata(TUnitdata unitdata, TIovec @Nullable [] iov, int iovcount, IntRef flags) {
    flags.value = 0;
    if (!may(StateEvent.RCVUDATA)) {
      return outOfState();
    }
    long room =
        iov == null ? SocketAddresses.room(unitdata.udata) : Vectors.sumWritable(iov, iovcount);
    if (room == Vectors.BAD_MEMORY) {
      return Failure.of(TBADDATA);
    }
    if (begun == null) {
      int result = awaitDatagram();
      if (result < 0) {
        return result;
      }
      if (iov == null && begun == null && socket().nextBytes() <= room) {
        return receiveWhole(unitdata);
      }
      result = storeSource(unitdata);
      if (result < 0) {
        return result;
      }
    } else {
      unitdata.addr.len = 0;
      unitdata.opt.len = 0;
    }
    CellBuf datagram = begun;
    if (datagram == null) {
      return Failure.of(TPROTO);
    }
    int count = (int) Math.min(room, datagram.capacity() - delivered);
    if (iov == null) {
      unitdata.udata.len = count;
      copyOut(datagram, unitdata.udata.buf, count);
    } else {
      scatter(datagram, iov, count);
    }
    if (delivered < datagram.capacity()) {
      flags.value = T_MORE;
    } else {
      forgetBegun();
    }
    return count;
  }

  private int awaitDatagram() {
    while (true) {
      if (mustLook(LookRule.RCVUDATA)) {
        return Failure.of(TLOOK);
      }
      if (begun != null) {
        return 0; // another thread has begun it meanwhile
      }
      if (socket().receivableDatagrams() > 0) {
        return 0;
      }
      if (isNonBlocking()) {
        return Failure.of(TNODATA);
      }
      int failure = await(readable);
      if (failure < 0) {
        return failure;
      }
      if (!may(StateEvent.RCVUDATA)) {
        return outOfState();
      }
    }
  }

  /** The usual case: the oldest datagram fits, and is copied straight out of the queue. */
  private int receiveWhole(TUnitdata unitdata) {
    DatagramEndpoint here = socket();
    ByteBuf to = unitdata.udata.buf;
    int count =
        to == null
            ? here.receive(Unpooled.EMPTY_BUFFER, 0, 0)
            : here.receive(to, to.readerIndex(), here.nextBytes());
    unitdata.opt.len = 0;
    int failure = store(unitdata.addr, here.sourceAddress(), here.sourcePort());
    unitdata.udata.len = failure < 0 ? 0 : count;
    return failure < 0 ? failure : count;
  }

  /** Takes the oldest datagram and tells where it came from; without room for that it is lost. */
  private int storeSource(TUnitdata unitdata) {
    unitdata.opt.len = 0;
    unitdata.addr.len = 0;
    if (begun != null) {
      return 0;
    }
    DatagramEndpoint here = socket();
    begun = here.receiveMessage();
    if (begun == null) {
      return Failure.system(Errno.ENOBUFS); // it came in fragments, and stays queued
    }
    delivered = 0;
    int failure = store(unitdata.addr, here.sourceAddress(), here.sourcePort());
    if (failure < 0) {
      forgetBegun();
    }
    return failure;
  }

  private void copyOut(CellBuf datagram, @Nullable ByteBuf to, int count) {
    if (to != null && count > 0) {
      datagram.getBytes(delivered, to, to.readerIndex(), count);
      delivered += count;
    }
  }

  private void scatter(CellBuf datagram, TIovec[] iov, int count) {
    int end = delivered + count;
    for (int i = 0; delivered < end; i++) {
      copyOut(datagram, iov[i].iov_base, Math.min(iov[i].iov_len, end - delivered));
    }
  }

  @Override
  public int rcvuderr(@Nullable TUderr uderr) {
    if (!may(StateEvent.RCVUDERR)) {
      return dialect().checksState() ? outOfState() : Failure.of(TNOUDERR);
    }
    DatagramEndpoint here = socket();
    int error = here.takeError();
    if (error == 0) {
      return Failure.of(TNOUDERR);
    }
    if (uderr == null) {
      return 0;
    }
    uderr.error = StackErrors.errno(StackError.of(error));
    uderr.opt.len = 0;
    return store(uderr.addr, here.lastErrorAddress(), here.lastErrorPort());
  }
}
