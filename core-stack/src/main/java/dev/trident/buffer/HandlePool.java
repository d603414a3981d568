package dev.trident.buffer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The handles by which users see packet memory, pooled apart from the memory: memory is reused
 * last-in first-out for warmth, handles first-in first-out and only after at least {@link
 * #ISSUES_BEFORE_REUSE} other issues, so that a stale handle is noticed instead of showing somebody
 * else's bytes.
 */
public final class HandlePool {
  /** Issues between two uses of one handle object in production. */
  public static final int ISSUES_BEFORE_REUSE = 4_096;

  /** Handles made beforehand beyond those that rest: more are made when more are held at a time. */
  private static final int SPARE_HANDLES = 256;

  /** How much is spent on finding stale and lost handles; system property trident.handles. */
  public enum Mode {
    /** Handles are reused; a stale use is detected until then. */
    PRODUCTION,
    /** Each issue is a fresh object: every stale use is detected, and garbage is made. */
    STRICT,
    /** As strict, and each live handle remembers where it was issued. */
    DEBUG;

    static Mode fromSystemProperty() {
      String name = System.getProperty("trident.handles", "production");
      try {
        return valueOf(name.toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "trident.handles=" + name + ": must be production, strict or debug", e);
      }
    }
  }

  private final Mode mode;
  private final ArrayDeque<CellBuf> resting = new ArrayDeque<>();
  private final Map<CellBuf, Throwable> sites = new LinkedHashMap<>();
  private int live;
  private @Nullable ReturnRing returns;

  HandlePool(Mode mode) {
    this.mode = mode;
    stock();
  }

  /** Makes what production needs before the first issue, so that data paths make no garbage. */
  private void stock() {
    if (mode == Mode.PRODUCTION) {
      for (int i = 0; i < ISSUES_BEFORE_REUSE + SPARE_HANDLES; i++) {
        resting.addLast(newHandle());
      }
    }
  }

  private CellBuf newHandle() {
    return returns == null ? new CellBuf(this) : new SharedCellBuf(this, returns);
  }

  /**
   * From now on handles are {@link SharedCellBuf}s, released through {@code ring} by any thread.
   */
  public void shareThrough(ReturnRing ring) {
    if (live != 0) {
      throw new IllegalStateException("handles have been issued already");
    }
    returns = ring;
    resting.clear();
    stock();
  }

  /**
   * A handle over {@code length} bytes at {@code slabOffset}; takes over the caller's reference to
   * {@code storage}. Reader index 0, writer index {@code length}, one reference, the user's.
   */
  public CellBuf issue(Storage storage, int slabOffset, int length) {
    CellBuf handle =
        mode == Mode.PRODUCTION && resting.size() >= ISSUES_BEFORE_REUSE
            ? resting.removeFirst()
            : newHandle();
    live++;
    if (mode == Mode.DEBUG) {
      sites.put(handle, new Throwable("issued here"));
    }
    handle.open(storage, slabOffset, length);
    return handle;
  }

  void onReleased(CellBuf handle) {
    live--;
    if (mode == Mode.PRODUCTION) {
      resting.addLast(handle);
    } else if (mode == Mode.DEBUG) {
      sites.remove(handle);
    }
  }

  /** Handles that users hold at the moment. */
  public int live() {
    return live;
  }

  /** Where the live handles were issued; empty unless the mode is debug. */
  public List<Throwable> unreleased() {
    return new ArrayList<>(sites.values());
  }
}
