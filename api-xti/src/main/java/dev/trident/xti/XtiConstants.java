package dev.trident.xti;

/**
 * What {@code <xti.h>}, {@code <xti_inet.h>} and {@code <fcntl.h>} define. A ported program
 * inherits these from {@link Xti}, as it would include the headers.
 */
@SuppressWarnings("MemberName") // the names of C
public abstract class XtiConstants extends Errno {
  // ---- t_errno codes. TLI knows TBADADDR to TSTATECHNG. ----

  /** Address malformed, or its content illegal. */
  public static final int TBADADDR = 1;

  /** Option malformed, or its content illegal. */
  public static final int TBADOPT = 2;

  /** No permission for the address or option. */
  public static final int TACCES = 3;

  /** Not a transport endpoint. */
  public static final int TBADF = 4;

  /** The provider could not pick an address. */
  public static final int TNOADDR = 5;

  /** Not valid in the present state. */
  public static final int TOUTSTATE = 6;

  /** Bad sequence number. */
  public static final int TBADSEQ = 7;

  /** A system error: look at errno. */
  public static final int TSYSERR = 8;

  /** An event is pending: use t_look. */
  public static final int TLOOK = 9;

  /** Amount of user data out of bounds, or its memory. */
  public static final int TBADDATA = 10;

  /** Result buffer too small. */
  public static final int TBUFOVFLW = 11;

  /** Flow control refused a non-blocking call. */
  public static final int TFLOW = 12;

  /** Nothing to deliver now, or still connecting. */
  public static final int TNODATA = 13;

  /** No disconnect indication. */
  public static final int TNODIS = 14;

  /** No datagram error. */
  public static final int TNOUDERR = 15;

  /** Bad flag. */
  public static final int TBADFLAG = 16;

  /** No release indication. */
  public static final int TNOREL = 17;

  /** Not offered by this provider. */
  public static final int TNOTSUPPORT = 18;

  /** The state is changing. */
  public static final int TSTATECHNG = 19;

  /** Structure type unknown. */
  public static final int TNOSTRUCTYPE = 20;

  /** Provider name unknown. */
  public static final int TBADNAME = 21;

  /** Bound with qlen 0. */
  public static final int TBADQLEN = 22;

  /** Address in use. */
  public static final int TADDRBUSY = 23;

  /** Other indications are outstanding. */
  public static final int TINDOUT = 24;

  /** Endpoints of different providers. */
  public static final int TPROVMISMATCH = 25;

  /** The accepting endpoint has a qlen above 0. */
  public static final int TRESQLEN = 26;

  /** The accepting endpoint is bound elsewhere. */
  public static final int TRESADDR = 27;

  /** As many indications outstanding as qlen allows. */
  public static final int TQFULL = 28;

  /** Library and provider disagree. */
  public static final int TPROTO = 29;

  // ---- Events, one bit each. ----

  /** Connect indication. */
  public static final int T_LISTEN = 0x0001;

  /** Connect confirmation. */
  public static final int T_CONNECT = 0x0002;

  /** Data, or a datagram. */
  public static final int T_DATA = 0x0004;

  /** Expedited data. */
  public static final int T_EXDATA = 0x0008;

  /** Disconnect indication. */
  public static final int T_DISCONNECT = 0x0010;

  /** Datagram error. */
  public static final int T_UDERR = 0x0040;

  /** Orderly release indication. */
  public static final int T_ORDREL = 0x0080;

  /** Sending is possible again; not in TLI. */
  public static final int T_GODATA = 0x0100;

  /** Expedited sending is possible again; not in TLI. */
  public static final int T_GOEXDATA = 0x0200;

  // ---- Flags of data calls. ----

  /** More of the same unit follows. */
  public static final int T_MORE = 0x001;

  /** Expedited data. */
  public static final int T_EXPEDITED = 0x002;

  /** Transmit what has been collected; XTI5 only. */
  public static final int T_PUSH = 0x004;

  // ---- States. ----

  /** Before t_open, after t_close. */
  public static final int T_UNINIT = 0;

  /** Open, not bound. */
  public static final int T_UNBND = 1;

  /** Bound, no connection; the data state of datagram endpoints. */
  public static final int T_IDLE = 2;

  /** Connect requested, not confirmed. */
  public static final int T_OUTCON = 3;

  /** Connect indications outstanding. */
  public static final int T_INCON = 4;

