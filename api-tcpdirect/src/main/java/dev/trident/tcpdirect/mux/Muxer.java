package dev.trident.tcpdirect.mux;

import org.jspecify.annotations.Nullable;

/**
 * The multiplexer of one stack: makes its sets and counts them. A freed set counts until its last
 * member has left.
 */
public final class Muxer {
  /** Sets per stack. */
  public static final int MAX_SETS = 64;

  private final String stackName;
  private int sets;
  private int made;

  /**
   * @param stackName named in errors
   */
  public Muxer(String stackName) {
    this.stackName = stackName;
  }

  /** A new set, or null if there are {@link #MAX_SETS}. */
  public @Nullable MuxerSet newSet() {
    if (sets == MAX_SETS) {
      return null;
    }
    sets++;
    return new MuxerSet(this, "muxer set " + made++ + " of stack " + stackName);
  }

  void onSetGone() {
    sets--;
  }
}
