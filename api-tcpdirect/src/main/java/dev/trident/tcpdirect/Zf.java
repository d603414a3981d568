package dev.trident.tcpdirect;

import static dev.trident.tcpdirect.ZfErrno.EAGAIN;
import static dev.trident.tcpdirect.ZfErrno.EINVAL;
import static dev.trident.tcpdirect.ZfErrno.ENOBUFS;
import static dev.trident.tcpdirect.ZfErrno.ENOMEM;

import dev.trident.c.IntRef;
import dev.trident.c.Iovec;
import dev.trident.c.LongRef;
import dev.trident.c.Ref;
import dev.trident.c.SockAddr;
import dev.trident.c.Timespec;
import dev.trident.tcpdirect.attr.Attribute;
import dev.trident.tcpdirect.attr.AttributeSet;
import dev.trident.tcpdirect.attr.AttributeSources;
import dev.trident.tcpdirect.mux.Epoll;
import dev.trident.tcpdirect.mux.MuxerSet;
import dev.trident.tcpdirect.stack.DirectStack;
import dev.trident.tcpdirect.tcp.TcpListener;
import dev.trident.tcpdirect.tcp.TcpStates;
import dev.trident.tcpdirect.tcp.TcpZocket;
import dev.trident.tcpdirect.udp.UdpReceiver;
import dev.trident.tcpdirect.udp.UdpSender;
import io.netty.buffer.ByteBuf;
import java.util.IllegalFormatException;
import org.jspecify.annotations.Nullable;

/**
 * The calls of TCPDirect under their C names, for {@code import static}. "The guide" is the
 * TCPDirect User Guide, issue 4.
 *
 * <p>Common to all calls. Most return 0 on success and a negative error number of {@link ZfErrno}
 * on failure. None blocks, except {@link #zf_muxer_wait}, and {@link #zft_connect} and {@link
 * #zfut_alloc}, which may wait for ARP. Only {@link #zf_reactor_perform} and {@link #zf_muxer_wait}
 * process events of the network. Calls on one stack must come from one thread at a time; different
 * stacks share nothing. Address arguments are checked in this order: null -EFAULT, length below 16
 * -EINVAL, family other than AF_INET -EAFNOSUPPORT. A buffer that is null, released, read-only
 * where it would be written, or shorter than said gives -EFAULT.
 *
 * <p>What is undefined in C throws here: {@link IllegalStateException}, naming the handle, for a
 * handle that has been freed, a done call without its read, a stack used by the wrong thread;
 * {@link IllegalArgumentException} for an argument that a call without a result cannot refuse
 * otherwise.
 *
 * <p>Differs from the C library where the project has decided so: {@link #zftl_accept} gives the
 * oldest connection first; {@link #zfur_addr_unbind} gives -EINVAL for an address that is not
 * bound; sending and receiving while connecting give -ENOTCONN, as the guide says.
 */
@SuppressWarnings("MemberName") // the names of C
public final class Zf {
  /** Data, a connection, a datagram or the end of the stream can be read. */
  public static final int EPOLLIN = Epoll.IN;

  /** There is room to send. */
  public static final int EPOLLOUT = Epoll.OUT;

  /** The connection ended by an error. Reported only if asked for. */
  public static final int EPOLLERR = Epoll.ERR;

  /** Both sides are closed. Reported only if asked for. */
  public static final int EPOLLHUP = Epoll.HUP;

  /** The peer has closed its side. */
  public static final int EPOLLRDHUP = Epoll.RDHUP;

  /** On a stack's waitable: the stack is quiescent. The same bit as {@link #EPOLLRDHUP}. */
  public static final int EPOLLSTACKHUP = EPOLLRDHUP;

  /** More data follows: a segment that is not full waits for it. */
  public static final int MSG_MORE = 0x8000;

  /** For {@link #zfut_send}: set the don't-fragment bit (Linux's IP_DF). */
  public static final int ZFUT_FLAG_DONT_FRAGMENT = UdpSender.DONT_FRAGMENT;

  /** For {@link #zf_stack_query_feature}: frames leave while they are written to the adapter. */
  public static final int ZF_STACK_FEATURE_CTPIO = DirectStack.FEATURE_CTPIO;

  /** For {@link #zf_stack_query_feature}: small frames are written to the adapter. */
  public static final int ZF_STACK_FEATURE_PIO = DirectStack.FEATURE_PIO;

  /** Log format: name of the stack. */
  public static final int ZF_LF_STACK_NAME = 0x1;

  /** Log format: cycle counter. */
  public static final int ZF_LF_FRC = 0x2;

  /** Log format: number of TCP's tick. */
  public static final int ZF_LF_TCP_TIME = 0x4;

  /** Log format: process. */
  public static final int ZF_LF_PROCESS = 0x8;

