package dev.trident.script.lang;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a packet line says about what IP carries. Numbers are the script's, not the wire's. */
public sealed interface Segment {

  /**
   * A TCP segment.
   *
   * @param flags bits as on the wire: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128,
   *     AE 256; with {@code ace} set those three hold that number, ACE 0 excluded from none
   * @param ace the three bits AE CWR ECE as written by a digit, or {@link #UNSET}
   * @param sequence the numbers
   * @param acknowledgment written, or 0
   * @param window raw field, or {@link #UNSET} for not checked (outbound only)
   * @param urgentPointer written, or 0
   * @param options in wire order; null for {@code <...>}, any options (outbound only)
   */
  record Tcp(
      int flags,
      int ace,
      Sequence sequence,
      long acknowledgment,
      int window,
      int urgentPointer,
      @Nullable List<TcpOption> options)
      implements Segment {}

  /** A UDP datagram of so many zero bytes. */
  record Udp(int payloadBytes) implements Segment {}

  /**
   * An ICMP message.
   *
   * @param mtu of fragmentation needed, or {@link #UNSET}
   * @param echo what the quoted packet carried, TCP or UDP; null for TCP with sequence number 0
   */
  record Icmp(int type, int code, int mtu, @Nullable Segment echo) implements Segment {}

  /**
   * {@code start:end(length)}.
   *
   * @param startKnown false for {@code ...(length)}: only the length is compared
   * @param absolute whether an exclamation mark says that the initial number is not added
   */
  record Sequence(boolean startKnown, boolean absolute, long start, int length) {}

  /** One TCP option. */
  sealed interface TcpOption {
    /** Kind 1. */
    record Nop() implements TcpOption {}

    /** Kind 0, one byte. */
    record Eol() implements TcpOption {}

    /** Kind 2. */
    record Mss(int bytes) implements TcpOption {}

    /** Kind 3. */
    record WindowScale(int shift) implements TcpOption {}

    /** Kind 4. */
    record SackPermitted() implements TcpOption {}

    /** Kind 5. */
    record Sack(List<Block> blocks) implements TcpOption {}

    /** One range of a SACK option, end excluded. */
    record Block(long left, long right) {}

    /**
     * Kind 8.
     *
     * @param value null for {@code ...}
     * @param echoAbsolute whether an exclamation mark says that {@code echo} is not translated
     */
    record Timestamps(@Nullable Long value, long echo, boolean echoAbsolute) implements TcpOption {}

    /**
     * Fast open: kind 34, or 254 with its magic number.
     *
     * @param cookie hexadecimal digits, possibly none
     */
    record FastOpen(boolean experimental, String cookie) implements TcpOption {}

    /** Kind 19. */
    record Md5(boolean valid) implements TcpOption {}

    /** Any option by its bytes, kind and length included. */
    record Raw(List<Integer> bytes) implements TcpOption {}
  }

  /** Not written. */
  int UNSET = -1;
}
