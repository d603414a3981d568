package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import dev.trident.wire.TcpHeader;
import java.util.ArrayList;
import java.util.List;

/**
 * What a sender does with each acknowledgment, as a table that can be followed with a pencil.
 * Segments have {@link #SMSS} bytes and are numbered from 1, windows are in segments, times in
 * milliseconds since the handshake, which took {@link #HANDSHAKE_MILLIS}. Columns, divided by bars:
 *
 * <pre>
 *   at        when it happens
 *   event     write N    the user sends N segments
 *             ack N      all up to N has arrived; "dup" repeats the last, without news
 *             sack N-M   behind an ack or alone: blocks that the peer holds, the latest first
 *             dsack N    the same, of what has come twice
 *             timer      nothing comes, and this is the moment that the row before foretold
 *   leaves    segments sent because of that, in this order
 *   cwnd, ssthresh, pipe    afterwards; "-" is an ssthresh that was never set
 *   next      "300: 1": were it silent from now on, segment 1 would go at 300, and nothing before
 * </pre>
 *
 * What stands behind the last bar is for the reader: the formula.
 */
final class SenderTrace extends Script {
  static final int SMSS = 1_000;
  static final int HANDSHAKE_MILLIS = 100;

  private static final int COLUMNS = 7;
  private static final int UNLIMITED = Integer.MAX_VALUE;
  private static final long SILENCE_NANOS = 3_600 * SECONDS;

  private record Row(
      String text,
      long atNanos,
      String event,
      List<Integer> leaves,
      int cwndBytes,
      int ssthreshBytes,
      int pipeBytes,
      long nextNanos,
      int nextSegment) {
    boolean isSilent() {
      return nextSegment == 0;
    }
  }

  private final StreamEndpoint stream;
  private final long start;
  private int acknowledged;

  private SenderTrace(TcpProfile profile, boolean sack) {
    super(profile);
    stream = synSent();
    host.advance(HANDSHAKE_MILLIS * MILLIS);
    Seg answer = Seg.synAck().seq(0).ack(1).mss(SMSS);
    peer.sends(sack ? answer.options(4, 2, 1, 1) : answer);
    peer.expects(Seg.ack());
    start = host.now;
  }

  /** Without SACK: follows the table. */
  static void check(TcpProfile profile, String table) {
    check(profile, false, table);
  }

  /** With SACK: follows the table. */
  static void checkWithSack(TcpProfile profile, String table) {
    check(profile, true, table);
  }

  /**
   * Each row's timer is let run in a connection of its own, which has come so far and no further.
   */
  private static void check(TcpProfile profile, boolean sack, String table) {
    List<Row> rows = table.lines().map(SenderTrace::row).toList();
    for (int i = 1; i <= rows.size(); i++) {
      SenderTrace trace = new SenderTrace(profile, sack);
      rows.subList(0, i).forEach(trace::follow);
      trace.fallSilent(rows.get(i - 1));
      trace.stream.abort();
      trace.host.pool.close();
    }
  }

  private static Row row(String line) {
    String[] cells = line.split("\\|", COLUMNS + 1);
    assertThat(cells.length).as("columns of '%s'", line).isGreaterThanOrEqualTo(COLUMNS);
    for (int i = 0; i < cells.length; i++) {
      cells[i] = cells[i].strip();
    }
    boolean silent = cells[6].equals("-");
    String[] next = silent ? new String[] {"0", "0"} : cells[6].split(":", 2);
    return new Row(
        line.strip(),
        nanos(cells[0]),
        cells[1],
        segments(cells[2]),
        windowBytes(cells[3]),
        cells[4].equals("-") ? UNLIMITED : windowBytes(cells[4]),
        windowBytes(cells[5]),
        nanos(next[0]),
        Integer.parseInt(next[1].strip()));
  }

  private static long nanos(String millis) {
    return Math.round(Double.parseDouble(millis) * MILLIS);
  }

  private static int windowBytes(String segments) {
    return (int) Math.round(Double.parseDouble(segments) * SMSS);
  }