  public static final int TCP_ESTABLISHED = TcpStates.ESTABLISHED;
  public static final int TCP_SYN_SENT = TcpStates.SYN_SENT;
  public static final int TCP_SYN_RECV = TcpStates.SYN_RECV;
  public static final int TCP_FIN_WAIT1 = TcpStates.FIN_WAIT1;
  public static final int TCP_FIN_WAIT2 = TcpStates.FIN_WAIT2;
  public static final int TCP_TIME_WAIT = TcpStates.TIME_WAIT;
  public static final int TCP_CLOSE = TcpStates.CLOSE;
  public static final int TCP_CLOSE_WAIT = TcpStates.CLOSE_WAIT;
  public static final int TCP_LAST_ACK = TcpStates.LAST_ACK;
  public static final int TCP_LISTEN = TcpStates.LISTEN;
  public static final int TCP_CLOSING = TcpStates.CLOSING;

  private Zf() {}

  // ---- library: zf_stack.h --------------------------------------------------------------------

  /**
   * Initialises the library: applies the log attributes in ZF_ATTR. (Guide 11.9.3.2.)
   *
   * @return 0; -EINVAL if ZF_ATTR is malformed
   */
  public static int zf_init() {
    return AttributeSources.apply(new AttributeSet(), AttributeSources.variable());
  }

  /**
   * Undoes {@link #zf_init}. Stacks are not freed by it. (Guide 11.9.3.1.)
   *
   * @return 0
   */
  public static int zf_deinit() {
    return 0;
  }

  // ---- attributes: attr.h ---------------------------------------------------------------------

  /**
   * Makes an attribute object with default values: compiled in, then the host's sysctls, then the
   * variable ZF_ATTR ({@code name=value} parts separated by semicolons). (Guide 11.1.2.1.)
   *
   * @param attr_out receives the object; unchanged on an error
   * @return 0; -EINVAL if ZF_ATTR has an unknown name, a part without {@code =}, or a bad value
   */
  public static int zf_attr_alloc(Ref<ZfAttr> attr_out) {
    AttributeSet set = new AttributeSet();
    AttributeSources.applySysctls(set);
    int result = AttributeSources.apply(set, AttributeSources.variable());
    if (result == 0) {
      attr_out.value = new ZfAttr(set);
    }
    return result;
  }

  /** Releases an attribute object, which must not be used any more. (Guide 11.1.2.4.) */
  public static void zf_attr_free(ZfAttr attr) {
    attr.free();
  }

  /**
   * Puts every attribute back to its compiled-in default; neither sysctls nor ZF_ATTR are applied
   * again. (Guide 11.1.2.7.)
   */
  public static void zf_attr_reset(ZfAttr attr) {
    attr.set().reset();
  }

  /**
   * Stores a number. On a text attribute its decimal text is stored. (Guide 11.1.2.10.)
   *
   * @param name in any case of letters
   * @return 0; -ENOENT unknown name; -EOVERFLOW out of the attribute's range, 32 bits for integers
   */
  public static int zf_attr_set_int(ZfAttr attr, String name, long val) {
    return attr.set().setInt(name, val);
  }

  /**
   * Reads a number. (Guide 11.1.2.5.)
   *
   * @return 0; -ENOENT unknown name; -EINVAL for a text attribute
   */
  public static int zf_attr_get_int(ZfAttr attr, String name, LongRef val) {
    return attr.set().getInt(name, val);
  }

  /**
   * Stores a text. (Guide 11.1.2.11.)
   *
   * @param val null unsets the attribute
   * @return 0; -ENOENT unknown name, or a log file that cannot be opened; -ENOMSG if the attribute
   *     is no text
   */
  public static int zf_attr_set_str(ZfAttr attr, String name, @Nullable String val) {
    return attr.set().setText(name, val);
  }

  /**
   * Reads a text, null if it is unset. (Guide 11.1.2.6.)
   *
   * @return 0; -ENOENT unknown name; -EINVAL if the attribute is no text
   */
  public static int zf_attr_get_str(ZfAttr attr, String name, Ref<String> val) {
    return attr.set().getText(name, val);
  }

  /**
   * Stores what {@code val} says in the attribute's type: integers signed, bit masks unsigned, both
   * decimal, 0x hexadecimal or 0 octal; an empty text unsets a text attribute. (Guide 11.1.2.9.)
   *
   * @return 0; -ENOENT unknown name; -EINVAL not a number; -EOVERFLOW out of range
   */
  public static int zf_attr_set_from_str(ZfAttr attr, String name, String val) {
    return attr.set().setFromText(name, val);
  }

  /**
   * As {@link #zf_attr_set_from_str} with a text made by {@link String#format}. (Guide 11.1.2.8.)
   *
   * @return as there; -EINVAL also if {@code fmt} does not fit its arguments
   */
  @SuppressWarnings("AnnotateFormatMethod") // a C program's format is not a constant
  public static int zf_attr_set_from_fmt(
      ZfAttr attr, String name, String fmt, @Nullable Object... args) {
    String text;
    try {
      text = String.format(fmt, args);
    } catch (IllegalFormatException e) {
      return -EINVAL;
    }
    return attr.set().setFromText(name, text);
  }

