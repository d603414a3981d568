package dev.trident.tcpdirect.mux;

/** The event bits of Linux's epoll that the multiplexer reports. */
public final class Epoll {
  public static final int IN = 0x1;
  public static final int OUT = 0x4;
  public static final int ERR = 0x8;
  public static final int HUP = 0x10;

  /** The peer has closed its side; on a stack's waitable: the stack is quiescent. */
  public static final int RDHUP = 0x2000;

  private Epoll() {}
}