  /** Connected. */
  public static final int T_DATAXFER = 5;

  /** Released by us, not by the peer. */
  public static final int T_OUTREL = 6;

  /** Released by the peer, not by us. */
  public static final int T_INREL = 7;

  // ---- Service types and special values. ----

  /** Connections without orderly release. */
  public static final int T_COTS = 1;

  /** Connections with orderly release. */
  public static final int T_COTS_ORD = 2;

  /** Datagrams. */
  public static final int T_CLTS = 3;

  /** No limit. */
  public static final int T_INFINITE = -1;

  /** Not offered. */
  public static final int T_INVALID = -2;

  public static final int T_NULL = 0;
  public static final int T_UNUSED = -1;
  public static final int T_YES = 1;
  public static final int T_NO = 0;

  /** Keep-alive with a garbage byte; XTI4 only. */
  public static final int T_GARBAGE = 0x02;

  /** The provider chooses. */
  public static final int T_UNSPEC = ~0 - 2;

  /** Absolute requirement. */
  public static final int T_ABSREQ = 0x8000;

  /** t_info.flags: units of no bytes may be sent. */
  public static final int T_SENDZERO = 0x001;

  /** t_info.flags: release may carry data. */
  public static final int T_ORDRELDATA = 0x002;

  /** Most elements of a vector call. */
  public static final int T_IOV_MAX = 16;

  /** t_sysconf's name for T_IOV_MAX. */
  public static final int _SC_T_IOV_MAX = 79;

  // ---- Structures and their fields, for t_alloc and t_free. ----

  public static final int T_BIND = 1;
  public static final int T_OPTMGMT = 2;
  public static final int T_CALL = 3;
  public static final int T_DIS = 4;
  public static final int T_UNITDATA = 5;
  public static final int T_UDERROR = 6;
  public static final int T_INFO = 7;
  public static final int T_BIND_STR = T_BIND;
  public static final int T_OPTMGMT_STR = T_OPTMGMT;
  public static final int T_CALL_STR = T_CALL;
  public static final int T_DIS_STR = T_DIS;
  public static final int T_UNITDATA_STR = T_UNITDATA;
  public static final int T_UDERROR_STR = T_UDERROR;
  public static final int T_INFO_STR = T_INFO;
  public static final int T_ADDR = 0x01;
  public static final int T_OPT = 0x02;
  public static final int T_UDATA = 0x04;

  /** Every field; TLI's is {@link #TLI_T_ALL}. */
  public static final int T_ALL = 0xffff;

  /** {@code T_ALL} of tiuser.h. */
  public static final int TLI_T_ALL = 0x07;

  // ---- Option management. ----

  public static final int T_NEGOTIATE = 0x004;
  public static final int T_CHECK = 0x008;
  public static final int T_DEFAULT = 0x010;
  public static final int T_CURRENT = 0x080;
  public static final int T_SUCCESS = 0x020;
  public static final int T_FAILURE = 0x040;
  public static final int T_PARTSUCCESS = 0x100;
  public static final int T_READONLY = 0x200;
  public static final int T_NOTSUPPORT = 0x400;
  public static final int T_ALLOPT = 0;

  /** Level; the number is this implementation's. */
  public static final int XTI_GENERIC = 0xffff;

  /** Level. */
  public static final int T_INET_IP = 0;

  /** Level. */
  public static final int T_INET_TCP = 6;

  /** Level. */
  public static final int T_INET_UDP = 17;

  /** At XTI_GENERIC: t_linger, honoured by t_close. */
  public static final int XTI_LINGER = 0x0080;

  /** At XTI_GENERIC: send buffer in bytes. */
  public static final int XTI_SNDBUF = 0x1001;

  /** At XTI_GENERIC: receive buffer in bytes. */
  public static final int XTI_RCVBUF = 0x1002;

  /** At T_INET_TCP: T_YES or T_NO. */
  public static final int T_TCP_NODELAY = 0x1;

  /** At T_INET_TCP: read-only. */
  public static final int T_TCP_MAXSEG = 0x2;

  // ---- Modes for t_open and fcntl, with System V's numbers. ----

  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_RDWR = 2;

  /** Asynchronous; TLI only. */
  public static final int O_NDELAY = 0x04;

  /** Asynchronous. */
  public static final int O_NONBLOCK = 0x80;

  public static final int F_GETFL = 3;
  public static final int F_SETFL = 4;

  XtiConstants() {}
}
