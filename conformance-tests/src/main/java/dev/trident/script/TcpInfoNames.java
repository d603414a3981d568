package dev.trident.script;

import com.google.common.collect.ImmutableMap;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpInfo;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * The fields of Linux's tcp_info under the names that snippets use, and the constants that go with
 * them. Counts of packets are sizes divided by the segment size. A field that the engine cannot
 * tell has no value.
 */
final class TcpInfoNames implements Function<String, OptionalLong> {
  private static final int NANOS_PER_MICRO = 1_000;
  private static final int NANOS_PER_MILLI = 1_000_000;
  private static final long INFINITE_SSTHRESH = 0x7fff_ffff;

  private static final int OPT_TIMESTAMPS = 1;
  private static final int OPT_SACK = 2;
  private static final int OPT_WSCALE = 4;
  private static final int OPT_ECN = 8;
  private static final int OPT_ECN_SEEN = 16;
  private static final int OPT_SYN_DATA = 32;

  private static final Map<String, Long> CONSTANTS = constants();

  private final TcpInfo info;

  TcpInfoNames(TcpInfo info) {
    this.info = info;
  }

  private static Map<String, Long> constants() {
    ImmutableMap.Builder<String, Long> builder = ImmutableMap.builder();
    for (StreamState state : StreamState.values()) {
      for (String name : spellings(state)) {
        builder.put("TCP_" + name, number(state)).put("TCPI_" + name, number(state));
      }
    }
    for (TcpInfo.Recovery recovery : TcpInfo.Recovery.values()) {
      String name = recovery.name();
      String written =
          recovery == TcpInfo.Recovery.CWR
              ? name
              : name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
      builder.put("TCP_CA_" + written, (long) recovery.ordinal());
    }
    return builder
        .put("TCPI_OPT_TIMESTAMPS", (long) OPT_TIMESTAMPS)
        .put("TCPI_OPT_SACK", (long) OPT_SACK)
        .put("TCPI_OPT_WSCALE", (long) OPT_WSCALE)
        .put("TCPI_OPT_ECN", (long) OPT_ECN)
        .put("TCPI_OPT_ECN_SEEN", (long) OPT_ECN_SEEN)
        .put("TCPI_OPT_SYN_DATA", (long) OPT_SYN_DATA)
        .put("TCP_INFINITE_SSTHRESH", INFINITE_SSTHRESH)
        .buildOrThrow();
  }

  /** Linux and FreeBSD have other names for some. */
  private static String[] spellings(StreamState state) {
    return switch (state) {
      case CLOSED -> new String[] {"CLOSE", "CLOSED"};
      case SYN_RECEIVED -> new String[] {"SYN_RECV", "SYN_RECEIVED", "SYN_RCVD"};
      case FIN_WAIT_1 -> new String[] {"FIN_WAIT1", "FIN_WAIT_1"};
      case FIN_WAIT_2 -> new String[] {"FIN_WAIT2", "FIN_WAIT_2"};
      case LISTEN, SYN_SENT, ESTABLISHED, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT ->
          new String[] {state.name()};
    };
  }

  /** As Linux numbers them; the names agree within a script, whatever the system. */
  private static long number(StreamState state) {
    return switch (state) {
      case ESTABLISHED -> 1;
      case SYN_SENT -> 2;
      case SYN_RECEIVED -> 3;
      case FIN_WAIT_1 -> 4;
      case FIN_WAIT_2 -> 5;
      case TIME_WAIT -> 6;
      case CLOSED -> 7;
      case CLOSE_WAIT -> 8;
      case LAST_ACK -> 9;
      case LISTEN -> 10;
      case CLOSING -> 11;
    };
  }

