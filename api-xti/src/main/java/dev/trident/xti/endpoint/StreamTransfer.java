package dev.trident.xti.endpoint;

import static dev.trident.xti.XtiConstants.*;

import dev.trident.c.IntRef;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamState;
import dev.trident.xti.Dialect;
import dev.trident.xti.TIovec;
import dev.trident.xti.error.Failure;
import dev.trident.xti.error.StackErrors;
import dev.trident.xti.event.LookRule;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The data phase of a TCP endpoint: t_snd, t_sndv, t_rcv, t_rcvv.
 *
 * <p>A stream has no units: T_MORE is ignored by sends and never set by receives, and T_PUSH asks
 * for what the engine does anyway. Expedited data is urgent data in line: the last byte of a call
 * is marked, and what is unread up to a mark is received with T_EXPEDITED. No call makes garbage.
 */
final class StreamTransfer {
  private final TcpProviderEndpoint owner;
  private final EndpointWait<TcpProviderEndpoint> readable;
  private final EndpointWait<TcpProviderEndpoint> writable;

  /** A send was refused by flow control, and t_look has not yet told that it is lifted. */
  private boolean flowBlocked;

  /** The same of an expedited send. */
  private boolean expeditedBlocked;

  StreamTransfer(TcpProviderEndpoint owner) {
    this.owner = owner;
    readable = new EndpointWait<>(owner, "data", StreamTransfer::isReadable);
    writable = new EndpointWait<>(owner, "room to send", StreamTransfer::isWritable);
  }

  /** A new connection begins. */
  void reset() {
    flowBlocked = false;
    expeditedBlocked = false;
  }

  /** Whether T_GODATA is pending. */
  boolean isFlowLifted() {
    return flowBlocked && showsRoom();
  }

  /** Whether T_GOEXDATA is pending. */
  boolean isExpeditedFlowLifted() {
    return expeditedBlocked && showsRoom();
  }

  private boolean showsRoom() {
    return owner.dialect().showsFlowControl()
        && owner.stream().readiness().isAny(Readiness.WRITABLE);
  }

  void onFlowControlShown(int event) {
    if (event == T_GOEXDATA) {
      expeditedBlocked = false;
    } else {
      flowBlocked = false;
    }
  }

  /** T_DATA or T_EXDATA, with bytes to read: urgent ones show from afar, save in TLI. */
  int dataEvent() {
    int offset = owner.stream().urgentOffset();
    boolean expedited = owner.dialect() == Dialect.TLI ? offset == 0 : offset >= 0;
    return expedited ? T_EXDATA : T_DATA;
  }

  private static boolean isReadable(TcpProviderEndpoint endpoint) {
    if (!endpoint.may(StateEvent.RCV)) {
      return true;
    }
    StreamEndpoint stream = endpoint.stream();
    return stream.receivableBytes() > 0
        || stream.atEndOfStream()
        || stream.state() == StreamState.CLOSED;
  }

  private static boolean isWritable(TcpProviderEndpoint endpoint) {
    if (!endpoint.may(StateEvent.SND)) {
      return true;
    }
    StreamEndpoint stream = endpoint.stream();
    return stream.sendSpace() > 0 || stream.state() == StreamState.CLOSED;
  }

  // ---- send -------------------------------------------------------------------------------

  int snd(@Nullable ByteBuf buf, int index, int nbytes, int flags) {
    Dialect dialect = owner.dialect();
    if (nbytes == 0 && dialect.sendsNothingQuietly()) {
      return 0;
    }
    if (!owner.may(StateEvent.SND)) {
      return wrongState(nbytes);
    }
    int failure = checkFlags(flags);
    if (failure < 0) {
      return failure;
    }
    if (buf == null ? nbytes != 0 : !isInside(buf, index, nbytes)) {
      return Failure.of(TBADDATA);
    }
    failure = checkSend(dialect, nbytes);
    if (failure < 0 || buf == null) {
      return failure;
    }
    return told(push(buf, index, nbytes, engineFlags(flags)), flags);
  }

