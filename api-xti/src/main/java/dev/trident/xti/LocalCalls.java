package dev.trident.xti;

import dev.trident.c.Ref;
import dev.trident.hw.host.HostStack;
import dev.trident.xti.endpoint.EndpointFactory;
import dev.trident.xti.endpoint.Library;
import dev.trident.xti.endpoint.TransportEndpoint;
import dev.trident.xti.error.ErrorTexts;
import dev.trident.xti.error.Failure;
import dev.trident.xti.error.LastError;
import org.jspecify.annotations.Nullable;

/** The calls of local management: opening, binding, asking. */
@SuppressWarnings("MemberName") // the names of C
abstract class LocalCalls extends XtiConstants {
  private final Library library;
  private final HostStack stack;
  private final ThreadLocal<LastError> lastErrors = ThreadLocal.withInitial(LastError::new);

  LocalCalls(HostStack stack, Dialect dialect) {
    this.stack = stack;
    library = new Library(stack, dialect);
  }

  // ---- brackets ---------------------------------------------------------------------------

  final void enter() {
    stack.enter();
  }

  final void exit() {
    stack.exit();
  }

  /** The endpoint of {@code fd}, or null: TBADF. Only between {@link #enter} and {@link #exit}. */
  final @Nullable TransportEndpoint find(int fd) {
    return library.descriptors().find(fd);
  }

  final Dialect dialect() {
    return library.dialect();
  }

  /** Turns an endpoint's answer into what C returns: itself, or -1 and t_errno. */
  final int answer(int result) {
    return result >= 0 ? result : fail(result);
  }

  /** TBADF. */
  final int badFd() {
    return fail(Failure.of(TBADF));
  }

  /** Sets t_errno, and errno with TSYSERR: -1. */
  final int fail(int failure) {
    lastErrors.get().set(failure);
    switch (Failure.tErrno(failure)) {
      case TNODATA, TFLOW, TNODIS, TNOREL, TNOUDERR -> stack.foundNothing();
      default -> {}
    }
    return -1;
  }

  // ---- errors -----------------------------------------------------------------------------

  /**
   * {@code t_errno}: why the calling thread's last failing call failed, 0 if none has. Calls that
   * succeed leave it alone.
   */
  public final int t_errno() {
    return lastErrors.get().tErrno();
  }

  /** {@code errno} of the calling thread: the detail of TSYSERR, and of {@link #fcntl}. */
  public final int errno() {
    return lastErrors.get().errno();
  }

  /**
   * Writes {@code errmsg}, a colon, the text for t_errno and, if that is TSYSERR, the text for
   * errno to the standard error stream.
   *
   * @param errmsg null or empty for no prefix
   * @return 0 (TLI's has no value)
   */
  public int t_error(@Nullable String errmsg) {
    LastError last = lastErrors.get();
    StringBuilder line = new StringBuilder();
    if (errmsg != null && !errmsg.isEmpty()) {
      line.append(errmsg).append(": ");
    }
    line.append(t_strerror(last.tErrno()));
    if (last.tErrno() == TSYSERR) {
      line.append(": ").append(ErrorTexts.ofErrno(last.errno()));
    }
    System.err.println(line);
    return 0;
  }

  /** The text for a t_errno code; for an unknown one, its number and that it is unknown. */
  public String t_strerror(int errnum) {
    return ErrorTexts.ofTErrno(errnum);
  }

  /**
   * Asks for a limit.
   *
   * @param name {@code _SC_T_IOV_MAX}
   * @return T_IOV_MAX; or -1 with TBADFLAG for another name, TNOTSUPPORT in XTI4 and TLI
   */
  public int t_sysconf(int name) {
    if (!dialect().hasVectorCalls()) {
      return fail(Failure.of(TNOTSUPPORT));
    }
    return name == _SC_T_IOV_MAX ? T_IOV_MAX : fail(Failure.of(TBADFLAG));
  }

  // ---- open, bind, close ------------------------------------------------------------------

  /**
   * Opens an endpoint, in T_UNBND.
   *
   * @param name {@code /dev/tcp} or {@code /dev/udp}; {@code /dev/itot} is known, but fails with
   *     TSYSERR and ENXIO in this version
   * @param oflag O_RDWR, and O_NONBLOCK for an asynchronous endpoint (TLI: O_NDELAY too)
   * @param info filled in unless null
   * @return the descriptor; or -1 with TBADFLAG (no O_RDWR), TBADNAME (TLI: TSYSERR with ENOENT),
   *     TSYSERR
   */
  public int t_open(String name, int oflag, @Nullable TInfo info) {
    enter();
    try {
      return answer(EndpointFactory.open(library, name, oflag, info));
    } finally {
      exit();
    }
  }