  /** A new attribute object with the same values. (Guide 11.1.2.3.) */
  public static ZfAttr zf_attr_dup(ZfAttr attr) {
    return new ZfAttr(new AttributeSet(attr.set()));
  }

  /**
   * Documentation: the names of all attributes, or six texts about one: name, type, status,
   * default, objects, description. (Guide 11.1.2.2.)
   *
   * @param attr_name_opt null or empty for all names
   * @return 0; -ENOENT unknown name
   */
  public static int zf_attr_doc(
      @Nullable String attr_name_opt, Ref<String[]> docs_out, IntRef docs_len_out) {
    return AttributeSet.document(attr_name_opt, docs_out, docs_len_out);
  }

  // ---- stacks: zf_stack.h, zf_reactor.h -------------------------------------------------------

  /**
   * Makes a stack on the interface that the attribute {@code interface} names. (Guide 11.9.3.3.)
   *
   * @param stack_out receives the stack; unchanged on an error
   * @return 0; -ENODEV no such interface or none named; -EINVAL an attribute is out of range; -EIO
   *     the interface is none of a supported adapter; -EOPNOTSUPP unsuitable firmware, or no PIO or
   *     CTPIO where it is required; -ENOKEY a licence is missing; -ENOMEM no memory for so many
   *     packet buffers; -EBUSY no virtual interface left, or not enough alternatives or memory for
   *     them; -ENOSPC no PIO buffer left. Attributes are checked in the order: interface given,
   *     rings, time stamping, endpoint limits, refill and spin counts, backlog, alternatives,
   *     length of the interface's name, others; then the adapter, in the order given here
   */
  public static int zf_stack_alloc(ZfAttr attr, Ref<ZfStack> stack_out) {
    DirectStack.Allocation allocation = DirectStack.allocate(attr.set());
    DirectStack stack = allocation.stack();
    if (stack != null) {
      stack_out.value = new ZfStack(stack);
    }
    return allocation.result();
  }

  /**
   * Whether a stack has a feature of its adapter. (Later than the guide.)
   *
   * @param feature {@link #ZF_STACK_FEATURE_CTPIO} or {@link #ZF_STACK_FEATURE_PIO}
   * @return 1 or 0; -ENOENT for any other feature
   */
  public static int zf_stack_query_feature(ZfStack stack, int feature) {
    return stack.stack.queryFeature(feature);
  }

  /**
   * Frees a stack and everything on it: listeners, TCP, UDP receive, UDP transmit. Connections that
   * were not freed are reset. (Guide 11.9.3.4.)
   *
   * @return 0
   */
  public static int zf_stack_free(ZfStack stack) {
    stack.stack.free();
    return 0;
  }

  /**
   * Whether no TCP connection is open, so that nothing will be sent unless something comes in. With
   * the attribute tcp_wait_for_time_wait a connection in TIME_WAIT counts as open. (Guide
   * 11.9.3.5.)
   *
   * @return 1 or 0
   */
  public static int zf_stack_is_quiescent(ZfStack stack) {
    return stack.stack.isQuiescent() ? 1 : 0;
  }

  /** A waitable that is ready for EPOLLSTACKHUP while the stack is quiescent. (Guide 11.9.3.6.) */
  public static ZfWaitable zf_stack_to_waitable(ZfStack stack) {
    stack.stack.checkUsable();
    return stack.waitable;
  }

  /**
   * Processes events of the stack: one batch, if there are any within reactor_spin_count polls.
   * (Guide 11.8.2.1.)
   *
   * @return 1 if something may have changed that another call can see, else 0
   */
  public static int zf_reactor_perform(ZfStack st) {
    return st.stack.reactor().perform();
  }

  /**
   * Whether the reactor has something to do: an event or a timer that is due. May be called by any
   * thread, also while another is in a call on the stack. (Guide 11.8.2.2.)
   *
   * @return 1 or 0
   */
  public static int zf_stack_has_pending_work(ZfStack st) {
    return st.stack.reactor().hasPendingWork() ? 1 : 0;
  }

  // ---- multiplexer: muxer.h -------------------------------------------------------------------

  /**
   * Makes a multiplexer set. (Guide 11.2.2.2.)
   *
   * @return 0; -ENOMEM the stack has 64 sets
   */
  public static int zf_muxer_alloc(ZfStack stack, Ref<ZfMuxerSet> muxer_out) {
    MuxerSet set = stack.stack.newSet();
    if (set == null) {
      return -ENOMEM;
    }
    muxer_out.value = new ZfMuxerSet(set, stack.stack.reactor());
    return 0;
  }

  /**
   * Frees a set, which must not be used any more. Members stay in it until they are deleted, freed
   * or added to another set. (Guide 11.2.2.4.)
   */
  public static void zf_muxer_free(ZfMuxerSet muxer) {
    muxer.set.free();
  }