  /** A constant's value. */
  static OptionalLong constant(String name) {
    Long value = CONSTANTS.get(name);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  @Override
  public OptionalLong apply(String name) {
    return switch (name) {
      case "tcpi_state" -> OptionalLong.of(number(info.state));
      case "tcpi_ca_state" -> OptionalLong.of(info.recovery.ordinal());
      case "tcpi_options" -> OptionalLong.of(options());
      case "tcpi_snd_wscale" -> OptionalLong.of(info.sndWindShift);
      case "tcpi_rcv_wscale" -> OptionalLong.of(info.rcvWindShift);
      case "tcpi_snd_mss" -> OptionalLong.of(info.smss);
      case "tcpi_advmss" -> OptionalLong.of(info.rmss);
      case "tcpi_snd_cwnd" -> OptionalLong.of(segments(info.cwndBytes));
      case "tcpi_snd_ssthresh" ->
          OptionalLong.of(
              info.ssthreshBytes == Integer.MAX_VALUE
                  ? INFINITE_SSTHRESH
                  : segments(info.ssthreshBytes));
      case "tcpi_rtt" -> micros(info.srttNanos);
      case "tcpi_rttvar" -> micros(info.rttvarNanos);
      case "tcpi_rto" -> micros(info.rtoNanos);
      case "tcpi_unacked" ->
          OptionalLong.of((info.flightSizeBytes + info.smss - 1L) / Math.max(info.smss, 1));
      case "tcpi_notsent_bytes" -> OptionalLong.of(info.unsentBytes);
      case "tcpi_backoff", "tcpi_retransmits" -> OptionalLong.of(info.attempts);
      case "tcpi_probes" -> OptionalLong.of(info.probes);
      case "tcpi_snd_wnd" -> OptionalLong.of(info.sndWnd);
      case "tcpi_rcv_wnd" -> OptionalLong.of(info.rcvWnd);
      case "tcpi_ato" -> micros(info.atoNanos);
      case "tcpi_rcv_mss" -> OptionalLong.of(info.largestReceived);
      case "tcpi_sacked" -> OptionalLong.of(info.sackedSegments);
      case "tcpi_lost" -> OptionalLong.of(info.lostSegments);
      case "tcpi_retrans" -> OptionalLong.of(info.resentSegments);
      case "tcpi_reordering" -> OptionalLong.of(info.reorderingSegments);
      case "tcpi_pmtu" -> OptionalLong.of(info.pathMtuBytes);
      case "tcpi_min_rtt" -> micros(info.minRttNanos);
      case "tcpi_rcv_ssthresh" -> OptionalLong.of(info.receiveBufferBytes);
      case "tcpi_rcv_rtt" -> micros(info.receiverRttNanos);
      case "tcpi_rcv_space" -> OptionalLong.of(info.receiveSpaceBytes);
      case "tcpi_last_data_sent" -> millis(info.sinceDataSentNanos);
      case "tcpi_last_data_recv" -> millis(info.sinceDataReceivedNanos);
      case "tcpi_last_ack_recv" -> millis(info.sinceAckReceivedNanos);
      case "tcpi_bytes_acked" -> OptionalLong.of(info.bytesAcked);
      case "tcpi_bytes_received" -> OptionalLong.of(info.bytesReceived);
      case "tcpi_bytes_sent" -> OptionalLong.of(info.bytesSent);
      case "tcpi_bytes_retrans" -> OptionalLong.of(info.bytesRetransmitted);
      case "tcpi_segs_out" -> OptionalLong.of(info.segmentsSent);
      case "tcpi_segs_in" -> OptionalLong.of(info.segmentsReceived);
      case "tcpi_data_segs_out" -> OptionalLong.of(info.dataSegmentsSent);
      case "tcpi_data_segs_in" -> OptionalLong.of(info.dataSegmentsReceived);
      case "tcpi_total_retrans" -> OptionalLong.of(info.retransmissions);
      case "tcpi_total_rto" -> OptionalLong.of(info.timeouts);
      case "tcpi_delivered" -> OptionalLong.of(info.delivered);
      case "tcpi_delivered_ce" -> OptionalLong.of(info.deliveredMarked);
      case "tcpi_dsack_dups" -> OptionalLong.of(info.duplicatesReported);
      case "tcpi_reord_seen" -> OptionalLong.of(info.reorderings);
      case "tcpi_rcv_ooopack" -> OptionalLong.of(info.outOfOrderReceived);
      case "tcpi_busy_time" -> micros(info.busyNanos);
      case "tcpi_rwnd_limited" -> micros(info.windowLimitedNanos);
      case "tcpi_sndbuf_limited" -> micros(info.bufferLimitedNanos);
      default -> constant(name);
    };
  }

  private long options() {
    return (info.timestamps ? OPT_TIMESTAMPS : 0)
        | (info.selectiveAck ? OPT_SACK : 0)
        | (info.windowScale ? OPT_WSCALE : 0)
        | (info.ecn ? OPT_ECN : 0)
        | (info.ecnSeen ? OPT_ECN_SEEN : 0)
        | (info.synDataAcked ? OPT_SYN_DATA : 0);
  }

  private long segments(int bytes) {
    return bytes / Math.max(info.smss, 1);
  }

  private static OptionalLong millis(long nanos) {
    return OptionalLong.of(nanos < 0 ? 0 : nanos / NANOS_PER_MILLI);
  }

  private static OptionalLong micros(long nanos) {
    return nanos < 0 ? OptionalLong.of(0) : OptionalLong.of(nanos / NANOS_PER_MICRO);
  }
}
