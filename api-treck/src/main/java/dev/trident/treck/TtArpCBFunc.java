package dev.trident.treck;

/**
 * The callback of {@code tfUserStartArpSend} and {@code tfUseCollisionDetection}: tells whether an
 * address is in use on a link.
 *
 * <p>Called with nothing locked, so that it may itself call Treck; see {@link TtPingCBFunc} for the
 * thread.
 */
@FunctionalInterface
public interface TtArpCBFunc {
  /**
   * Called at the end of the outermost call.
   *
   * @param ipAddress as asked for
   * @param errorCode TM_EADDRINUSE if a host has it, TM_ENOERROR if the time is over and none has
   *     answered
   */
  void call(TtUserInterface interfaceHandle, int ipAddress, int errorCode);
}
