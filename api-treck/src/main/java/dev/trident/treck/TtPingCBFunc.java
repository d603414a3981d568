package dev.trident.treck;

/**
 * {@code ttPingCBFuncPtr}: tells that an echo reply, or an ICMP error about a request, has arrived.
 *
 * <p>Called once for each, with nothing locked, so that it may itself call Treck. On a host with a
 * driver thread it may be called there or in any thread that calls Treck, also by two at a time. An
 * exception is logged and goes no further.
 */
@FunctionalInterface
public interface TtPingCBFunc {
  /**
   * Called at the end of the outermost call.
   *
   * @param socketDescriptor of the ping
   */
  void call(int socketDescriptor);
}