  /**
   * Adds a waitable. If one of the wanted events holds already, the next wait reports it. EPOLLHUP
   * and EPOLLERR are reported only if wanted. (Guide 11.2.2.1.)
   *
   * @param event wanted events, and data to hand back; copied
   * @return 0; -EXDEV the waitable is of another stack; -EALREADY it is in this set; -EBUSY it is
   *     in another set that has not been freed
   */
  public static int zf_muxer_add(ZfMuxerSet muxer, ZfWaitable w, EpollEvent event) {
    return muxer.set.add(w.waitable, event);
  }

  /**
   * Replaces the event of a member. If a wanted event holds now, the next wait reports it, so that
   * {@code zf_muxer_mod(w, zf_waitable_event(w))} turns edges into levels. (Guide 11.2.2.5.)
   *
   * @return 0; -EINVAL the waitable is in no set
   */
  public static int zf_muxer_mod(ZfWaitable w, EpollEvent event) {
    return MuxerSet.mod(w.waitable, event);
  }

  /**
   * Takes a waitable out of its set; not for fast paths. (Guide 11.2.2.3.)
   *
   * @return 0; -EINVAL the waitable is in no set
   */
  public static int zf_muxer_del(ZfWaitable w) {
    return MuxerSet.remove(w.waitable);
  }

  /**
   * Runs the reactor, at least once, until members are ready or the time is over. Events are edges:
   * what was reported is reported again only after something new, although all wanted events that
   * hold are then in the mask. The member with the latest edge comes first. Blocks in a tight loop.
   * (Guide 11.2.2.6.)
   *
   * @param events filled from index 0
   * @param maxevents places to fill, 0 to the length of {@code events}; with 0 and a negative
   *     timeout the call never returns
   * @param timeout_ns nanoseconds; 0 does not block, a negative value sets no limit
   * @return events stored, 0 if the time is over or the thread was interrupted, which leaves its
   *     interrupt flag set
   */
  public static int zf_muxer_wait(
      ZfMuxerSet muxer, EpollEvent[] events, int maxevents, long timeout_ns) {
    muxer.set.checkUsable();
    if (maxevents < 0 || maxevents > events.length) {
      throw new IllegalArgumentException(
          "maxevents " + maxevents + ": there are " + events.length + " places");
    }
    return muxer.reactor.waitFor(muxer.work, events, maxevents, timeout_ns);
  }

  /**
   * The event that the last add or mod stored: the set's own, not a copy. (Guide 11.2.2.7.)
   *
   * @throws IllegalStateException if the waitable is in no set
   */
  public static EpollEvent zf_waitable_event(ZfWaitable w) {
    return w.waitable.memberEvent();
  }

  // ---- TCP listening: zf_tcp.h ----------------------------------------------------------------

  /**
   * Opens a listener on one local address. (Guide 11.10.2.24.)
   *
   * @param laddr not INADDR_ANY; port 0 chooses one, which only {@link #zftl_getname} tells
   * @param attr not used by this kind of zocket
   * @return 0; the address errors of the class comment; -EOPNOTSUPP INADDR_ANY; -EADDRNOTAVAIL not
   *     a local address; -ENOBUFS max_tcp_listen_endpoints reached; -EADDRINUSE the port is taken,
   *     be it by a connection accepted earlier that has not ended
   */
  public static int zftl_listen(
      ZfStack st, @Nullable SockAddr laddr, int laddrlen, ZfAttr attr, Ref<Zftl> tl_out) {
    attr.set();
    TcpListener.Opening opening = TcpListener.listen(st.stack, laddr, laddrlen);
    TcpListener listener = opening.listener();
    if (listener != null) {
      tl_out.value = new Zftl(listener);
    }
    return opening.result();
  }

  /**
   * Takes the oldest connection that is ready. It may have died meanwhile: its reads tell. (Guide
   * 11.10.2.21.)
   *
   * @return 0; -EAGAIN none is ready
   */
  public static int zftl_accept(Zftl tl, Ref<Zft> ts_out) {
    TcpZocket accepted = tl.zocket.accept();
    if (accepted == null) {
      return -EAGAIN;
    }
    ts_out.value = new Zft(accepted, null);
    return 0;
  }

  /** The listener as a waitable: EPOLLIN while a connection is ready. (Guide 11.10.2.25.) */
  public static ZfWaitable zftl_to_waitable(Zftl tl) {
    return tl.waitable();
  }

  /**
   * Stores the local address. (Guide 11.10.2.23.)
   *
   * @param laddrlen in: bytes to write at most; out: 16
   */
  public static void zftl_getname(Zftl ts, SockAddr laddr_out, IntRef laddrlen) {
    ts.zocket.getName(laddr_out, laddrlen);
  }

  /**
   * Closes a listener. Half-open connections are dropped, ready ones reset. Its address stays taken
   * until every connection accepted from it has ended. (Guide 11.10.2.22.)
   *
   * @return 0
   */
  public static int zftl_free(Zftl ts) {
    ts.zocket.free();
    return 0;
  }

  // ---- TCP active open: zf_tcp.h --------------------------------------------------------------

