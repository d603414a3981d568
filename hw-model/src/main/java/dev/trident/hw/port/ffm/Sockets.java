package dev.trident.hw.port.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * System calls on sockets. Rules as in {@link Sys}: an instance for each calling thread, answers as
 * the kernel's with the errno negated, memory checked before its address leaves Java.
 */
@SuppressWarnings("restricted")
public final class Sockets extends SystemCalls {
  public static final int AF_UNIX = 1;
  public static final int AF_INET = 2;
  public static final int AF_PACKET = 17;
  public static final int AF_XDP = 44;

  public static final int SOCK_STREAM = 1;
  public static final int SOCK_DGRAM = 2;
  public static final int SOCK_RAW = 3;

  /** {@link #socket}: answer EAGAIN instead of waiting. */
  public static final int SOCK_NONBLOCK = Sys.O_NONBLOCK;

  /** {@link #socket}: child processes do not inherit the descriptor. */
  public static final int SOCK_CLOEXEC = Sys.O_CLOEXEC;

  public static final int SOL_SOCKET = 1;
  public static final int SO_ERROR = 4;
  public static final int SO_SNDBUF = 7;
  public static final int SO_RCVBUF = 8;

  /** As {@link #SO_RCVBUF} beyond the machine's limit, which needs CAP_NET_ADMIN. */
  public static final int SO_RCVBUFFORCE = 33;

  /** {@link #send}: answer EAGAIN instead of waiting. */
  public static final int MSG_DONTWAIT = 0x40;

  /** {@link #send}: a peer that has gone is an error and no signal. */
  public static final int MSG_NOSIGNAL = 0x4000;

  /** {@link #recv}: answer the length that the message has, however much room there is. */
  public static final int MSG_TRUNC = 0x20;