  /**
   * Binds an endpoint in T_UNBND to a local address, which leads to T_IDLE.
   *
   * @param req the address, as 16 bytes of sockaddr_in with 0 for a port or address to be chosen,
   *     and qlen: above 0 the endpoint listens, for at most 128 indications. Null, or an address of
   *     length 0: chosen, and null means qlen 0. UDP ignores qlen
   * @param ret takes the address and qlen that hold, unless null
   * @return 0; or -1 with TADDRBUSY (taken; TLI binds another one), TBADADDR (not an address of
   *     ours), TNOADDR (no port left), TBUFOVFLW (bound, but the address does not fit), TOUTSTATE,
   *     TBADF, TSYSERR with ENOSR (out of endpoints)
   */
  public int t_bind(int fd, @Nullable TBind req, @Nullable TBind ret) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      return endpoint == null ? badFd() : answer(endpoint.bind(req, ret));
    } finally {
      exit();
    }
  }

  /**
   * Undoes t_bind.
   *
   * @return 0; or -1 with TLOOK (an indication, datagram or datagram error is queued), TOUTSTATE
   *     (not in T_IDLE), TBADF
   */
  public int t_unbind(int fd) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      return endpoint == null ? badFd() : answer(endpoint.unbind());
    } finally {
      exit();
    }
  }

  /**
   * Closes an endpoint in any state. A TCP connection ends in the background as by CLOSE of RFC
   * 9293, or is reset if XTI_LINGER was set to no time; indications without an answer are reset.
   * Calls of other threads that wait on the endpoint fail with TBADF.
   *
   * @return 0; or -1 with TBADF
   */
  public int t_close(int fd) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      if (endpoint == null) {
        return badFd();
      }
      endpoint.close();
      return 0;
    } finally {
      exit();
    }
  }

  /**
   * {@code fcntl(2)} as far as it concerns endpoints.
   *
   * @param cmd F_GETFL, or F_SETFL to switch O_NONBLOCK (TLI: O_NDELAY too) by {@code arg}; it acts
   *     from the next call on
   * @return the flags for F_GETFL, 0 for F_SETFL; or -1 with errno EBADF or EINVAL, t_errno
   *     unchanged
   */
  public int fcntl(int fd, int cmd, int arg) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      if (endpoint == null) {
        lastErrors.get().setErrno(EBADF);
        return -1;
      }
      return switch (cmd) {
        case F_GETFL -> endpoint.statusFlags();
        case F_SETFL -> {
          int modes = O_NONBLOCK | O_NDELAY;
          endpoint.statusFlags((endpoint.statusFlags() & ~modes) | (arg & modes));
          yield 0;
        }
        default -> {
          lastErrors.get().setErrno(EINVAL);
          yield -1;
        }
      };
    } finally {
      exit();
    }
  }

  // ---- questions --------------------------------------------------------------------------

  /**
   * Fills in what the provider offers at present.
   *
   * @return 0; or -1 with TBADF
   */
  public int t_getinfo(int fd, TInfo info) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      if (endpoint == null) {
        return badFd();
      }
      endpoint.info(info);
      return 0;
    } finally {
      exit();
    }
  }

  /**
   * Tells the local address and, in T_DATAXFER, T_OUTREL and T_INREL, the peer's. Where there is
   * none, the length is 0.
   *
   * @param boundaddr may be null, as may {@code peeraddr}
   * @return 0; or -1 with TBUFOVFLW, TBADF; TNOTSUPPORT in TLI
   */
  public int t_getprotaddr(int fd, @Nullable TBind boundaddr, @Nullable TBind peeraddr) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      if (endpoint == null) {
        return badFd();
      }
      return dialect().hasProtaddr()
          ? answer(endpoint.getprotaddr(boundaddr, peeraddr))
          : fail(Failure.of(TNOTSUPPORT));
    } finally {
      exit();
    }
  }

  /** The state of an endpoint, T_UNBND..T_INREL; or -1 with TBADF. */
  public int t_getstate(int fd) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      return endpoint == null ? badFd() : endpoint.state();
    } finally {
      exit();
    }
  }

  /**
   * As {@link #t_getstate}: library and provider are one here, so there is nothing to bring in
   * line.
   */
  public int t_sync(int fd) {
    return t_getstate(fd);
  }

  /**
   * The event that is pending, one at a time; never blocks. Of these, only T_GODATA and T_GOEXDATA
   * are cleared by being shown.
   *
   * @return T_LISTEN, T_CONNECT, T_DATA, T_EXDATA, T_DISCONNECT, T_UDERR, T_ORDREL, T_GODATA,
   *     T_GOEXDATA, or 0 for none; or -1 with TBADF
   */
  public int t_look(int fd) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      if (endpoint == null) {
        return badFd();
      }
      int event = endpoint.look();
      if (event == 0) {
        stack.foundNothing();
      }
      return event;
    } finally {
      exit();
    }
  }

  // ---- memory -----------------------------------------------------------------------------

  /**
   * Makes a structure, with buffers as large as the provider ever needs.
   *
   * @param struct_type T_BIND .. T_INFO
   * @param fields T_ADDR, T_OPT, T_UDATA: which buffers; T_ALL: those the provider has a use for
   * @return a {@link TBind}, {@link TOptmgmt}, {@link TCall}, {@link TDiscon}, {@link TUnitdata},
   *     {@link TUderr} or {@link TInfo}; or null with TNOSTRUCTYPE (TLI: TSYSERR with EINVAL),
   *     TSYSERR with EINVAL (a named field has no size; not in TLI), TBADF
   */
  public @Nullable Object t_alloc(int fd, int struct_type, int fields) {
    enter();
    try {
      TransportEndpoint endpoint = find(fd);
      if (endpoint == null) {
        badFd();
        return null;
      }
      TInfo info = new TInfo();
      endpoint.info(info);
      Ref<Object> made = new Ref<>();
      int failure = Structures.allocate(info, struct_type, fields, dialect(), made);
      if (failure < 0) {
        fail(failure);
        return null;
      }
      return made.value;
    } finally {
      exit();
    }
  }

  /**
   * Takes the buffers out of a structure made by {@link #t_alloc}, which must not be used
   * afterwards.
   *
   * @return 0; or -1 with TNOSTRUCTYPE (TLI: TSYSERR with EINVAL) if the type is unknown or is not
   *     the structure's
   */
  public int t_free(@Nullable Object ptr, int struct_type) {
    return answer(Structures.free(ptr, struct_type, dialect()));
  }
}
