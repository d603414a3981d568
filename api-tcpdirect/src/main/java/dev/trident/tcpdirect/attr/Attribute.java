package dev.trident.tcpdirect.attr;

import static dev.trident.tcpdirect.attr.Attribute.Status.BETA;
import static dev.trident.tcpdirect.attr.Attribute.Status.HIDDEN;
import static dev.trident.tcpdirect.attr.Attribute.Status.STABLE;

import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The table of attributes (guide, chapter 7, and what later releases added). A value is an integer
 * of 32 bits, a bit mask of 64 bits, or a text that may be unset.
 */
public enum Attribute {
  LOG_LEVEL(
      0x1111_1111_1111_1111L,
      Type.BITMASK,
      STABLE,
      "zf_stack",
      "Kinds of log messages to write, four bits per component: errors 1, warnings 2, info 4, trace"
          + " 8. Applies to the whole process."),
  LOG_FORMAT(
      5,
      STABLE,
      "zf_stack",
      "What precedes each log line: stack name 1, cycle counter 2, TCP tick 4, process 8. Applies"
          + " to the whole process."),
  LOG_FILE(
      null, STABLE, "zf_stack", "File that log lines are appended to; standard error if unset."),
  NAME(null, STABLE, "zf_stack,zf_pool,zf_vi", "Name of the object in logs and stack dumps."),
  INTERFACE(null, STABLE, "zf_stack", "Network interface that the stack is bound to."),
  MAX_UDP_RX_ENDPOINTS(64, STABLE, "zf_stack", "UDP-receive zockets in a stack, 1 to 64."),
  MAX_UDP_TX_ENDPOINTS(64, STABLE, "zf_stack", "UDP-transmit zockets in a stack, 1 to 64."),
  MAX_TCP_ENDPOINTS(
      64, STABLE, "zf_stack", "TCP zockets in a stack, dying connections included, 1 to 64."),
  MAX_TCP_LISTEN_ENDPOINTS(16, STABLE, "zf_stack", "TCP listeners in a stack, 1 to 64."),
  MAX_TCP_SYN_BACKLOG(
      32, STABLE, "zf_stack", "Half-open connections in a stack; tcp_max_syn_backlog if readable."),
  TCP_DELAYED_ACK(1, STABLE, "zf_stack", "Delay acknowledgements: 1 on, 0 off."),
  TCP_WAIT_FOR_TIME_WAIT(
      0, STABLE, "zf_stack", "Whether a stack with zockets in TIME_WAIT is not quiescent."),
  TCP_TIMEWAIT_MS(
      120_000, STABLE, "zf_stack", "Length of TIME_WAIT, ms; tcp_fin_timeout if readable."),
  TCP_FINWAIT_MS(
      120_000,
      STABLE,
      "zf_stack",
      "Limit of FIN_WAIT_2 for freed zockets, ms, 0 for none; tcp_fin_timeout if readable."),
  TCP_SYN_RETRIES(5, STABLE, "zf_stack", "Retransmissions of a SYN; tcp_syn_retries if readable."),
  TCP_SYNACK_RETRIES(
      4, STABLE, "zf_stack", "Retransmissions of a SYN-ACK; tcp_synack_retries if readable."),
  TCP_RETRIES(14, STABLE, "zf_stack", "Retransmissions of data; tcp_retries2 if readable."),
  TCP_INITIAL_CWND(0, STABLE, "zf_stack", "Initial congestion window in bytes; 0 for 10 x MSS."),
  TCP_ALT_ACK_REWIND(
      65_536, STABLE, "zf_stack", "Bytes by which an alternative's ACK number may lag."),
  ARP_REPLY_TIMEOUT(
      1_000, STABLE, "zf_stack", "Microseconds to wait for an ARP reply, approximately."),
  RX_RING_MAX(-1, STABLE, "zf_vi", "Receive descriptors: 512, 1024, 2048 or 4096; 0 for none."),
  TX_RING_MAX(512, STABLE, "zf_vi", "Transmit descriptors: up to 2048, rounded up; 0 for none."),
  REACTOR_SPIN_COUNT(
      128, STABLE, "zf_stack", "Polls that a reactor call makes before it gives up, at least 1."),
  RX_RING_REFILL_BATCH_SIZE(
      16, STABLE, "zf_stack", "Buffers per refill of the receive ring, a multiple of 8."),
  RX_RING_REFILL_INTERVAL(
      1, STABLE, "zf_stack", "Polls between refills of the receive ring, at least 1."),
  ALT_BUF_SIZE(40_960, STABLE, "zf_vi", "Adapter memory for TX alternatives in bytes."),
  ALT_COUNT(0, STABLE, "zf_vi", "TX alternatives reserved for the stack."),
  N_BUFS(0, STABLE, "zf_pool", "Packet buffers of the stack; 0 for as many as it can ever use."),
  UDP_TTL(64, STABLE, "zf_socket", "IP TTL of a UDP-transmit zocket, 1 to 255."),
  TX_ERROR_RECOVERY(1, STABLE, "zf_stack", "Restart the transmit queue after an adapter error."),
  RX_TIMESTAMPING(0, STABLE, "zf_vi", "Time stamps of received packets."),
  TX_TIMESTAMPING(0, STABLE, "zf_vi", "Time stamps of sent packets."),
  PIO(3, STABLE, "zf_vi", "Programmed I/O: 0 off, 1 if possible, 2 warn if missing, 3 required."),
  CTPIO(1, STABLE, "zf_vi", "Cut-through PIO: 0 off, 1 if possible, 2 warn, 3 required."),
  CTPIO_MODE("sf-np", STABLE, "zf_vi", "sf, ct, sf-np, or ct with a threshold in bytes."),
  CTPIO_MAX_FRAME_LEN(-1, BETA, "zf_vi", "Longest frame for CTPIO; -1 lets the mode decide."),
  FORCE_SEPARATE_TX_VI(0, BETA, "zf_vi", "Transmit through a queue pair of its own."),
  RX_DATAPATH("express", STABLE, "zf_vi", "Receive path of the adapter: express or enterprise."),
  PHYS_ADDRESS_MODE(0, STABLE, "zf_vi", "Physical addresses in descriptors: 0 or 1."),
  SHRUB_CONTROLLER(-1, STABLE, "zf_vi", "Shared receive service, -1 to 9999; -1 for none."),
  TPH_MODE("off", STABLE, "zf_vi", "PCIe processing hints: off, nost or st."),
  MAX_SBUFS(0, HIDDEN, "zf_pool", "Superbuffers of adapters that have them."),
  LOG_TO_KMSG(0, HIDDEN, "zf_stack", "Not used.");