  private static final MethodHandle SOCKET =
      bind("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), CAPTURE);
  private static final MethodHandle BIND =
      bind("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT), CAPTURE);
  private static final MethodHandle CONNECT =
      bind("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT), CAPTURE);
  private static final MethodHandle LISTEN =
      bind("listen", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), CAPTURE);
  private static final MethodHandle ACCEPT4 =
      bind(
          "accept4",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT),
          CAPTURE);
  private static final MethodHandle SENDTO =
      bind(
          "sendto",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT),
          CAPTURE);
  private static final MethodHandle RECVFROM =
      bind(
          "recvfrom",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS),
          CAPTURE);
  private static final MethodHandle SENDMSG =
      bind("sendmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT), CAPTURE);
  private static final MethodHandle RECVMSG =
      bind("recvmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT), CAPTURE);
  private static final MethodHandle SETSOCKOPT =
      bind(
          "setsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT),
          CAPTURE);
  private static final MethodHandle GETSOCKOPT =
      bind(
          "getsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS),
          CAPTURE);

  // Fields, and not the constants: see SystemCalls on garbage.
  private final MethodHandle sendto = SENDTO;
  private final MethodHandle recvfrom = RECVFROM;
  private final MethodHandle sendmsg = SENDMSG;
  private final MethodHandle recvmsg = RECVMSG;
  private final MethodHandle getsockopt = GETSOCKOPT;

  /** {@code socket(2)}: a descriptor, or the negated errno. */
  public int socket(int domain, int type, int protocol) {
    try {
      return answer((int) SOCKET.invokeExact(captured, domain, type, protocol));
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /** {@code bind(2)} to the whole of {@code address}: 0 or the negated errno. */
  public int bind(int fd, MemorySegment address) {
    try {
      return answer((int) BIND.invokeExact(captured, fd, address, (int) address.byteSize()));
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /** {@code connect(2)} to the whole of {@code address}: 0 or the negated errno. */
  public int connect(int fd, MemorySegment address) {
    try {
      return answer((int) CONNECT.invokeExact(captured, fd, address, (int) address.byteSize()));
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /** {@code listen(2)}: 0 or the negated errno. */
  public int listen(int fd, int backlog) {
    try {
      return answer((int) LISTEN.invokeExact(captured, fd, backlog));
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /**
   * {@code accept4(2)} without asking who the peer is: a descriptor, or the negated errno.
   *
   * @param flags {@link #SOCK_NONBLOCK}, {@link #SOCK_CLOEXEC}
   */
  public int accept(int fd, int flags) {
    try {
      return answer(
          (int) ACCEPT4.invokeExact(captured, fd, MemorySegment.NULL, MemorySegment.NULL, flags));
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /**
   * {@code send(2)} of {@code lengthBytes} bytes of {@code memory} from {@code offset}: bytes
   * taken, or the negated errno.
   *
   * @throws IndexOutOfBoundsException if the range is not within {@code memory}
   * @throws IllegalStateException if {@code memory} has been freed
   * @throws IllegalArgumentException if {@code memory} is not native
   */
  public int send(int fd, MemorySegment memory, long offset, int lengthBytes, int flags) {
    return sendto(fd, memory, offset, lengthBytes, flags, MemorySegment.NULL);
  }

  /**
   * {@code sendto(2)}: as {@link #send}, to the whole of {@code address}, or to the peer if that is
   * {@link MemorySegment#NULL}.
   */
  public int sendto(
      int fd,
      MemorySegment memory,
      long offset,
      int lengthBytes,
      int flags,
      MemorySegment address) {
    long from = readable(memory, offset, lengthBytes);
    try {
      return answer(
          (long)
              sendto.invokeExact(
                  captured,
                  fd,
                  from,
                  (long) lengthBytes,
                  flags,
                  address,
                  (int) address.byteSize()));
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /**
   * {@code recv(2)} into {@code lengthBytes} bytes of {@code memory} from {@code offset}: bytes
   * received (with {@link #MSG_TRUNC} the length of the message), 0 at the end of a stream, or the
   * negated errno.
   *
   * @throws IndexOutOfBoundsException if the range is not within {@code memory}
   * @throws IllegalStateException if {@code memory} has been freed
   * @throws IllegalArgumentException if {@code memory} is not native or is read-only
   */
  public int recv(int fd, MemorySegment memory, long offset, int lengthBytes, int flags) {
    return recvfrom(fd, memory, offset, lengthBytes, flags, MemorySegment.NULL, MemorySegment.NULL);
  }

  /**
   * {@code recvfrom(2)}: as {@link #recv}, and tells who sent.
   *
   * @param address where the sender's address goes
   * @param addressLength a {@code socklen_t}, set to the room for it before each call
   */
  public int recvfrom(
      int fd,
      MemorySegment memory,
      long offset,
      int lengthBytes,
      int flags,
      MemorySegment address,
      MemorySegment addressLength) {
    long to = writable(memory, offset, lengthBytes);
    try {
      return answer(
          (long)
              recvfrom.invokeExact(
                  captured, fd, to, (long) lengthBytes, flags, address, addressLength));
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /** {@code sendmsg(2)}: bytes taken, or the negated errno. */
  public int sendmsg(int fd, MessageHeader message, int flags) {
    try {
      return answer((long) sendmsg.invokeExact(captured, fd, message.segment(), flags));
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /** {@code recvmsg(2)}: bytes received, 0 at the end of a stream, or the negated errno. */
  public int recvmsg(int fd, MessageHeader message, int flags) {
    try {
      return answer((long) recvmsg.invokeExact(captured, fd, message.segment(), flags));
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /** {@code setsockopt(2)} to the whole of {@code value}: 0 or the negated errno. */
  public int setsockopt(int fd, int level, int name, MemorySegment value) {
    try {
      return answer(
          (int) SETSOCKOPT.invokeExact(captured, fd, level, name, value, (int) value.byteSize()));
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /**
   * {@code getsockopt(2)}: 0 or the negated errno.
   *
   * @param length a {@code socklen_t}: the room in {@code value}, and how much of it was used
   */
  public int getsockopt(int fd, int level, int name, MemorySegment value, MemorySegment length) {
    try {
      return answer((int) getsockopt.invokeExact(captured, fd, level, name, value, length));
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }
}
