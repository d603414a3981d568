package dev.trident.buffer;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A user's buffer on loan to the engine. The buffer is retained once when the loan is made; each
 * fragment cut from it is a share, and a packet keeps its fragments while a device holds it. When
 * the last share is gone the buffer is released once, and its free function waits in {@link
 * Completions} for the end of the outermost call.
 */
public final class SendLoan extends Completions.Entry {
  private final PacketPool pool;
  private @Nullable ByteBuf buffer;
  private @Nullable Object token;
  private @Nullable UserFree free;
  private int shares;

  SendLoan(PacketPool pool) {
    this.pool = pool;
  }

  /** Starts with one share, the caller's, which it gives up by {@link #release()} after cutting. */
  void open(ByteBuf lent, Object userToken, UserFree userFree) {
    assert shares == 0 : "loan opened twice";
    buffer = lent.retain();
    token = userToken;
    free = userFree;
    shares = 1;
  }

  ByteBuf buffer() {
    return Objects.requireNonNull(buffer, "loan is closed");
  }

  void retain() {
    shares++;
  }

  /** Gives up a share. */
  public void release() {
    if (shares <= 0) {
      throw new IllegalStateException("loan released more often than shared");
    }
    if (--shares == 0) {
      buffer().release();
      buffer = null;
      if (free == null) {
        pool.free(this);
      } else {
        pool.onReturned();
        pool.completions().add(this);
      }
    }
  }

  /**
   * Undoes a loan whose call fails after all: with the last share the buffer is released, but no
   * free function runs.
   */
  public void cancel() {
    free = null;
    token = null;
  }

  @Override
  protected void complete() {
    Objects.requireNonNull(free).free(Objects.requireNonNull(token));
  }

  @Override
  protected void recycle() {
    free = null;
    token = null;
    pool.free(this);
  }
}
