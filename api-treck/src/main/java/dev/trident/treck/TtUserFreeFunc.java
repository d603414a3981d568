package dev.trident.treck;

import dev.trident.buffer.UserFree;

/**
 * {@code ttUserFreeFuncPtr}: tells that a user buffer given to a zero-copy send is the user's
 * again.
 *
 * <p>Called exactly once per buffer, with nothing locked, so that it may itself call Treck. On a
 * host with a driver thread it may be called there or in any thread that calls Treck, also by two
 * at a time. An exception is logged and goes no further.
 */
@FunctionalInterface
public interface TtUserFreeFunc extends UserFree {
  /**
   * @param userBufferPtr what was given to the send as its {@code userBufferPtr}
   */
  @Override
  void free(Object userBufferPtr);
}
