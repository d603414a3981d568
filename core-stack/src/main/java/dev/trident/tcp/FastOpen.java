package dev.trident.tcp;

import dev.trident.wire.FastOpenCookie;
import org.jspecify.annotations.Nullable;

/**
 * What fast open means to one connection (RFC 7413); there is none for a connection that does
 * without. {@link FastOpenServer} makes it for the passive side, {@link FastOpenClient} for the
 * active one.
 */
final class FastOpen {
  /** What our first SYN or SYN,ACK says; absent for nothing. Later ones never have the option. */
  private final FastOpenCookie option = new FastOpenCookie();

  private final boolean active;
  private boolean optionSent;

  /** Where this counts as pending; null on the active side, and once the handshake is over. */
  private @Nullable FastOpenQueue queue;

  private int queueLimit;

  /** Of data that go with our SYN. */
  private int synDataBytes;

  /** A SYN of ours went without option and data after one with them: that may be lost. */
  private boolean plainSynSent;

  private boolean synDataAcked;

  /**
   * Of a connection that begins.
   *
   * @param active whether with our SYN
   */
  FastOpen(boolean active) {
    this.active = active;
  }

  boolean isActive() {
    return active;
  }

  /** The option of the first SYN or SYN,ACK, to be filled in. */
  FastOpenCookie option() {
    return option;
  }

  /** Whether the SYN, or SYN,ACK, about to be sent has the option, and data if there are any. */
  boolean isDue(boolean synAck) {
    return synAck != active && !optionSent;
  }

  /** A SYN or SYN,ACK has been sent. */
  void onSynSent(boolean withOption) {
    plainSynSent |= optionSent;
    optionSent |= withOption;
  }

  // ---- passive side -------------------------------------------------------------------------

  /** The cookie was good: counts as pending from now on. */
  void admit(FastOpenQueue listeners, int limit) {
    queue = listeners;
    queueLimit = limit;
    listeners.begin();
  }

  /** Whether the user may read and write already although the handshake is not over. */
  boolean isEarly() {
    return queue != null;
  }

  /** The handshake is over. */
  void leaveQueue(boolean byReset, long nowNanos) {
    FastOpenQueue left = queue;
    queue = null;
    if (left != null && byReset) {
      left.endByReset(queueLimit, nowNanos);
    } else if (left != null) {
      left.end();
    }
  }

  // ---- active side --------------------------------------------------------------------------

  int synDataBytes() {
    return synDataBytes;
  }

  void synDataBytes(int bytes) {
    synDataBytes = bytes;
  }

  /** Whether what is acknowledged may be a SYN without option and data. */
  boolean isPlainSynSent() {
    return plainSynSent;
  }

  // ---- both ---------------------------------------------------------------------------------

  /** Data in a SYN was taken at once. */
  void onSynDataAcked() {
    synDataAcked = true;
  }

  boolean isSynDataAcked() {
    return synDataAcked;
  }
}