  /**
   * Makes a handle for a connection to be opened. (Guide 11.10.2.2.)
   *
   * @param attr not used by this kind of zocket
   * @return 0; -ENOBUFS max_tcp_endpoints reached, half-open and dying connections counted; -EINVAL
   *     the stack only sends or only receives
   */
  public static int zft_alloc(ZfStack st, ZfAttr attr, Ref<ZftHandle> handle_out) {
    attr.set();
    if (!st.stack.receives() || !st.stack.transmits()) {
      return -EINVAL;
    }
    TcpZocket zocket = TcpZocket.allocate(st.stack);
    if (zocket == null) {
      return -ENOBUFS;
    }
    handle_out.value = new ZftHandle(zocket);
    return 0;
  }

  /**
   * Releases a handle that was not connected. (Guide 11.10.2.9.)
   *
   * @return 0
   */
  public static int zft_handle_free(ZftHandle handle) {
    handle.give().free();
    return 0;
  }

  /**
   * Stores the local address; 0.0.0.0 port 0 while unbound. (Guide 11.10.2.10.)
   *
   * @param laddrlen in: bytes to write at most; out: 16
   */
  public static void zft_handle_getname(ZftHandle ts, SockAddr laddr_out, IntRef laddrlen) {
    ts.zocket().getName(laddr_out, laddrlen, null, null);
  }

  /**
   * Binds a handle to a local address. (Guide 11.10.2.1.)
   *
   * @param laddr port 0 chooses one, which only {@link #zft_handle_getname} tells
   * @param flags 0
   * @return 0; the address errors of the class comment; -EINVAL flags, or bound already;
   *     -EADDRNOTAVAIL not a local address; -EADDRINUSE the port is taken
   */
  public static int zft_addr_bind(
      ZftHandle handle, @Nullable SockAddr laddr, int laddrlen, int flags) {
    return handle.zocket().bind(laddr, laddrlen, flags);
  }

  /**
   * Starts a connection, and replaces the handle by a zocket in SYN_SENT. Does not wait for the
   * peer; may wait up to arp_reply_timeout for the next hop's address. How the attempt ends is told
   * by reads, by {@link #zft_error} and by the multiplexer. On failure the handle stays as it was.
   * (Guide 11.10.2.3.)
   *
   * @return 0; the address errors of the class comment; -EINVAL not a unicast address, or port 0;
   *     -EHOSTUNREACH no route, or no answer to ARP; -EADDRINUSE the addresses are taken by another
   *     connection, or no port is left; -EBUSY no filter left; -ENOMEM out of packet buffers
   */
  public static int zft_connect(
      ZftHandle handle, @Nullable SockAddr raddr, int raddrlen, Ref<Zft> ts_out) {
    int result = handle.zocket().connect(raddr, raddrlen);
    if (result == 0) {
      ts_out.value = handle.connected();
    }
    return result;
  }

  // ---- TCP connections: zf_tcp.h --------------------------------------------------------------

  /** The zocket as a waitable; always the same object. (Guide 11.10.2.17.) */
  public static ZfWaitable zft_to_waitable(Zft ts) {
    return ts.waitable();
  }

  /**
   * The waitable of a handle, which is also that of the zocket it becomes; in C a handle is cast
   * for this. Ready for EPOLLOUT and EPOLLHUP before the connect.
   */
  public static ZfWaitable zft_to_waitable(ZftHandle handle) {
    return handle.waitable();
  }

  /**
   * Queues FIN behind the data that is queued. Receiving goes on. In SYN_SENT the attempt ends at
   * once. (Guide 11.10.2.15.)
   *
   * @return 0; -ENOTCONN not connected, or done before; -EAGAIN, -ENOMEM no place for the FIN
   */
  public static int zft_shutdown_tx(Zft ts) {
    return ts.zocket.shutdownSend();
  }

  /**
   * Gives a zocket up, shutting it down if need be. With unread data queued the peer gets RST. The
   * connection ends in the background, as long as the reactor runs. (Guide 11.10.2.5.)
   *
   * @return 0
   */
  public static int zft_free(Zft ts) {
    ts.zocket.free();
    return 0;
  }

  /** The TCP state, one of the {@code TCP_*} constants. (Guide 11.10.2.16.) */
  public static int zft_state(Zft ts) {
    return ts.zocket.state();
  }

  /**
   * The error that ended the connection. (Guide 11.10.2.4.)
   *
   * @return 0, or a positive error number: ECONNREFUSED the peer refused the connection, ECONNRESET
   *     it reset it, EPIPE it reset it after closing its side, ETIMEDOUT retransmissions exhausted
   */
  public static int zft_error(Zft ts) {
    return ts.zocket.error();
  }

  /**
   * Stores both addresses, in every state. (Guide 11.10.2.8.)
   *
   * @param laddr_out null if not wanted
   * @param laddrlen in: bytes to write at most; out: 16
   * @param raddr_out null if not wanted
   * @param raddrlen as {@code laddrlen}
   */
  public static void zft_getname(
      Zft ts,
      @Nullable SockAddr laddr_out,
      @Nullable IntRef laddrlen,
      @Nullable SockAddr raddr_out,
      @Nullable IntRef raddrlen) {
    ts.zocket.getName(laddr_out, laddrlen, raddr_out, raddrlen);
  }

