package dev.trident.tcpdirect;

import dev.trident.c.Timespec;

/** {@code struct zf_pkt_report}: when something that a zocket sent left the adapter. */
@SuppressWarnings("MemberName") // the names of C
public final class ZfPktReport {
  /** The adapter's clock has been set. */
  public static final int ZF_PKT_REPORT_CLOCK_SET = 0x0001;

  /** The adapter's clock follows a reference. */
  public static final int ZF_PKT_REPORT_IN_SYNC = 0x0002;

  /** The time is not known. */
  public static final int ZF_PKT_REPORT_NO_TIMESTAMP = 0x0004;

  /** Reports before this one were lost, as nobody fetched them. */
  public static final int ZF_PKT_REPORT_DROPPED = 0x0008;

  /** TCP: sent again. */
  public static final int ZF_PKT_REPORT_TCP_RETRANS = 0x2000;

  /** TCP: with SYN. */
  public static final int ZF_PKT_REPORT_TCP_SYN = 0x4000;

  /** TCP: with FIN. */
  public static final int ZF_PKT_REPORT_TCP_FIN = 0x8000;

  /** When it left, by the adapter's clock. */
  public final Timespec timestamp = new Timespec();

  /** Unsigned. UDP: datagrams before this one. TCP: bytes before this segment; SYN is none. */
  public int start;

  /** Bytes of payload. */
  public int bytes;

  /** A sum of {@code ZF_PKT_REPORT_*}. */
  public int flags;

  public ZfPktReport() {}

  /** {@code n} empty reports, for a call to fill. */
  public static ZfPktReport[] array(int n) {
    ZfPktReport[] reports = new ZfPktReport[n];
    for (int i = 0; i < n; i++) {
      reports[i] = new ZfPktReport();
    }
    return reports;
  }
}