  int sndv(TIovec[] iov, int iovcount, int flags) {
    if (iovcount <= 0 || iovcount > T_IOV_MAX || iovcount > iov.length) {
      return Failure.of(TBADDATA);
    }
    if (!owner.may(StateEvent.SND)) {
      return owner.outOfState();
    }
    Dialect dialect = owner.dialect();
    int failure = checkFlags(flags);
    if (failure < 0) {
      return failure;
    }
    long total = Vectors.sum(iov, iovcount);
    if (total == Vectors.BAD_MEMORY) {
      return Failure.of(TBADDATA);
    }
    int limit = (int) Math.min(total, Integer.MAX_VALUE);
    failure = checkSend(dialect, limit);
    return failure < 0 ? failure : told(gather(iov, limit, engineFlags(flags)), flags);
  }

  /** Sends the first {@code limit} bytes, with the vector known to hold them. */
  private int gather(TIovec[] iov, int limit, int lastFlags) {
    int done = 0;
    for (int i = 0; done < limit; i++) {
      ByteBuf piece = iov[i].iov_base;
      int length = Math.min(iov[i].iov_len, limit - done);
      if (piece == null || length == 0) {
        continue;
      }
      boolean last = done + length == limit;
      int sent =
          push(piece, piece.readerIndex(), length, last ? lastFlags : StreamEndpoint.SEND_MORE);
      if (sent < 0) {
        return done > 0 ? done : sent;
      }
      done += sent;
      if (sent < length) {
        break;
      }
    }
    return done;
  }

  private int wrongState(int nbytes) {
    boolean dropped = owner.state() == T_IDLE && owner.dialect().dropsDataInIdle();
    return dropped ? nbytes : owner.outOfState();
  }

  private int checkFlags(int flags) {
    if ((flags & ~owner.dialect().sendFlags()) != 0) {
      return Failure.of(TBADFLAG);
    }
    boolean unoffered = (flags & T_EXPEDITED) != 0 && !owner.provider().offersExpedited();
    return unoffered ? Failure.of(TNOTSUPPORT) : 0;
  }

  private static int engineFlags(int flags) {
    return (flags & T_EXPEDITED) == 0 ? 0 : StreamEndpoint.SEND_URGENT;
  }

  /** Notes whether the caller is to be told that flow control is lifted. */
  private int told(int result, int flags) {
    boolean blocked = result == Failure.of(TFLOW);
    if ((flags & T_EXPEDITED) == 0) {
      flowBlocked = blocked;
    } else {
      expeditedBlocked = blocked;
    }
    return result;
  }

  /** The checks between size and transfer: a pending event, then no bytes at all. */
  private int checkSend(Dialect dialect, int nbytes) {
    // The engine finds a disconnect by itself; asking costs, so it is left to the rare cases.
    if ((nbytes == 0 || dialect == Dialect.XTI4) && owner.mustLook(LookRule.SND)) {
      return Failure.of(TLOOK);
    }
    return nbytes == 0 ? Failure.of(TBADDATA) : 0;
  }

  /**
   * Sends {@code length} bytes, at least 1, waiting if the endpoint is synchronous.
   *
   * @return how many were accepted: fewer than {@code length} if asynchronous or ended half-way; or
   *     the failure if none was
   */
  private int push(ByteBuf buf, int index, int length, int engineFlags) {
    if (!owner.may(StateEvent.SND)) {
      return owner.outOfState(); // changed by another thread while an earlier piece was waiting
    }
    StreamEndpoint stream = owner.stream();
    int done = 0;
    while (done < length) {
      int sent = stream.send(buf, index + done, length - done, engineFlags);
      if (sent > 0) {
        done += sent;
        continue;
      }
      int failure = onRefused(stream, StackError.of(sent));
      if (failure < 0) {
        return done > 0 ? done : failure;
      }
    }
    return done;
  }

  /** What to do about a refused send: 0 to try again, or the failure. */
  private int onRefused(StreamEndpoint stream, StackError error) {
    boolean forMemory = error == StackError.NO_BUFFERS;
    if (error != StackError.WOULD_BLOCK && !forMemory) {
      int failure = StackErrors.snd(error);
      return Failure.tErrno(failure) == TLOOK ? owner.lookForDisconnect() : failure;
    }
    if (owner.isNonBlocking() && !(forMemory && owner.dialect().waitsForMemory())) {
      return Failure.of(TFLOW);
    }
    int failure = forMemory ? owner.awaitRetry() : owner.await(writable);
    if (failure < 0) {
      return failure;
    }
    return owner.may(StateEvent.SND) && owner.isCurrent(stream) ? 0 : owner.outOfState();
  }

  // ---- receive ----------------------------------------------------------------------------