  /** "1-3 7" are 1, 2, 3 and 7. */
  private static List<Integer> segments(String text) {
    List<Integer> segments = new ArrayList<>();
    if (!text.equals("-")) {
      for (String range : text.split(" +", -1)) {
        String[] ends = range.split("-", 2);
        for (int i = Integer.parseInt(ends[0]); i <= Integer.parseInt(ends[ends.length - 1]); i++) {
          segments.add(i);
        }
      }
    }
    return segments;
  }

  private void follow(Row row) {
    long at = start + row.atNanos;
    if (row.event.equals("timer")) {
      host.advance(at - 1 - host.now);
      assertThat(sent()).as("before '%s'", row.text).isEmpty();
      host.advance(1);
    } else {
      host.advance(at - host.now);
      assertThat(sent()).as("before '%s'", row.text).isEmpty();
      happen(row.event);
    }
    assertThat(sent()).as("sent: '%s'", row.text).isEqualTo(row.leaves);
    TcpInfo info = new TcpInfo();
    stream.info(info);
    assertThat(info.cwndBytes).as("cwnd: '%s'", row.text).isEqualTo(row.cwndBytes);
    assertThat(info.ssthreshBytes).as("ssthresh: '%s'", row.text).isEqualTo(row.ssthreshBytes);
    assertThat(info.pipeBytes).as("pipe: '%s'", row.text).isEqualTo(row.pipeBytes);
  }

  private void fallSilent(Row row) {
    if (row.isSilent()) {
      host.advance(SILENCE_NANOS);
      assertThat(sent()).as("nothing after '%s'", row.text).isEmpty();
      return;
    }
    host.advance(start + row.nextNanos - 1 - host.now);
    assertThat(sent()).as("too early after '%s'", row.text).isEmpty();
    host.advance(1);
    assertThat(sent()).as("next after '%s'", row.text).startsWith(row.nextSegment);
  }

  private void happen(String event) {
    String[] words = event.split(" +", -1);
    if (words[0].equals("write")) {
      assertThat(send(stream, Integer.parseInt(words[1]) * SMSS)).isPositive();
      return;
    }
    List<Integer> edges = new ArrayList<>();
    for (int i = 0; i < words.length; i++) {
      switch (words[i]) {
        case "ack" -> acknowledged = Integer.parseInt(words[++i]);
        case "dup", "sack", "dsack" -> {}
        default -> {
          String[] ends = words[i].split("-", 2);
          edges.add(Integer.parseInt(ends[0]) - 1);
          edges.add(Integer.parseInt(ends[ends.length - 1]));
        }
      }
    }
    Seg segment = Seg.ack().seq(1).ack(sequenceBehind(acknowledged));
    peer.sends(edges.isEmpty() ? segment : segment.options(sackOption(edges)));
  }

  private static int sequenceBehind(int segment) {
    return 1 + segment * SMSS;
  }

  private int[] sackOption(List<Integer> edges) {
    int[] option = new int[4 + 4 * edges.size()];
    option[0] = 1;
    option[1] = 1;
    option[2] = 5;
    option[3] = 2 + 4 * edges.size();
    for (int i = 0; i < edges.size(); i++) {
      int absolute = peer.hostIss + sequenceBehind(edges.get(i));
      for (int octet = 0; octet < 4; octet++) {
        option[4 + 4 * i + octet] = (absolute >>> (24 - 8 * octet)) & 0xff;
      }
    }
    return option;
  }

  /** The numbers of the segments sent since the last look. */
  private List<Integer> sent() {
    List<Integer> numbers = new ArrayList<>();
    for (Seg next = peer.next(); next != null; next = peer.next()) {
      assertThat(next.length).as("length of " + next).isEqualTo(SMSS);
      assertThat(next.flags & ~TcpHeader.PSH).isEqualTo(TcpHeader.ACK);
      assertThat((next.seq - 1) % SMSS).as("start of " + next).isZero();
      numbers.add((next.seq - 1) / SMSS + 1);
    }
    return numbers;
  }
}
