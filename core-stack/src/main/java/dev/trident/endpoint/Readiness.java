package dev.trident.endpoint;

import dev.trident.buffer.Completions;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint is ready for, and the edges at which that became so. The engine raises and
 * clears bits; an edge is reported to the listener at the end of the outermost call, many edges as
 * one.
 *
 * <p>Every arriving segment or datagram is an edge of {@link #READABLE}, also while older data is
 * unread. Without a listener an edge costs a field write.
 */
public final class Readiness extends Completions.Entry {
  /** Data, end of stream, a connection to accept, or a pending error can be read. */
  public static final int READABLE = 1;

  /** Connected, and there is room to send; edge thresholds are the engine's. */
  public static final int WRITABLE = 1 << 1;

  /** The peer has closed its side, and everything before that is queued. */
  public static final int PEER_CLOSED = 1 << 2;

  /** Both directions are closed. */
  public static final int CLOSED = 1 << 3;

  /** An error is pending, or ended the connection. */
  public static final int ERROR = 1 << 4;

  /** The active open has succeeded. Set once. */
  public static final int CONNECTED = 1 << 5;

  /** Everything sent so far has been acknowledged. An edge only. */
  public static final int ALL_ACKNOWLEDGED = 1 << 6;

  /**
   * The peer has announced urgent data whose last octet the user has neither read nor read past. An
   * edge with each announcement that leads further.
   */
  public static final int URGENT = 1 << 7;

  /** Trouble that has not ended the connection: ask what by takeSoftError. An edge only. */
  public static final int SOFT_ERROR = 1 << 8;

  /** Told of edges with the state consistent and no gate held; calls made from it are ordinary. */
  @FunctionalInterface
  public interface Listener {
    /** {@code edges} are the bits raised since the last call. */
    void onEdge(int edges);
  }

  private final Completions completions;
  private int bits;
  private int edges;
  private int reported;
  private boolean pending;
  private @Nullable Listener listener;

  /** Edges go to {@code completions}, the stack's. */
  public Readiness(Completions completions) {
    this.completions = completions;
  }

  /** The bits that hold at present. */
  public int bits() {
    return bits;
  }

  /** Whether any bit of {@code mask} holds. */
  public boolean isAny(int mask) {
    return (bits & mask) != 0;
  }

  /** Sets who is told of edges from now on; null for nobody. Past edges are not repeated. */
  public void listen(@Nullable Listener newListener) {
    listener = newListener;
  }

  /** Called by the engine: {@code raised} holds, and has an edge even if it held already. */
  public void raise(int raised) {
    bits |= raised;
    if (listener != null) {
      edges |= raised;
      if (!pending) {
        pending = true;
        completions.add(this);
      }
    }
  }

  /** Called by the engine: {@code cleared} no longer holds. No edge. */
  public void clear(int cleared) {
    bits &= ~cleared;
  }

  @Override
  protected void onTaken() {
    reported = edges;
    edges = 0;
  }

  @Override
  protected void complete() {
    Listener told = listener;
    if (told != null) {
      told.onEdge(reported);
    }
  }

  @Override
  protected void recycle() {
    pending = edges != 0;
    if (pending) {
      completions.add(this);
    }
  }
}
