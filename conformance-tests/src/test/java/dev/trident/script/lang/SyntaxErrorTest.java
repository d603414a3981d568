package dev.trident.script.lang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every mistake has its place, what was expected there, and what stands there; $ is a new line. */
class SyntaxErrorTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '^',
      maxCharsPerColumn = 400,
      value = {
        // Lexical.
        "+0 /* x ! 1:4 ! '*/' at the end of a comment, found no such",
        "+0 `x ! 1:4 ! '`' at the end of a shell command, found no such",
        "+0 %{ x ! 1:4 ! '}%' at the end of a code snippet, found no such",
        "+0 f(\"x) = 0 ! 1:6 ! '\"' at the end of a string, found the end of the line",
        "+0 f(\"x\\q\") = 0 ! 1:8 ! one of \\n"
            + " \\t \\r"
            + " \\\\ \\\" \\' \\xHH \\NNN, found another escape",
        "+0 f(\"\\xg\") = 0 ! 1:7 ! one of \\n"
            + " \\t \\r"
            + " \\\\ \\\" \\' \\xHH \\NNN, found another escape",
        "+0 f(BAD) = 0 ! 1:6 ! the definition of BAD to be an integer, a word, a quoted string or a"
            + " back-quoted command, found a b",
        "--mss= 5 ! 1:1 ! a value behind --mss=, found a blank",
        // Structure.
        "^^ ! 1:1 ! an option '--name=value', a shell command or an event that begins with its"
            + " time, found the end of the script",
        "f() = 0 ! 1:1 ! an option '--name=value', a shell command or an event that begins with its"
            + " time, found word 'f'",
        "`x` f() = 0 ! 1:5 ! an event that begins with its time, found word 'f'",
        "+0 f() = 0$"
            + "`x`$"
            + "+0 f() = 0 ! 3:1 ! the end of the script (between events a shell command needs a"
            + " time), found '+'",
        "+0 f() = 0$"
            + "--mss=5 ! 2:1 ! an event that begins with its time, or the end of the script, found"
            + " option --mss=5",
        "+0 @ ! 1:4 ! '<', '>', a system call, a shell command or a code snippet, found '@'",
        "+0 \u00e9 ! 1:4 ! '<', '>', a system call, a shell command or a code snippet, found"
            + " '\\u00e9'",
        // Times.
        "+x f() = 0 ! 1:2 ! a time in seconds, found word 'x'",
        "0x10 f() = 0 ! 1:1 ! a time in seconds, found number 0x10",
        "1000000000 f() = 0 ! 1:1 ! a time in seconds, found number 1000000000",
        "+1~2 > . 1:1(0) ack 1 ! 1:4 ! '+', found number 2",
        "+2~+1.5 > . 1:1(0) ack 1 ! 1:5 ! a second time not before the first, found number 1.5",
        "2...1 f() = 0 ! 1:5 ! a second time not before the first, found number 1",
        "* < . 1:1(0) ack 1 win 5 ! 1:1 ! one time (ranges and '*' are for outbound packets), found"
            + " '*'",
        "+0~+1 < . 1:1(0) ack 1 win 5 ! 1:1 ! one time (ranges and '*' are for outbound packets),"
            + " found a range",
        "+0~+1 f() = 0 ! 1:1 ! one time (ranges and '*' are for outbound packets), found a range",
        "0...1 > . 1:1(0) ack 1 ! 1:1 ! one time ('start...end' is for system calls), found two",
        "0...1 `x` ! 1:1 ! one time ('start...end' is for system calls), found two",
        // TCP packets.
        "+0 < X 1:1(0) win 5 ! 1:6 ! a packet: 'udp', 'icmp' or TCP flags (each of F S R P . U at"
            + " most once, with E W A or a digit 0 to 7; or '-'), found word 'X'",
        "+0 < SS 1:1(0) win 5 ! 1:6 ! a packet: 'udp', 'icmp' or TCP flags (each of F S R P . U at"
            + " most once, with E W A or a digit 0 to 7; or '-'), found word 'SS'",
        "+0 < SE5 1:1(0) win 5 ! 1:6 ! a packet: 'udp', 'icmp' or TCP flags (each of F S R P . U at"
            + " most once, with E W A or a digit 0 to 7; or '-'), found word 'SE5'",
        "+0 < S.8 1:1(0) win 5 ! 1:6 ! a packet: 'udp', 'icmp' or TCP flags (each of F S R P . U at"
            + " most once, with E W A or a digit 0 to 7; or '-'), found word 'S'",
        "+0 < . 1:11(9) ack 1 win 5 ! 1:10 ! an end of 10, which is 1 and 9 bytes, found number 11",
        "+0 < . 1(0) ack 1 win 5 ! 1:9 ! ':', found '('",
        "+0 < . 4294967296:1(0) ack 1 ! 1:8 ! a sequence number from 0 to 4294967295, found number"
            + " 4294967296",
        "+0 < . 1:65537(65536) ack 1 ! 1:16 ! a payload length from 0 to 65535, found number 65536",
        "+0 < . 1:1(0) win 5 ! 1:15 ! 'ack' (the flags have a dot), found word 'win'",
        "+0 < . 1:1(0) ack 99999999999 win 5 ! 1:19 ! an acknowledgment number from 0 to"
            + " 4294967295, found number 99999999999",
        "+0 < . 1:1(0) ack 1 ! 1:20 ! 'win' (inbound packets state their window), found the end of"
            + " the script",
        "+0 < . 1:1(0) ack 1 win 65536 ! 1:25 ! a window from 0 to 65535, found number 65536",
        "+0 > . 1:1(0) ack 1 urg x ! 1:25 ! an urgent pointer from 0 to 65535, found word 'x'",
        "+0 > 70000 > 1 . 1:1(0) ack 1 ! 1:6 ! a port from 0 to 65535, found number 70000",
        // Options.
        "+0 < S 0:0(0) win 5 <...> ! 1:22 ! TCP options ('<...>' is for outbound packets), found"
            + " '...'",
        "+0 < S 0:0(0) win 5 <mss 1460,nop> ! 1:21 ! TCP options of a multiple of 4 bytes, at most"
            + " 40, found 5 bytes",
        "+0 < S 0:0(0) win 5 <md5,md5,TS val 1 ecr 1,nop,nop> ! 1:21 ! TCP options of a multiple of"
            + " 4 bytes, at most 40, found 48 bytes",
        "+0 < S 0:0(0) win 5 <bad> ! 1:22 ! a TCP option (nop, eol, mss, wscale, sackOK, sack, TS,"
            + " FO, FOEXP, md5, ECN or raw), found word 'bad'",
        "+0 < S 0:0(0) win 5 <> ! 1:22 ! a TCP option (nop, eol, mss, wscale, sackOK, sack, TS, FO,"
            + " FOEXP, md5, ECN or raw), found '>'",
        "+0 < S 0:0(0) win 5 <mss 1460 nop> ! 1:31 ! ',' or '>', found word 'nop'",
        "+0 < S 0:0(0) win 5 <mss 70000> ! 1:26 ! a maximum segment size from 0 to 65535, found"
            + " number 70000",
        "+0 < S 0:0(0) win 5 <TS val 1> ! 1:30 ! 'ecr', found '>'",
        "+0 < S 0:0(0) win 5 <sack> ! 1:26 ! the left edge of a SACK block from 0 to 4294967295,"
            + " found '>'",
        "+0 < S 0:0(0) win 5 <FO 123> ! 1:25 ! a cookie of an even number of hexadecimal digits,"
            + " found number 123",
        "+0 < S 0:0(0) win 5 <FO UNDEFINED> ! 1:25 ! a cookie of an even number of hexadecimal"
            + " digits, found word 'UNDEFINED'",
        // Marks.
        "+0 < [ect01] . 1:1(0) ack 1 win 5 ! 1:7 ! ect0 or ect1 (ect01 is for outbound packets),"
            + " found word 'ect01'",
        "+0 < [ect2] . 1:1(0) ack 1 win 5 ! 1:7 ! an IP mark (noecn, ect0, ect1, ect01, ce, tos or"
            + " ttl), found word 'ect2'",
        "+0 < [ce, ect0] . 1:1(0) ack 1 win 5 ! 1:11 ! an IP mark not yet given (ECN, tos or ttl),"
            + " found word 'ect0'",
        "+0 < (ttl 256) . 1:1(0) ack 1 win 5 ! 1:11 ! a time to live from 0 to 255, found number"
            + " 256",
        // UDP and ICMP.
        "+0 < udp 5 ! 1:10 ! '(', found number 5",
        "+0 < udp (65508) ! 1:11 ! a payload length from 0 to 65507, found number 65508",
        "+0 < icmp 3 ! 1:11 ! an ICMP type (address_mask_reply, address_mask_request, echo_reply,"
            + " echo_request, information_reply, information_request, parameter_problem, redirect,"
            + " source_quench, time_exceeded, timestamp_reply, timestamp_request, unreachable or"
            + " type_N), found number 3",
        "+0 < icmp source_quench nonsense ! 1:25 ! a code of ICMP source_quench (code_N), 'mtu' or"
            + " '[', found word 'nonsense'",
        "+0 < icmp time_exceeded code_256 ! 1:25 ! a code of ICMP time_exceeded"
            + " (ttl_exceeded_in_transit, frag_reass_exceeded or code_N), 'mtu' or '[', found word"
            + " 'code_256'",
        "+0 < icmp unreachable host_unreachable mtu 5 ! 1:40 ! '[' or the next event ('mtu' goes"
            + " with frag_needed only), found word 'mtu'",
        "+0 < icmp unreachable [1:1(0) ! 1:30 ! ']', found the end of the script",
        // Calls.
        "+0 f ! 1:5 ! '(', found the end of the script",
        "+0 f(1 2) = 0 ! 1:8 ! ',' or ')', found number 2",
        "+0 f(,) = 0 ! 1:6 ! an expression (number, word, string, '...', '[', '{' or function),"
            + " found ','",
        "+0 f(1.5) = 0 ! 1:6 ! a whole number of at most 64 bits, found number 1.5",
        "+0 f(a|\"b\") = 0 ! 1:8 ! a word or number behind '|', found string \"b\"",
        "+0 f({a=1 b=2}) = 0 ! 1:11 ! ',' or '}', found word 'b'",
        "+0 f({a=1, 2}) = 0 ! 1:12 ! a field's name, found number 2",
        "+0 f({}) = 0 ! 1:7 ! a field 'name = value' or an iovec '..., length', found '}'",
        "+0 f({..., 1, 2}) = 0 ! 1:13 ! '}', found ','",
        "+0 f() 0 ! 1:8 ! '=', found number 0",
        "+0 f() = [1] ! 1:10 ! a result: a number, a word or '...', found '['",
        "+0 f() = 0 EPIPE ! 1:12 ! a note in parentheses or the next event (errors go with -1),"
            + " found word 'EPIPE'",
        "+0 f() = 0 (note ! 1:17 ! ')' at the end of a note, found the end of the script",
      })
  void shouldNamePlaceAndExpectation(String text, String place, String message) {
    String script = text == null ? "" : text.replace('$', '\n');

    ScriptSyntaxException error =
        catchThrowableOfType(
            ScriptSyntaxException.class,
            () -> ScriptParser.parse("a.pkt", script, Map.of("BAD", "a b")));

    assertThat(error).as(script).hasMessage("a.pkt:" + place + ": expected " + message);
    assertThat(error.position()).hasToString("a.pkt:" + place);
  }

  @Test
  void shouldRefuseNestingBeyondReason() {
    String script = "+0 f(" + "[".repeat(100_000);

    ScriptSyntaxException error =
        catchThrowableOfType(ScriptSyntaxException.class, () -> Samples.parse(script));

    assertThat(error)
        .hasMessage("a.pkt:1:39: expected at most 32 brackets within each other, found '['");
  }
}
