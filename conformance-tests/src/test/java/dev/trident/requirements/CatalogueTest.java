package dev.trident.requirements;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

/** What a catalogue may look like, and that a wrong one names file, row and reason. */
class CatalogueTest {
  private static final String HEADING = "id,source,section,kind,level,statement\n";
  private static final String GOOD = "ZF-zft_send-01,guide,9.1,rule,seed,It sends.\n";

  private final Map<String, String> files = new HashMap<>();

  CatalogueTest() {
    files.put("tcpdirect.csv", HEADING + GOOD);
    files.put("xti.csv", HEADING);
    files.put("treck.csv", HEADING);
    files.put("engine.csv", HEADING);
    files.put("not-representable.csv", "id,reason\n");
  }

  @Test
  void shouldHoldAllRowsWhenTheCatalogueOfThisBuildIsRead() throws Exception {
    Catalogue catalogue = Catalogue.load();

    assertThat(catalogue.rows().stream().filter(row -> row.area() == Area.ENGINE))
        .hasSizeGreaterThanOrEqualTo(731);
    assertThat(catalogue.rows().stream().filter(row -> row.area() == Area.TCPDIRECT))
        .hasSizeGreaterThanOrEqualTo(1_109);
    assertThat(catalogue.rows().stream().filter(row -> row.area() == Area.XTI))
        .hasSizeGreaterThanOrEqualTo(987);
    assertThat(catalogue.rows().stream().filter(row -> row.area() == Area.TRECK))
        .hasSizeGreaterThanOrEqualTo(453);
    assertThat(catalogue.notRepresentable(row(catalogue, "ZF-cap-25")))
        .isEqualTo("a JVM cannot fork itself");
    assertThat(catalogue.notRepresentable(row(catalogue, "ZF-cap-24"))).isNull();
  }

  @Test
  void shouldListRowsUnderWhatTheirIdsNameWhenGrouped() throws Exception {
    Catalogue catalogue = Catalogue.load();

    assertThat(place(catalogue, "TRK-tfZeroCopyUserBufferSend-01"))
        .isEqualTo("Functions / tfZeroCopyUserBufferSend");
    assertThat(place(catalogue, "TRK-ownership-01")).isEqualTo("Topics / ownership");
    assertThat(place(catalogue, "XTI-t_sndv-01")).isEqualTo("Functions / t_sndv");
    assertThat(place(catalogue, "XTI-t_info-01")).isEqualTo("Topics / t_info");
    assertThat(place(catalogue, "TLI-t_snd-04")).isEqualTo("TLI dialect / TLI t_snd");
    assertThat(place(catalogue, "ITOT-param-22")).isEqualTo("ISO transport over TCP / ITOT param");
    assertThat(place(catalogue, "ZF-attr.n_bufs-01")).isEqualTo("Attributes / attr.n_bufs");
    assertThat(place(catalogue, "ZF-app.zfsink-01")).isEqualTo("Example programs / app.zfsink");
    assertThat(place(catalogue, "ZF-zft_send-01")).isEqualTo("Functions / zft_send");
    assertThat(place(catalogue, "ZF-stackdump-tcp-01")).isEqualTo("Topics / stackdump-tcp");
    assertThat(place(catalogue, "RFC9293-window-01")).isEqualTo("Standards / RFC 9293");
    assertThat(place(catalogue, "IEEE8021Q-tag-01")).isEqualTo("Standards / IEEE 802.1Q");
    assertThat(place(catalogue, "SEC-URGENT11-01"))
        .isEqualTo("Known attacks / Known attacks: URGENT11");
    assertThat(place(catalogue, "LES-rto-01")).isEqualTo("Experience / Experience: rto");
  }

  @Test
  void shouldReadQuotedFieldsWhenTheyHoldCommasQuotesAndLineEnds() throws Exception {
    files.put(
        "tcpdirect.csv",
        HEADING.replace("\n", "\r\n")
            + "ZF-a-01,g,1,rule,seed,\"One, \"\"two\"\"\nand three.\"\r\n"
            + GOOD);
    Catalogue catalogue = load();

    assertThat(row(catalogue, "ZF-a-01").statement()).isEqualTo("One, \"two\"\nand three.");
    assertThat(catalogue.rows()).hasSize(2);
  }

  @Test
  void shouldWriteWhatItReadsBackWhenAFieldNeedsQuotes() throws Exception {
    for (String field : new String[] {"plain", "a,b", "\"q\"", "two\nlines", "cr\rlf\r\n", ""}) {
      assertThat(Csv.read("f", Csv.field(field) + ",x\n").getFirst().fields())
          .containsExactly(field, "x");
    }
  }

  @Test
  void shouldNameTheFileWhenItIsMissing() {
    files.remove("xti.csv");
    assertFails().hasMessage("xti.csv: the file is missing among the resources requirements/");
  }

