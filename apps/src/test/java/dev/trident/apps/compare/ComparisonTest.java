package dev.trident.apps.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.apps.Failure;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ComparisonTest {
  private static final Payload PAYLOAD = Payload.generated(40_000);

  private final StringWriter printed = new StringWriter();

  private boolean compare(List<? extends PeerFactory> factories) throws Failure {
    Comparison comparison =
        new Comparison(
            factory -> new SimulatedRun(factory, PAYLOAD, SimulatedRun.DEFAULT_LINK).run(),
            new PrintWriter(printed, true),
            new PrintWriter(new StringWriter()));
    return comparison.run(factories);
  }

  @Test
  void shouldPrintOneRowForEachApi() throws Failure {
    assertThat(compare(List.of(Api.values()))).isTrue();
    assertThat(printed.toString().lines())
        .hasSize(4)
        .satisfiesExactly(
            heading -> assertThat(heading).contains("engine B", "garbage B/MiB"),
            row -> assertThat(row).startsWith("treck "),
            row -> assertThat(row).startsWith("xti "),
            row -> assertThat(row).startsWith("tcpdirect "));
  }

  /** An API whose calls throw: its row must fail, and the others must stand. */
  private record Broken(Api api) implements PeerFactory {
    @Override
    public String label() {
      return api.label();
    }

    @Override
    public Peer make(
        Host host,
        Exchange.Role role,
        boolean blocking,
        SockAddrIn address,
        ByteBuf source,
        ByteBuf target) {
      throw new Peer.ApiFailure(api.label(), "broken on purpose");
    }
  }

  @ParameterizedTest
  @EnumSource(Api.class)
  void shouldFailTheRowOfAnApiThatThrowsAndKeepTheOthers(Api broken) throws Failure {
    List<PeerFactory> factories = new ArrayList<>();
    for (Api api : Api.values()) {
      factories.add(api == broken ? new Broken(api) : api);
    }
    assertThat(compare(factories)).isFalse();
    assertThat(printed.toString().lines().filter(line -> line.contains("FAILED")))
        .singleElement()
        .asString()
        .startsWith(broken.label())
        .contains("broken on purpose");
    assertThat(printed.toString().lines()).hasSize(4);
  }

  @Test
  void shouldNoticeBytesThatDiffer() {
    Payload other = Payload.generated(39_999);
    byte[] received = new byte[40_000];
    assertThatThrownBy(() -> other.verify(received, 40_000))
        .isInstanceOf(Peer.ApiFailure.class)
        .hasMessageContaining("first difference at");
  }

  @Test
  void shouldReadBackTheRowThatAnotherJvmPrinted() {
    Row row = new Row("xti", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    assertThat(Row.parse(row.toLine())).isEqualTo(row);
    assertThat(Row.parse("something else")).isNull();
  }

  @Test
  void shouldNameTheFileAndTheRemedyWhenThePayloadCannotBeUsed(@TempDir Path folder)
      throws IOException {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> Payload.of(missing))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(missing.toString())
        .hasMessageContaining("give --payload");
    Path empty = Files.createFile(folder.resolve("empty"));
    assertThatThrownBy(() -> Payload.of(empty)).isInstanceOf(Failure.class);
  }
}
