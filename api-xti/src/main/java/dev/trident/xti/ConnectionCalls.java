package dev.trident.xti;

import dev.trident.hw.host.HostStack;
import dev.trident.xti.endpoint.TransportEndpoint;
import dev.trident.xti.error.Failure;
import org.jspecify.annotations.Nullable;

/** The calls that make and end connections. On UDP they all fail with TNOTSUPPORT. */
@SuppressWarnings("MemberName") // the names of C
abstract class ConnectionCalls extends LocalCalls {
  ConnectionCalls(HostStack stack, Dialect dialect) {
    super(stack, dialect);
  }

  /**
   * Connects an endpoint in T_IDLE. Synchronous, it waits and leads to T_DATAXFER; asynchronous, it
   * always fails with TNODATA, which leads to T_OUTCON, and {@link #t_rcvconnect} completes it.
   *
   * @param sndcall addr: the peer; opt: length 0, or options for the connection; udata: length 0
   * @param rcvcall takes the peer's address, unless null
   * @return 0; or -1 with TNODATA, TLOOK (refused or unreachable: T_DISCONNECT is pending and the
   *     state T_OUTCON until t_rcvdis; or T_LISTEN is queued, and nothing was sent), TBADADDR,
   *     TADDRBUSY (the pair of addresses is in use, TLI: TBADADDR; or the local address, which is
   *     shared), TBADDATA (user data), TBADOPT, TACCES (read-only option), TBUFOVFLW (synchronous
   *     only; connected), TOUTSTATE, TNOTSUPPORT, TBADF, TSYSERR with EINTR (T_OUTCON) or ENOSR
   */
  public int t_connect(int fd, TCall sndcall, @Nullable TCall rcvcall) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      return endpoint == null ? badFd() : answer(endpoint.connect(sndcall, rcvcall));
    } finally {
      exit();
    }
  }

  /**
   * Completes a connect in T_OUTCON, which leads to T_DATAXFER; waits if synchronous.
   *
   * @param call takes the peer's address, and -1 as its sequence, unless null
   * @return 0; or -1 with TNODATA (no outcome yet), TLOOK (T_DISCONNECT), TBUFOVFLW (connected),
   *     TOUTSTATE, TNOTSUPPORT, TBADF, TSYSERR with EINTR
   */
  public int t_rcvconnect(int fd, @Nullable TCall call) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      return endpoint == null ? badFd() : answer(endpoint.rcvconnect(call));
    } finally {
      exit();
    }
  }

  /**
   * Takes a connect indication, which leads to T_INCON; waits if synchronous. On TCP the connection
   * exists already.
   *
   * @param call takes the peer's address and the sequence number that names the indication
   * @return 0; or -1 with TNODATA, TLOOK (an outstanding indication was withdrawn), TBADQLEN (bound
   *     with qlen 0; not in TLI), TQFULL (qlen indications are outstanding; told once, the next
   *     call waits; not in TLI), TBUFOVFLW (the indication counts, and its sequence is valid),
   *     TOUTSTATE, TNOTSUPPORT, TBADF, TSYSERR with EINTR
   */
  public int t_listen(int fd, TCall call) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      return endpoint == null ? badFd() : answer(endpoint.listen(call));
    } finally {
      exit();
    }
  }

  /**
   * Accepts an indication. {@code resfd} becomes the connection, in T_DATAXFER; {@code fd}, if
   * another, goes back to T_IDLE when that was the last outstanding indication. A local address of
   * {@code resfd} gives way to the listener's.
   *
   * @param resfd {@code fd} itself, or a TCP endpoint in T_UNBND or T_IDLE (TLI: T_IDLE) without a
   *     queue
   * @param call sequence: which indication; opt: length 0, or options for the connection; udata:
   *     length 0; addr: length 0 or any address
   * @return 0; or -1 with TBADSEQ, TLOOK (this indication was withdrawn; in XTI4 and TLI any
   *     T_DISCONNECT or T_LISTEN), TINDOUT ({@code resfd} is {@code fd} and others are outstanding;
   *     TLI: TBADF), TRESQLEN ({@code resfd} has a queue), TPROVMISMATCH (TLI: TBADF), TBADADDR,
   *     TBADDATA, TBADOPT, TACCES, TOUTSTATE, TNOTSUPPORT, TBADF
   */
  public int t_accept(int fd, int resfd, TCall call) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      TransportEndpoint taker = find(resfd);
      return endpoint == null || taker == null ? badFd() : answer(endpoint.accept(taker, call));
    } finally {
      exit();
    }
  }

  /**
   * Rejects an indication (T_INCON), or aborts a connection or an attempt at one, which leads to
   * T_IDLE. On TCP the peer gets RST; data on its way is lost.
   *
   * @param call in T_INCON, sequence: which indication; may be null elsewhere; udata: length 0
   * @return 0; or -1 with TBADSEQ (unknown, or {@code call} null in T_INCON), TLOOK (T_DISCONNECT
   *     is pending), TBADDATA (user data), TOUTSTATE, TNOTSUPPORT, TBADF
   */
  public int t_snddis(int fd, @Nullable TCall call) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      return endpoint == null ? badFd() : answer(endpoint.snddis(call));
    } finally {
      exit();
    }
  }

  /**
   * Takes a T_DISCONNECT; what was not yet read is lost. Never blocks.
   *
   * @param discon takes the reason, a positive errno value, and in T_INCON the sequence of the
   *     indication that was withdrawn, elsewhere -1; may be null
   * @return 0; or -1 with TNODIS (none pending), TOUTSTATE (not in TLI), TNOTSUPPORT, TBADF
   */
  public int t_rcvdis(int fd, @Nullable TDiscon discon) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      return endpoint == null ? badFd() : answer(endpoint.rcvdis(discon));
    } finally {
      exit();
    }
  }

  /**
   * Releases this side of a connection: nothing is sent afterwards. T_DATAXFER leads to T_OUTREL,
   * T_INREL to T_IDLE. On TCP this sends FIN.
   *
   * @return 0; or -1 with TLOOK (T_DISCONNECT; TLI: TSYSERR with EPROTO), TOUTSTATE, TNOTSUPPORT,
   *     TBADF. TFLOW does not occur: a FIN takes no room
   */
  public int t_sndrel(int fd) {
    return release(fd, null);
  }

  /**
   * As {@link #t_sndrel}.
   *
   * @param discon may be null; user data is not offered: TBADDATA
   * @return as {@link #t_sndrel}, and -1 with TNOTSUPPORT in XTI4 and TLI
   */
  public int t_sndreldata(int fd, @Nullable TDiscon discon) {
    return dialect().hasVectorCalls() ? release(fd, discon) : notOffered(fd);
  }

  private int release(int fd, @Nullable TDiscon discon) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      return endpoint == null ? badFd() : answer(endpoint.sndrel(discon));
    } finally {
      exit();
    }
  }

  /**
   * Takes a T_ORDREL: nothing is received afterwards. T_DATAXFER leads to T_INREL, T_OUTREL to
   * T_IDLE. Never blocks.
   *
   * @return 0; or -1 with TNOREL (none, or data before it is unread), TLOOK (T_DISCONNECT),
   *     TOUTSTATE (not in TLI), TNOTSUPPORT, TBADF
   */
  public int t_rcvrel(int fd) {
    return takeRelease(fd, null);
  }

  /**
   * As {@link #t_rcvrel}.
   *
   * @param discon may be null; its user data comes back with length 0
   * @return as {@link #t_rcvrel}, and -1 with TNOTSUPPORT in XTI4 and TLI
   */
  public int t_rcvreldata(int fd, @Nullable TDiscon discon) {
    return dialect().hasVectorCalls() ? takeRelease(fd, discon) : notOffered(fd);
  }

  private int takeRelease(int fd, @Nullable TDiscon discon) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      return endpoint == null ? badFd() : answer(endpoint.rcvrel(discon));
    } finally {
      exit();
    }
  }

  /** A call that this dialect does not have. */
  final int notOffered(int fd) {
    enter();
    try {
      return find(fd) == null ? badFd() : fail(Failure.of(TNOTSUPPORT));
    } finally {
      exit();
    }
  }
}
