package dev.trident.treck;

import static dev.trident.treck.error.ErrorCodes.*;

import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.c.SockAddr;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.treck.error.ErrorCodes;
import dev.trident.treck.option.OptionConstants;
import dev.trident.treck.socket.Socket;
import dev.trident.treck.socket.SocketConstants;
import dev.trident.treck.socket.SocketTable;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What all groups of calls share: the stack, the sockets, and how a failure is reported. */
abstract class CallBase implements ErrorCodes, SocketConstants, OptionConstants {
  final HostStack stack;
  final SocketTable table;
  final MessagePool messages;

  /** tfStartTreck has been called; without it there is no socket and no message. */
  boolean started;

  private final ThreadLocal<IntRef> threadError = ThreadLocal.withInitial(IntRef::new);

  CallBase(Host host, int maxSockets) {
    stack = host.defaultStack();
    table = new SocketTable(stack, maxSockets);
    messages = new MessagePool(stack);
  }

  /**
   * Extension: the code of this thread's last failure that no socket could hold, because socket()
   * or select() failed or the descriptor was bad. TM_ENOERROR if there was none.
   */
  public int lastErrorOfThread() {
    return threadError.get().value;
  }

  /** Reports a failure that no socket can hold. */
  final int failWithoutSocket(int code) {
    threadError.get().value = code;
    return TM_SOCKET_ERROR;
  }

  /** Turns the result of a call on {@code socket} into what the program sees. */
  final int finish(Socket socket, int result) {
    if (result >= 0) {
      return result;
    }
    socket.lastError(-result);
    if (isWorthRetrying(-result)) {
      stack.foundNothing();
    }
    return TM_SOCKET_ERROR;
  }

  /** Whether programs repeat a call after such a failure, so that time must go on meanwhile. */
  private static boolean isWorthRetrying(int code) {
    return code == TM_EWOULDBLOCK || code == TM_EALREADY || code == TM_ENOBUFS;
  }

  /** Checks an address that is given: 0, or the negative of an error code. */
  static int checkAddress(@Nullable SockAddr address, int length) {
    if (address == null) {
      return -TM_EINVAL;
    }
    if (address.sa_family != AF_INET) {
      return -TM_EAFNOSUPPORT;
    }
    return address instanceof SockAddrIn in
            && length >= SockAddrIn.SIZEOF
            && (in.sin_port & 0xffff) == in.sin_port
        ? 0
        : -TM_EINVAL;
  }

  /** Checks a place for an address, which may be null as a whole: 0, or -TM_EINVAL. */
  static int checkPlace(@Nullable SockAddr place, @Nullable IntRef lengthPtr) {
    return place == null
            || (place instanceof SockAddrIn
                && lengthPtr != null
                && lengthPtr.value >= SockAddrIn.SIZEOF)
        ? 0
        : -TM_EINVAL;
  }

  /** Stores an address in a place that {@link #checkPlace} has passed. */
  static void store(@Nullable SockAddr place, @Nullable IntRef lengthPtr, int address, int port) {
    if (place instanceof SockAddrIn in && lengthPtr != null) {
      in.sa_family = AF_INET;
      in.sin_addr = address;
      in.sin_port = port;
      lengthPtr.value = SockAddrIn.SIZEOF;
    }
  }

  /** Whether {@code length} bytes can be read at the pointer {@code buffer}. */
  static boolean isReadable(ByteBuf buffer, int length) {
    return C.inBounds(buffer, length);
  }

  /** Whether {@code length} bytes can be written from {@code index} of {@code buffer}. */
  static boolean isWritable(ByteBuf buffer, int index, int length) {
    return length >= 0
        && buffer.refCnt() > 0
        && !buffer.isReadOnly()
        && length <= buffer.capacity() - index;
  }
}