  /**
   * Sends from several pieces of memory, all of it or the part that fits; the data is copied. The
   * end of a part is held back like MSG_MORE data. (Guide 11.10.2.12.)
   *
   * @param iov pieces of 1 byte or more each
   * @param iov_cnt pieces to send, 1 or more
   * @param flags 0, or {@link #MSG_MORE}: a last segment that is not full waits for more
   * @return bytes queued; -EINVAL other flags or negative lengths; -EFAULT bad memory; -ENOTCONN
   *     not connected, not yet or not any more; -EAGAIN no room in the send queue; -ENOMEM out of
   *     packet buffers, nothing was sent
   */
  public static int zft_send(Zft ts, Iovec @Nullable [] iov, int iov_cnt, int flags) {
    return ts.zocket.send(iov, iov_cnt, flags);
  }

  /**
   * Sends {@code buflen} bytes from the reader index of {@code buf}, or the part that fits; the
   * data is copied and no index moves. (Guide 11.10.2.13.)
   *
   * @param buflen 1 or more; 0 sends nothing and is no error
   * @param flags as {@link #zft_send}
   * @return as {@link #zft_send}
   */
  public static int zft_send_single(Zft ts, @Nullable ByteBuf buf, int buflen, int flags) {
    return ts.zocket.send(buf, buflen, flags);
  }

  /**
   * Room in the send queue, which holds 64 segments: whole segments, and the rest of a last one not
   * yet sent. A send may take more than this says. (Guide 11.10.2.14.)
   *
   * @param space receives bytes
   * @return 0; -ENOTCONN not connected, not yet or not any more
   */
  public static int zft_send_space(Zft ts, LongRef space) {
    return ts.zocket.sendSpace(space);
  }

  /**
   * The largest segment in bytes. (Guide 11.10.2.7.)
   *
   * @return 0 or more; -ENOTCONN not connected, not yet or not any more
   */
  public static int zft_get_mss(Zft ts) {
    return ts.zocket.mss();
  }

  /** Bytes of all headers in front of a payload: 54, or 58 with a VLAN tag. (Guide 11.10.2.6.) */
  public static int zft_get_header_size(Zft ts) {
    return ts.zocket.headerBytes();
  }

  /**
   * Copies received data out, filling one piece of memory after the other. Not between {@link
   * #zft_zc_recv} and its done call. (Guide 11.10.2.11.)
   *
   * @param iov pieces to fill; empty ones are skipped
   * @param flags 0
   * @return bytes received, less than asked for only if no more is there; 0 the peer has closed;
   *     -EAGAIN nothing there; -ENOTCONN not connected yet; -EINVAL flags or a negative length;
   *     -EFAULT bad memory; and, once all data has been read, -ECONNREFUSED, -ECONNRESET, -EPIPE or
   *     -ETIMEDOUT, again and again
   */
  public static int zft_recv(Zft ts, Iovec @Nullable [] iov, int iovcnt, int flags) {
    return ts.zocket.receive(iov, iovcnt, flags);
  }

  /**
   * Shows received packets without copying: {@code msg.iov} is filled with up to {@code msg.iovcnt}
   * of them, {@code msg.iovcnt} says with how many, {@code msg.pkts_left} how many more are queued.
   * A packet of length 0 at the end is the end of the stream, and shown again by every later call.
   * A packet may be longer than the MSS. The buffers stay the stack's and are valid until the done
   * call; a second call before that shows the same packets again, in new buffers. (Guide
   * 11.10.2.18.)
   *
   * @param flags 0
   */
  public static void zft_zc_recv(Zft ts, ZftMsg msg, int flags) {
    ts.zocket.show(msg, flags);
  }

  /**
   * Ends a zero-copy read: what was shown has been read. Must follow each {@link #zft_zc_recv} that
   * showed something, and no other. (Guide 11.10.2.19.)
   *
   * @return 1 the connection is open; if the end of the stream was shown: 0 the peer has closed, or
   *     -ECONNREFUSED, -ECONNRESET, -EPIPE or -ETIMEDOUT
   */
  public static int zft_zc_recv_done(Zft ts, ZftMsg msg) {
    return ts.zocket.done(msg);
  }

  /**
   * Fetches reports of when segments left, oldest first: SYN, FIN, and each with data; segments
   * sent again are flagged. Needs the attribute tx_timestamping. At most 64 wait; then the oldest
   * is dropped, which the next one says. EPOLLERR is ready as long as reports wait. (Later than the
   * guide.)
   *
   * @param reports_out receives the reports
   * @param count_in_out in: reports wanted at most; out: reports stored
   * @return 0; -EINVAL negative count; -EFAULT fewer than {@code count_in_out} places
   */
  public static int zft_get_tx_timestamps(
      Zft ts, ZfPktReport @Nullable [] reports_out, IntRef count_in_out) {
    return ts.zocket.takeReports(reports_out, count_in_out);
  }

