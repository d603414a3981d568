package dev.trident.xti;

/**
 * Which generation of the interface a program was written for. Every difference between them is
 * asked here; {@code reference/xti.md} section 8 is the table.
 */
public enum Dialect {
  /** XNS Issue 5 (UNIX 98). */
  XTI,
  /** XPG4 (UNIX 95): no vector calls, and more events make calls fail with TLOOK. */
  XTI4,
  /** TLI of System V Release 4, as AIX documents it. */
  TLI;

  /** Whether the library itself refuses a call in the wrong state with TOUTSTATE. */
  public boolean checksState() {
    return this != TLI;
  }

  /**
   * Whether t_sndv, t_rcvv, t_sndvudata, t_rcvvudata, t_sndreldata, t_rcvreldata, t_sysconf are.
   */
  public boolean hasVectorCalls() {
    return this == XTI;
  }

  /** Whether t_getprotaddr exists. */
  public boolean hasProtaddr() {
    return this != TLI;
  }

  /** The flags a sending call may have. */
  public int sendFlags() {
    return this == XTI
        ? XtiConstants.T_MORE | XtiConstants.T_EXPEDITED | XtiConstants.T_PUSH
        : XtiConstants.T_MORE | XtiConstants.T_EXPEDITED;
  }

  /** Whether {@code oflag} asks for an asynchronous endpoint. */
  public boolean isAsynchronous(int oflag) {
    int mask = XtiConstants.O_NONBLOCK | (this == TLI ? XtiConstants.O_NDELAY : 0);
    return (oflag & mask) != 0;
  }

  /** Whether {@code maxlen} 0 of an output netbuf means that the value is not wanted. */
  public boolean zeroRoomMeansNotWanted() {
    return this != TLI;
  }

  /** Whether an occupied address makes t_bind choose another one instead of failing. */
  public boolean bindsElsewhere() {
    return this == TLI;
  }

  /** Whether a send of no bytes returns 0 without a look at anything but the descriptor. */
  public boolean sendsNothingQuietly() {
    return this == TLI;
  }

  /** Whether data sent in T_IDLE is dropped and reported as sent. */
  public boolean dropsDataInIdle() {
    return this == TLI;
  }

  /** Whether a send waits for packet memory although the endpoint is asynchronous. */
  public boolean waitsForMemory() {
    return this == TLI;
  }

  /** Whether t_look knows T_GODATA and T_GOEXDATA. */
  public boolean showsFlowControl() {
    return this != TLI;
  }

  /** Whether t_listen checks qlen: TBADQLEN and TQFULL. */
  public boolean checksQlen() {
    return this != TLI;
  }

  /** Whether the endpoint that takes a connection must have been bound. */
  public boolean acceptsOnBoundOnly() {
    return this == TLI;
  }

  /** Whether codes above TSTATECHNG exist. */
  public boolean hasXtiErrors() {
    return this != TLI;
  }
}
