package dev.trident.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a script comes to, and what is said about it. */
class ScriptRunnerTest {
  private static final String LISTENING =
      """
      +0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
      +0 bind(3, ..., ...) = 0
      +0 listen(3, 1) = 0
      """;

  private static ScriptResult run(String text) {
    return new ScriptFile("t.pkt", text).run(RunOptions.STANDARD, Map.of());
  }

  @Test
  void shouldShowExpectedAndLivePacketWhenTheyDiffer() {
    ScriptResult result =
        run(
            LISTENING
                + """
                +0 < S 0:0(0) win 1000 <mss 1000>
                +0 > S. 0:0(0) ack 2 <mss 1460>
                """);

    assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(result.detail())
        .startsWith("t.pkt:5:")
        .contains("expected")
        .contains("S. 0:0(0) ack 2")
        .contains("S. 0:0(0) ack 1");
    assertThat(result.trace()).anyMatch(line -> line.contains("< S 0:0(0) win 1000 <mss 1000>"));
  }

  @Test
  void shouldFailWhenAPacketComesTooEarly() {
    ScriptResult result =
        run(LISTENING + "+0 < S 0:0(0) win 1000 <mss 1000>\n+.1 > S. 0:0(0) ack 1 <...>\n");

    assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(result.detail()).contains("0.1");
  }

  @Test
  void shouldFailWhenAnExpectedPacketDoesNotCome() {
    ScriptResult result = run(LISTENING + "+0 > R 1:1(0)\n");

    assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(result.detail()).startsWith("t.pkt:4:");
  }

  @Test
  void shouldFailWithPlaceAndWhatWasExpectedWhenSyntaxIsWrong() {
    ScriptResult result = run("+0 < S 0:0 win 1000\n");

    assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(result.detail()).startsWith("t.pkt:1:").contains("expected");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--ip_version=ipv6\n+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n",
        "--send_omit_free\n+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n",
        "+0 `reboot`\n",
        "+0 splice(3, NULL, 4, NULL, 10, 0) = 10\n",
        "+0 < sctp: ABORT[flgs=0]\n",
        "`sysctl -q net.ipv4.tcp_unheard_of=1`\n+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n",
        "+0 `sysctl -w net.inet.tcp.drop_synfin=0`\n"
      })
  void shouldSkipAndNameTheFeatureWhenItIsNotSupported(String text) {
    ScriptResult result = run(text);

    assertThat(result.verdict()).as(result.detail()).isEqualTo(Verdict.SKIPPED);
    assertThat(result.reason()).isNotBlank();
    assertThat(result.detail()).startsWith("t.pkt:");
  }

  @Test
  void shouldFailWhenAPendingScriptPasses() {
    ScriptResult result =
        run("// pending: something\n+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n");

    assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(result.detail()).contains("remove the pending line");
  }

  @Test
  void shouldReturnFromABlockingCallWhenItsDataHasCome() {
    ScriptResult result =
        run(
            LISTENING
                + """
                +0 < S 0:0(0) win 1000 <mss 1000>
                +0 > S. 0:0(0) ack 1 <...>
                +.1 < . 1:1(0) ack 1 win 1000
                +0 accept(3, ..., ...) = 4
                +0...0.2 read(4, ..., 1000) = 10
                +.2 < P. 1:11(10) ack 1 win 1000
                +0 > . 1:1(0) ack 11
                """);

    assertThat(result.verdict()).as(result.detail()).isEqualTo(Verdict.PASSED);
  }

  @Test
  void shouldFailWhenABlockingCallReturnsAtAnotherTime() {
    ScriptResult result =
        run(
            LISTENING
                + """
                +0 < S 0:0(0) win 1000 <mss 1000>
                +0 > S. 0:0(0) ack 1 <...>
                +.1 < . 1:1(0) ack 1 win 1000
                +0 accept(3, ..., ...) = 4
                +0...0.3 read(4, ..., 1000) = 10
                +.2 < P. 1:11(10) ack 1 win 1000
                +0 > . 1:1(0) ack 11
                """);

    assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
  }

  @Test
  void shouldOfferWhatTheSettingsOfFreebsdSay() {
    ScriptResult result =
        run(
            """
            +0 `sysctl -w net.inet.tcp.rfc1323=0`
            +0 `sysctl -w net.inet.tcp.sack.enable=0`
            +0 `sysctl -w net.inet.tcp.rexmit_initial=3000`
            +0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
            +0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0
            +0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
            +0 > S 0:0(0) win 65535 <mss 1460>
            +0 `sockstat -4 -c -P tcp | grep -c SYN_SENT | grep -q 1`
            +3 > S 0:0(0) win 65535 <mss 1460>
            +0 `tcpdrop -l -a -s SYN_SENT`
            +0 `sockstat -4 -c -P tcp | grep -c SYN_SENT | grep -q 0`
            """);

    assertThat(result.verdict()).as(result.detail()).isEqualTo(Verdict.PASSED);
  }

  @Test
  void shouldFailWhenAnotherNumberOfSocketsIsInThatState() {
    ScriptResult result = run(LISTENING + "+0 `sockstat -4 -l | grep -c LISTEN | grep 2`\n");

    assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(result.detail()).contains("1 in state LISTEN, expected 2");
  }
}