  @Test
  void shouldNameTheHeadingWhenAColumnIsMissingFromAllRows() {
    files.put("xti.csv", "id,source,kind,level,statement\n");
    assertFails()
        .hasMessage("xti.csv:1: the heading must be id,source,section,kind,level,statement");
  }

  @Test
  void shouldNameTheHeadingWhenTheFileIsEmpty() {
    files.put("xti.csv", "");
    assertFails().hasMessageStartingWith("xti.csv:1: the heading must be");
  }

  @Test
  void shouldNameTheRowWhenAColumnIsMissing() {
    add("ZF-a-02,guide,rule,seed,It sends.\n");
    assertFails().hasMessageStartingWith("tcpdirect.csv:3: ZF-a-02: 5 columns, not 6");
  }

  @Test
  void shouldNameTheRowWhenALineIsBlank() {
    add("\n");
    assertFails().hasMessageStartingWith("tcpdirect.csv:3: : 1 columns, not 6");
  }

  @Test
  void shouldNameTheRowWhenTheStatementIsEmpty() {
    add("ZF-a-02,guide,9.1,rule,seed, \n");
    assertFails().hasMessage("tcpdirect.csv:3: ZF-a-02: statement is empty");
  }

  @Test
  void shouldNameTheRowWhenTheKindIsUnknown() {
    add("ZF-a-02,guide,9.1,rul,seed,It sends.\n");
    assertFails().hasMessage("tcpdirect.csv:3: ZF-a-02: unknown kind \"rul\"");
  }

  @Test
  void shouldNameTheRowWhenTheLevelBelongsToAnotherArea() {
    add("ZF-a-02,guide,9.1,rule,MUST,It sends.\n");
    assertFails().hasMessage("tcpdirect.csv:3: ZF-a-02: unknown level \"MUST\"");
  }

  @Test
  void shouldNameTheSecondRowWhenAnIdStandsTwice() {
    files.put("xti.csv", HEADING + "ZF-zft_send-01,x,1,rule,standard,Again.\n");
    assertFails().hasMessage("xti.csv:2: ZF-zft_send-01 stands twice; first in tcpdirect.csv");
  }

  @Test
  void shouldNameTheRowWhenAnIdHasNoNumber() {
    add("ZF-a,guide,9.1,rule,seed,It sends.\n");
    assertFails().hasMessage("tcpdirect.csv:3: \"ZF-a\" has not the form PREFIX-topic-NN");
  }

  @Test
  void shouldNameTheFirstLineWhenAQuoteIsNeverClosed() {
    add("ZF-a-02,guide,9.1,rule,seed,\"It sends.\n" + GOOD);
    assertFails().hasMessage("tcpdirect.csv:3: a quoted field is never closed");
  }

  @Test
  void shouldNameTheRowWhenTextFollowsAQuote() {
    add("ZF-a-02,\"guide\"s,9.1,rule,seed,It sends.\n");
    assertFails().hasMessage("tcpdirect.csv:3: field 2: text follows the closing quote");
  }

  @Test
  void shouldNameTheRowWhenAQuoteStandsInsideAPlainField() {
    add("ZF-a-02,gu\"ide,9.1,rule,seed,It sends.\n");
    assertFails()
        .hasMessage("tcpdirect.csv:3: a quote inside a field that does not begin with one");
  }

  @Test
  void shouldNameTheRowWhenAReasonIsForAnUnknownId() {
    files.put("not-representable.csv", "id,reason\nZF-zft_send-99,no fork\n");
    assertFails().hasMessage("not-representable.csv:2: ZF-zft_send-99 is in no catalogue");
  }

  @Test
  void shouldNameTheRowWhenAReasonIsEmptyOrStandsTwice() {
    files.put("not-representable.csv", "id,reason\nZF-zft_send-01,\n");
    assertFails().hasMessage("not-representable.csv:2: ZF-zft_send-01: reason is empty");
    files.put("not-representable.csv", "id,reason\nZF-zft_send-01,a\nZF-zft_send-01,b\n");
    assertFails().hasMessage("not-representable.csv:3: ZF-zft_send-01 stands twice");
  }

  private void add(String line) {
    files.merge("tcpdirect.csv", line, String::concat);
  }

  private Catalogue load() throws Exception {
    return Catalogue.load(files::get);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertFails() {
    return assertThatThrownBy(this::load).isInstanceOf(CatalogueException.class);
  }

  private static Row row(Catalogue catalogue, String id) {
    return requireNonNull(catalogue.row(id), id);
  }

  private static String place(Catalogue catalogue, String id) {
    Row row = row(catalogue, id);
    return row.family() + " / " + row.group();
  }
}
