package dev.trident.script.driver.api;

import dev.trident.c.SockAddrIn;
import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.driver.Call.Option;
import dev.trident.tcpdirect.ZfErrno;
import dev.trident.tcpdirect.ZfWaitable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a BSD program calls a socket, made of zockets. */
abstract class ZfSocket {
  final ZfProgram program;
  boolean nonBlocking;

  ZfSocket(ZfProgram program) {
    this.program = program;
  }

  abstract Outcome bind(SockAddrIn address);

  abstract Outcome listen();

  /** The new socket is then {@link #accepted}. */
  abstract Outcome accept();

  @Nullable ZfStream accepted() {
    return null;
  }

  abstract Outcome connect(SockAddrIn peer);

  /**
   * @param more whether a last segment that is not full waits for more
   * @param to destination, or null for the connected peer
   */
  abstract Outcome send(
      List<Integer> lengths, boolean more, boolean atOnce, @Nullable SockAddrIn to);

  abstract Outcome receive(int length, boolean peek, boolean waitAll, boolean atOnce);

  abstract Outcome shutdownSend();

  abstract Outcome close();

  /** Bytes received and not read. */
  abstract Outcome receivedBytes();

  /** The value of an option that TCPDirect tells; SO_ERROR as {@link Errnos#pending} has it. */
  abstract Outcome option(Option option);

  /**
   * What tells of events in {@code wanted}; several where sending and receiving are two zockets.
   */
  abstract List<ZfWaitable> waitables(int wanted);

  abstract @Nullable SockAddrIn localName();

  /** The outcome of a call that returns a count or a negative error number. */
  static Outcome result(int result) {
    return result >= 0 ? Outcome.of(result) : Outcome.error(Errnos.name(-result));
  }

  /** Whether a call that was refused with {@code result} is to be repeated after a wait. */
  final boolean mayWait(int result, boolean atOnce) {
    return result == -ZfErrno.EAGAIN && !nonBlocking && !atOnce;
  }
}
