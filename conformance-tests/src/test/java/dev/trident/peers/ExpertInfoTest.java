package dev.trident.peers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The judgment of tshark's words; these are as it prints them. */
class ExpertInfoTest {
  private static final String OUTPUT =
      """

      Errors (2)
      =============
         Frequency      Group           Protocol  Summary
                 2   Checksum                TCP  Bad checksum [should be 0x1234]

      Warns (8)
      =============
         Frequency      Group           Protocol  Summary
                 1   Sequence                TCP  D-SACK Sequence
                 3   Sequence                TCP  Previous segment(s) not captured (common at capture start)
                 4   Sequence                TCP  ACKed segment that wasn't captured (common at capture start)
      """;

  @Test
  void shouldComplainOfErrorsAndUnknownWarningsOnlyWhenSegmentsAreLostOnPurpose() {
    ExpertInfo info = ExpertInfo.parse(OUTPUT, true);
    assertThat(info.complaints())
        .containsExactly(
            "tshark error: 2 x Bad checksum [should be 0x1234]",
            "tshark warning: 4 x ACKed segment that wasn't captured (common at capture start)");
    assertThat(info.allowed()).hasSize(2);
  }

  @Test
  void shouldComplainOfGapsWhenNothingIsLostOnPurpose() {
    ExpertInfo info = ExpertInfo.parse(OUTPUT, false);
    assertThat(info.unexpected()).hasSize(2);
    assertThat(info.allowed()).containsExactly("1 x D-SACK Sequence");
  }

  @Test
  void shouldComplainOfAResetUnlessAnAcknowledgmentMayHaveComeLate() {
    String output =
        """
        Warns (1)
        =============
           Frequency      Group           Protocol  Summary
                   1   Sequence                TCP  Connection reset (RST)
        """;
    assertThat(ExpertInfo.parse(output, true).complaints()).isEmpty();
    assertThat(ExpertInfo.parse(output, false).complaints())
        .containsExactly("tshark warning: 1 x Connection reset (RST)");
  }

  @Test
  void shouldComplainOfDisorderOnlyWhenSomethingWasMissingBefore() {
    String output =
        """
        Warns (1)
        =============
           Frequency      Group           Protocol  Summary
                   1   Sequence                TCP  This frame is a (suspected) out-of-order segment
        """;
    assertThat(ExpertInfo.parse(output, false).complaints()).isEmpty();
    String gap =
        "           1   Sequence  TCP  Previous segment(s) not captured (common at capture"
            + " start)\n";
    assertThat(ExpertInfo.parse(output + gap, false).complaints()).hasSize(2);
    assertThat(ExpertInfo.parse(output + gap, true).complaints()).isEmpty();
  }

  @Test
  void shouldHaveNothingToSayWhenTsharkHasNot() {
    assertThat(ExpertInfo.parse("", false).complaints()).isEmpty();
  }
}
