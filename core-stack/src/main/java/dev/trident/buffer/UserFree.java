package dev.trident.buffer;

/** A user's free function: told that a buffer given for sending is the user's again. */
@FunctionalInterface
public interface UserFree {
  /**
   * Called exactly once per accepted buffer, with no gate held; {@code token} is the user's own.
   */
  void free(Object token);
}