  /**
   * When the adapter received a packet shown; as {@link #zfur_pkt_get_timestamp}. Of packets that
   * were put together it is the time of the first. (Later than the guide.)
   *
   * @return as there; -ENODATA also for the end of the stream
   */
  public static int zft_pkt_get_timestamp(
      Zft ts, ZftMsg msg, Timespec ts_out, int pktind, IntRef flags) {
    return ts.zocket.timestamp(msg, ts_out, pktind, flags);
  }

  /**
   * As {@link #zft_zc_recv_done} for the first {@code len} bytes shown; the others are shown again.
   * (Guide 11.10.2.20.)
   *
   * @return as there, the end of the stream only if {@code len} covers everything; -EINVAL {@code
   *     len} is negative or more than was shown, and nothing has been ended
   */
  public static int zft_zc_recv_done_some(Zft ts, ZftMsg msg, long len) {
    return ts.zocket.doneSome(msg, len);
  }

  // ---- UDP receive: zf_udp.h ------------------------------------------------------------------

  /**
   * Makes a zocket that receives datagrams once an address is bound. (Guide 11.11.2.3.)
   *
   * @param attr not used by this kind of zocket
   * @return 0; -ENOBUFS max_udp_rx_endpoints reached; -EINVAL the stack only sends
   */
  public static int zfur_alloc(Ref<Zfur> us_out, ZfStack st, ZfAttr attr) {
    attr.set();
    if (!st.stack.receives()) {
      return -EINVAL;
    }
    UdpReceiver zocket = UdpReceiver.allocate(st.stack);
    if (zocket == null) {
      return -ENOBUFS;
    }
    us_out.value = new Zfur(zocket);
    return 0;
  }

  /**
   * Frees a zocket: unread datagrams are dropped, its addresses unbound. (Guide 11.11.2.4.)
   *
   * @return 0
   */
  public static int zfur_free(Zfur us) {
    us.zocket.free();
    return 0;
  }

  /**
   * Adds an address to receive on; may be repeated. A group is joined. (Guide 11.11.2.1.)
   *
   * @param laddr a local address or a group; port 0 is replaced by the one chosen
   * @param raddr the one sender to receive from; null, or 0.0.0.0 port 0, for any
   * @param flags 0
   * @return 0; the address errors of the class comment; -EINVAL flags, INADDR_ANY, a port without
   *     an address in {@code raddr} or an address without a port; -EADDRNOTAVAIL not a local
   *     address; -EADDRINUSE taken; -EBUSY no filter left
   */
  public static int zfur_addr_bind(
      Zfur us,
      @Nullable SockAddr laddr,
      int laddrlen,
      @Nullable SockAddr raddr,
      int raddrlen,
      int flags) {
    return us.zocket.bind(laddr, laddrlen, raddr, raddrlen, flags);
  }

  /**
   * Removes addresses that {@link #zfur_addr_bind} added. (Guide 11.11.2.2.)
   *
   * @param laddr null for any
   * @param raddr null for any
   * @param flags 0
   * @return 0; -EINVAL flags, or no such address is bound; and the address errors
   */
  public static int zfur_addr_unbind(
      Zfur us,
      @Nullable SockAddr laddr,
      int laddrlen,
      @Nullable SockAddr raddr,
      int raddrlen,
      int flags) {
    return us.zocket.unbind(laddr, laddrlen, raddr, raddrlen, flags);
  }

  /**
   * Shows one received datagram without copying: {@code msg.iovcnt} becomes 1, or 0 if there is
   * none, and {@code msg.dgrams_left} says how many more are queued. The buffer stays the stack's
   * and is valid until the done call. (Guide 11.11.2.7.)
   *
   * @param flags 0
   */
  public static void zfur_zc_recv(Zfur us, ZfurMsg msg, int flags) {
    us.zocket.show(msg, flags);
  }

  /**
   * Ends a zero-copy read. Must follow each {@link #zfur_zc_recv} that showed a datagram, and no
   * other. (Guide 11.11.2.8.)
   */
  public static void zfur_zc_recv_done(Zfur us, ZfurMsg msg) {
    us.zocket.done(msg);
  }

  /**
   * The headers of a datagram shown, hence its sender; valid until the done call. (Guide
   * 11.11.2.5.)
   *
   * @param pktind index in {@code msg.iov}
   * @return 0; -EINVAL there is no packet of that index
   */
  public static int zfur_pkt_get_header(
      Zfur us, ZfurMsg msg, Ref<IpHdr> iphdr, Ref<UdpHdr> udphdr, int pktind) {
    return us.zocket.headers(msg, iphdr, udphdr, pktind);
  }

