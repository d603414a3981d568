package dev.trident.script;

/** Bits of {@code Segment.Tcp.flags}, as on the wire. */
final class TcpFlag {
  static final int FIN = 0x001;
  static final int SYN = 0x002;
  static final int RST = 0x004;
  static final int PSH = 0x008;
  static final int ACK = 0x010;
  static final int URG = 0x020;
  static final int ECE = 0x040;
  static final int CWR = 0x080;
  static final int AE = 0x100;

  private TcpFlag() {}
}