  /** Kinds of values. */
  public enum Type {
    INT,
    STR,
    BITMASK
  }

  /** How settled an attribute is. */
  public enum Status {
    STABLE,
    BETA,
    HIDDEN
  }

  private static final ImmutableMap<String, Attribute> BY_NAME =
      Arrays.stream(values())
          .collect(ImmutableMap.toImmutableMap(Attribute::attributeName, Function.identity()));

  private final Type type;
  private final Status status;
  private final long number;
  private final @Nullable String text;
  private final String objects;
  private final String description;

  Attribute(long number, Type type, Status status, String objects, String description) {
    this(number, null, type, status, objects, description);
  }

  Attribute(long number, Status status, String objects, String description) {
    this(number, null, Type.INT, status, objects, description);
  }

  Attribute(@Nullable String text, Status status, String objects, String description) {
    this(0, text, Type.STR, status, objects, description);
  }

  Attribute(
      long number,
      @Nullable String text,
      Type type,
      Status status,
      String objects,
      String description) {
    this.number = number;
    this.text = text;
    this.type = type;
    this.status = status;
    this.objects = objects;
    this.description = description;
  }

  /** The attribute of that name, in any case of letters, or null. */
  public static @Nullable Attribute named(String name) {
    return BY_NAME.get(name.toLowerCase(Locale.ROOT));
  }

  /** The name programs use. */
  public String attributeName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public Type type() {
    return type;
  }

  /** Compiled-in default of an integer or bit mask. */
  public long defaultNumber() {
    return number;
  }

  /** Compiled-in default of a text; null for unset. */
  public @Nullable String defaultText() {
    return text;
  }

  /** Whether {@code value} fits an integer attribute. */
  boolean admits(long value) {
    return this == LOG_FORMAT ? value >= 0 && value <= 15 : value == (int) value;
  }

  /** Name, type, status, default, objects and description. */
  String[] documentation() {
    String standard =
        switch (type) {
          case INT -> Long.toString(number);
          case BITMASK -> "0x" + Long.toHexString(number);
          case STR -> text == null ? "" : text;
        };
    return new String[] {
      attributeName(),
      type.name().toLowerCase(Locale.ROOT),
      status.name().toLowerCase(Locale.ROOT),
      standard,
      objects,
      description
    };
  }
}