  /**
   * When the adapter received a datagram shown, by its clock; needs the attribute rx_timestamping.
   * To be asked between the {@link #zf_reactor_perform} that brought it and the next one. (Later
   * than the guide.)
   *
   * @param ts_out receives the time of the host's network: virtual time counts from 0
   * @param pktind index in {@code msg.iov}
   * @param flags receives 1 if the clock has been set, and 2 if it follows a reference
   * @return 0; -EINVAL no packet of that index is shown; -ENODATA it has no time stamp; -ENOMSG
   *     nothing is known of the adapter's clock yet; -EL2NSYNC the stack has lost track of it
   */
  public static int zfur_pkt_get_timestamp(
      Zfur us, ZfurMsg msg, Timespec ts_out, int pktind, IntRef flags) {
    return us.zocket.timestamp(msg, ts_out, pktind, flags);
  }

  /** The zocket as a waitable: EPOLLIN while datagrams wait. (Guide 11.11.2.6.) */
  public static ZfWaitable zfur_to_waitable(Zfur us) {
    return us.waitable();
  }

  // ---- UDP transmit: zf_udp.h -----------------------------------------------------------------

  /**
   * Makes a zocket that sends from one address to another, for life. May wait up to
   * arp_reply_timeout for the next hop's address. Reserves no port, and the local address need not
   * be local. (Guide 11.11.2.9.)
   *
   * @param laddr port 1 or more; address INADDR_ANY lets the route decide
   * @param raddr an address or group, and a port
   * @param flags 0
   * @param attr udp_ttl, 1 to 255
   * @return 0; the address errors of the class comment; -EINVAL flags, a port or {@code raddr} 0,
   *     udp_ttl out of range, or the stack only receives; -ENOBUFS max_udp_tx_endpoints reached;
   *     -EHOSTUNREACH no route, or no answer to ARP
   */
  public static int zfut_alloc(
      Ref<Zfut> us_out,
      ZfStack st,
      @Nullable SockAddr laddr,
      int laddrlen,
      @Nullable SockAddr raddr,
      int raddrlen,
      int flags,
      ZfAttr attr) {
    int ttl = attr.set().integer(Attribute.UDP_TTL);
    UdpSender.Opening opening =
        UdpSender.allocate(st.stack, laddr, laddrlen, raddr, raddrlen, flags, ttl);
    UdpSender sender = opening.sender();
    if (sender != null) {
      us_out.value = new Zfut(sender);
    }
    return opening.result();
  }

  /**
   * Frees a zocket. (Guide 11.11.2.10.)
   *
   * @return 0
   */
  public static int zfut_free(Zfut us) {
    us.zocket.free();
    return 0;
  }

  /** The longest datagram for {@link #zfut_send_single} in bytes; constant. (Guide 11.11.2.12.) */
  public static int zfut_get_mss(Zfut us) {
    return us.zocket.mss();
  }

  /** Bytes of all headers in front of a payload: 42, or 46 with a VLAN tag. (Guide 11.11.2.11.) */
  public static int zfut_get_header_size(Zfut us) {
    return us.zocket.headerBytes();
  }

  /**
   * Sends one datagram from the reader index of {@code buf}, with the don't-fragment bit; the data
   * is copied and no index moves. (Guide 11.11.2.14.)
   *
   * @param buflen 0 to {@link #zfut_get_mss}
   * @return {@code buflen}; -EMSGSIZE too long; -EINVAL negative; -EFAULT bad memory; -EAGAIN the
   *     transmit ring is full; -ENOBUFS out of packet buffers
   */
  public static int zfut_send_single(Zfut us, @Nullable ByteBuf buf, int buflen) {
    return us.zocket.sendSingle(buf, buflen);
  }

  /**
   * Sends several pieces of memory as one datagram, in IP fragments if it is longer than {@link
   * #zfut_get_mss}; the data is copied. (Guide 11.11.2.13.)
   *
   * @param iov_cnt 0 sends an empty datagram
   * @param flags 0, or {@link #ZFUT_FLAG_DONT_FRAGMENT}
   * @return bytes sent, all of them; -EMSGSIZE more than 65,507, or more than the MSS with
   *     ZFUT_FLAG_DONT_FRAGMENT; -EINVAL other flags or negative lengths; -EFAULT bad memory;
   *     -EAGAIN the transmit ring is full; -ENOBUFS out of packet buffers
   */
  public static int zfut_send(Zfut us, Iovec @Nullable [] iov, int iov_cnt, int flags) {
    return us.zocket.send(iov, iov_cnt, flags);
  }

  /**
   * Fetches reports of when datagrams left, one for each, oldest first; as {@link
   * #zft_get_tx_timestamps}. Of a datagram in fragments it is the time of the last one. (Later than
   * the guide.)
   *
   * @return as there
   */
  public static int zfut_get_tx_timestamps(
      Zfut us, ZfPktReport @Nullable [] reports_out, IntRef count_in_out) {
    return us.zocket.takeReports(reports_out, count_in_out);
  }

  /** The zocket as a waitable: EPOLLOUT while there is room to send. (Guide 11.11.2.15.) */
  public static ZfWaitable zfut_to_waitable(Zfut us) {
    return us.waitable();
  }
}
