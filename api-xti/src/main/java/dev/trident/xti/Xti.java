package dev.trident.xti;

import dev.trident.c.IntRef;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.host.Interfaces;
import dev.trident.xti.endpoint.TransportEndpoint;
import dev.trident.xti.error.Failure;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The X/Open Transport Interface of a host: {@code t_open} to {@code t_unbind}, as XNS Issue 5
 * describes them, or in an older {@link Dialect}. One object stands for one program with its
 * descriptors and its {@code t_errno}; a ported program may extend this class, so that calls and
 * constants need no prefix.
 *
 * <p>A call returns -1 on failure (t_alloc: null), and {@link #t_errno} tells why. An endpoint is
 * synchronous, so that calls wait, unless O_NONBLOCK was given to {@link #t_open} or set by {@link
 * #fcntl}; an interrupt of the waiting thread ends the wait with TSYSERR and EINTR. On a driven
 * host any number of threads may call, also with the same descriptor.
 *
 * <p>Memory is read and written during the call only. A pointer is a {@link ByteBuf} at its reader
 * index; memory that is too short, read-only or null fails with TBADDATA, or where it is an output
 * netbuf counts as room that is missing.
 *
 * <p>Where the sources leave room, this implementation does as follows. A disconnect is shown
 * behind data that came before it and can still be read, but sending calls meet it at once.
 * XTI_LINGER times above 0 do not make t_close wait. Local addresses may be shared within one
 * {@code Xti} only.
 *
 * <p>Expedited data on TCP is its urgent data, of which RFC 6093 advises against: a mark in the
 * stream, which t_rcv shows by T_EXPEDITED on all that is unread up to it, and which a later one
 * replaces.
 *
 * <p>Not in this version: {@code /dev/itot} and t_optmgmt.
 */
@SuppressWarnings("MemberName") // the names of C
public class Xti extends ConnectionCalls {
  /**
   * XTI for programs on the host of the environment ({@link Interfaces}), over its default stack.
   *
   * @throws dev.trident.hw.host.SetUpException if the environment asks for no interface, or for one
   *     that cannot be; the message says what to do about it
   */
  public Xti() {
    this(Interfaces.ofEnvironment().host());
  }

  /** XTI for programs on {@code host}, over its default stack. */
  public Xti(Host host) {
    this(host, Dialect.XTI);
  }

  /** As {@link #Xti(Host)} in another dialect. */
  public Xti(Host host, Dialect dialect) {
    this(host.defaultStack(), dialect);
  }

  Xti(HostStack stack, Dialect dialect) {
    super(stack, dialect);
  }

  /**
   * Sends on a connection in T_DATAXFER or T_INREL. Synchronous, it waits until all bytes are
   * accepted; asynchronous, it accepts as many as there is room for.
   *
   * @param buf where the bytes are
   * @param nbytes how many, from 1 (TLI: 0 returns 0)
   * @param flags T_MORE: ignored, since TCP has no units; T_PUSH: no effect (XTI5 only);
   *     T_EXPEDITED: the last byte is marked as urgent
   * @return bytes accepted: fewer than {@code nbytes} if asynchronous, or if interrupted; or -1
   *     with TFLOW (asynchronous, none accepted; T_GODATA will follow), TLOOK (T_DISCONNECT; in
   *     XTI4 T_ORDREL too), TBADDATA (no bytes, or bad memory), TBADFLAG, TOUTSTATE (TLI: in T_IDLE
   *     the data is dropped and counts as sent, elsewhere TSYSERR with EPROTO), TNOTSUPPORT, TBADF,
   *     TSYSERR with EINTR
   */
  public int t_snd(int fd, @Nullable ByteBuf buf, int nbytes, int flags) {
    return send(fd, buf, buf == null ? 0 : buf.readerIndex(), nbytes, flags);
  }

  final int send(int fd, @Nullable ByteBuf buf, int index, int nbytes, int flags) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      return endpoint == null ? badFd() : answer(endpoint.snd(buf, index, nbytes, flags));
    } finally {
      exit();
    }
  }

  /**
   * As {@link #t_snd} of several pieces, in order.
   *
   * @param iov pieces of any length, together 1..; of more than INT_MAX bytes the first INT_MAX are
   *     sent
   * @param iovcount 1..T_IOV_MAX, otherwise TBADDATA
   * @return as {@link #t_snd}, and -1 with TNOTSUPPORT in XTI4 and TLI
   */
  public int t_sndv(int fd, TIovec[] iov, int iovcount, int flags) {
    if (!dialect().hasVectorCalls()) {
      return notOffered(fd);
    }
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      return endpoint == null ? badFd() : answer(endpoint.sndv(iov, iovcount, flags));
    } finally {
      exit();
    }
  }

  /**
   * Receives on a connection in T_DATAXFER or T_OUTREL what is there, waiting for the first byte if
   * synchronous. The end of the stream is never a return of 0 but TLOOK with T_ORDREL.
   *
   * @param buf where the bytes go
   * @param nbytes how many at most
   * @param flags set to 0, or of expedited data to T_EXPEDITED, with T_MORE if more of it follows
   * @return bytes received; or -1 with TNODATA (asynchronous), TLOOK (all data has been read, and
   *     T_ORDREL or T_DISCONNECT comes next), TOUTSTATE, TBADDATA (bad memory), TNOTSUPPORT, TBADF,
   *     TSYSERR with EINTR
   */
  public int t_rcv(int fd, @Nullable ByteBuf buf, int nbytes, IntRef flags) {
    return receive(fd, buf, buf == null ? 0 : buf.readerIndex(), nbytes, flags);
  }

  final int receive(int fd, @Nullable ByteBuf buf, int index, int nbytes, IntRef flags) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      return endpoint == null ? badFd() : answer(endpoint.rcv(buf, index, nbytes, flags));
    } finally {
      exit();
    }
  }

  /**
   * As {@link #t_rcv} into several pieces, each filled before the next.
   *
   * @param iovcount 1..T_IOV_MAX, otherwise TBADDATA
   * @return as {@link #t_rcv}, and -1 with TNOTSUPPORT in XTI4 and TLI
   */
  public int t_rcvv(int fd, TIovec[] iov, int iovcount, IntRef flags) {
    if (!dialect().hasVectorCalls()) {
      return notOffered(fd);
    }
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      return endpoint == null ? badFd() : answer(endpoint.rcvv(iov, iovcount, flags));
    } finally {
      exit();
    }
  }

  /**
   * Sends a datagram, whole or not at all.
   *
   * @param unitdata addr: where to; opt: length 0, or options, which are ignored; udata: 0..65,507
   *     bytes
   * @return 0; or -1 with TFLOW (asynchronous), TLOOK (T_UDERR; not in TLI), TBADDATA (too long,
   *     TLI: TSYSERR with EPROTO; or bad memory), TBADADDR, TBADOPT, TOUTSTATE, TNOTSUPPORT, TBADF,
   *     TSYSERR with EINTR (nothing was sent), ENETUNREACH or EHOSTUNREACH
   */
  public int t_sndudata(int fd, TUnitdata unitdata) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      return endpoint == null ? badFd() : answer(endpoint.sndudata(unitdata, null, 0));
    } finally {
      exit();
    }
  }

  /**
   * As {@link #t_sndudata} of several pieces; {@code unitdata.udata} is ignored.
   *
   * @param iovcount 1..T_IOV_MAX, otherwise TBADDATA
   * @return as {@link #t_sndudata}, and -1 with TNOTSUPPORT in XTI4 and TLI
   */
  public int t_sndvudata(int fd, TUnitdata unitdata, TIovec[] iov, int iovcount) {
    if (!dialect().hasVectorCalls()) {
      return notOffered(fd);
    }
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      return endpoint == null ? badFd() : answer(endpoint.sndudata(unitdata, iov, iovcount));
    } finally {
      exit();
    }
  }

  /**
   * Receives a datagram, or the next piece of one, waiting for it if synchronous.
   *
   * @param unitdata addr takes the source, with length 0 for a further piece; opt length 0; udata
   *     takes the bytes
   * @param flags T_MORE if the datagram has more bytes than udata had room for, otherwise 0
   * @return 0; or -1 with TNODATA (asynchronous), TLOOK (T_UDERR), TBUFOVFLW (no room for the
   *     source; the datagram is lost), TOUTSTATE, TNOTSUPPORT, TBADF, TSYSERR with EINTR, or with
   *     ENOBUFS (no memory to begin a datagram that came in fragments; it stays queued)
   */
  public int t_rcvudata(int fd, TUnitdata unitdata, IntRef flags) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      if (endpoint == null) {
        return badFd();
      }
      int result = endpoint.rcvudata(unitdata, null, 0, flags);
      return result >= 0 ? 0 : fail(result);
    } finally {
      exit();
    }
  }

  /**
   * As {@link #t_rcvudata} into several pieces, each filled before the next; {@code unitdata.udata}
   * is left alone.
   *
   * @param iovcount 1..T_IOV_MAX, otherwise TBADDATA, even if {@code fd} is bad too
   * @return bytes received; or as {@link #t_rcvudata}, and -1 with TNOTSUPPORT in XTI4 and TLI
   */
  public int t_rcvvudata(int fd, TUnitdata unitdata, TIovec[] iov, int iovcount, IntRef flags) {
    if (!dialect().hasVectorCalls()) {
      return notOffered(fd);
    }
    enter();
    try {
      if (iovcount <= 0 || iovcount > T_IOV_MAX || iovcount > iov.length) {
        return fail(Failure.of(TBADDATA));
      }
      TransportEndpoint endpoint = find(fd);
      return endpoint == null ? badFd() : answer(endpoint.rcvudata(unitdata, iov, iovcount, flags));
    } finally {
      exit();
    }
  }

  /**
   * Takes the error that a datagram sent earlier has met. Never blocks.
   *
   * @param uderr takes the datagram's destination and an errno value; may be null
   * @return 0; or -1 with TNOUDERR (none), TBUFOVFLW (the error was taken), TOUTSTATE (not in TLI),
   *     TNOTSUPPORT, TBADF
   */
  public int t_rcvuderr(int fd, @Nullable TUderr uderr) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      return endpoint == null ? badFd() : answer(endpoint.rcvuderr(uderr));
    } finally {
      exit();
    }
  }
}