  int rcv(@Nullable ByteBuf buf, int index, int nbytes, IntRef flags) {
    flags.value = 0;
    if (!owner.may(StateEvent.RCV)) {
      return owner.outOfState();
    }
    if (buf == null) {
      return nbytes == 0 ? pull(TcpProviderEndpoint.noMemory(), 0, 0, flags) : Failure.of(TBADDATA);
    }
    if (buf.isReadOnly() || !isInside(buf, index, nbytes)) {
      return Failure.of(TBADDATA);
    }
    return pull(buf, index, nbytes, flags);
  }

  int rcvv(TIovec[] iov, int iovcount, IntRef flags) {
    flags.value = 0;
    if (iovcount <= 0 || iovcount > T_IOV_MAX || iovcount > iov.length) {
      return Failure.of(TBADDATA);
    }
    if (!owner.may(StateEvent.RCV)) {
      return owner.outOfState();
    }
    long total = Vectors.sumWritable(iov, iovcount);
    if (total == Vectors.BAD_MEMORY) {
      return Failure.of(TBADDATA);
    }
    if (total == 0) {
      return pull(TcpProviderEndpoint.noMemory(), 0, 0, flags);
    }
    int limit = (int) Math.min(total, Integer.MAX_VALUE);
    return scatter(iov, limit, flags);
  }

  /**
   * Waits for the first bytes only, then fills the vector in order with what is there and of the
   * same kind, normal or expedited.
   */
  private int scatter(TIovec[] iov, int limit, IntRef flags) {
    int done = 0;
    for (int i = 0; done < limit; i++) {
      ByteBuf piece = iov[i].iov_base;
      int length = Math.min(iov[i].iov_len, limit - done);
      if (piece == null || length == 0) {
        continue;
      }
      if (done > 0 && (owner.stream().receivableBytes() == 0 || isOtherKind(flags.value))) {
        break;
      }
      int read = pull(piece, piece.readerIndex(), length, flags);
      if (read < 0) {
        return read;
      }
      done += read;
      if (read < length) {
        break;
      }
    }
    return done;
  }

  private boolean isOtherKind(int flags) {
    boolean expedited = owner.stream().urgentOffset() >= 0;
    return expedited != ((flags & T_EXPEDITED) != 0);
  }

  /**
   * Receives up to {@code length} bytes, waiting for the first if the endpoint is synchronous: of
   * an urgent mark those up to it, with T_MORE while there are more of them.
   */
  private int pull(ByteBuf buf, int index, int length, IntRef flags) {
    while (true) {
      StreamEndpoint stream = owner.stream();
      int read = length == 0 ? lookForBytes(stream) : take(stream, buf, index, length, flags);
      if (read > 0) {
        return length == 0 ? 0 : read;
      }
      if (read == 0) {
        return Failure.of(TLOOK); // the peer has released, and all it sent has been read
      }
      StackError error = StackError.of(read);
      if (error != StackError.WOULD_BLOCK || owner.isNonBlocking()) {
        return StackErrors.rcv(error);
      }
      int failure = owner.await(readable);
      if (failure < 0) {
        return failure;
      }
      if (!owner.may(StateEvent.RCV) || !owner.isCurrent(stream)) {
        return owner.outOfState();
      }
    }
  }

  private static int take(StreamEndpoint stream, ByteBuf buf, int index, int length, IntRef flags) {
    int ahead = stream.urgentOffset();
    if (ahead < 0 || stream.receivableBytes() == 0) {
      return stream.receive(buf, index, length);
    }
    int read = stream.receive(buf, index, ahead == 0 ? 1 : length);
    if (read == ahead && read < length && stream.receivableBytes() > 0) {
      read += Math.max(stream.receive(buf, index + read, 1), 0);
    }
    if (read > 0) {
      flags.value = stream.urgentOffset() < 0 ? T_EXPEDITED : T_EXPEDITED | T_MORE;
    }
    return read;
  }

  /** What a receive of some bytes would say, without receiving any. */
  private static int lookForBytes(StreamEndpoint stream) {
    int queued = stream.receivableBytes();
    if (queued > 0 || stream.atEndOfStream()) {
      return queued;
    }
    return TcpProviderEndpoint.isAborted(stream)
        ? stream.pendingError()
        : StackError.WOULD_BLOCK.code;
  }

  private static boolean isInside(ByteBuf buf, int index, int nbytes) {
    return nbytes >= 0 && buf.refCnt() > 0 && nbytes <= buf.capacity() - index;
  }
}
