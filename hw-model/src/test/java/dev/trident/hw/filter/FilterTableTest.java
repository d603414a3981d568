package dev.trident.hw.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Slab;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The table against a list that is searched from the start. */
class FilterTableTest {
  private record Filter(int id, FilterSpec spec, int owner) {}

  private final Slab slab = new Slab(64);
  private final FlowKey key = new FlowKey();

  private boolean parse(int protocol, int local, int localPort, int remote, int remotePort) {
    slab.putShort(12, 0x0800);
    slab.putByte(14, 0x45);
    slab.putShort(20, 0x4000);
    slab.putByte(23, protocol);
    slab.putInt(26, remote);
    slab.putInt(30, local);
    slab.putShort(34, remotePort);
    slab.putShort(36, localPort);
    return key.parse(slab, 0, 60);
  }

  /** Frames without a tag, from anywhere to port 7 there. */
  private static FilterSpec udp(int localAddress) {
    return new FilterSpec(0, FlowKey.UDP, localAddress, 7, 0, 0);
  }

  private static int expectedOwner(List<Filter> model, FlowKey key) {
    for (int precision = 0; precision < 3; precision++) {
      int local = precision < 2 ? key.localAddress() : 0;
      int remote = precision == 0 ? key.remoteAddress() : 0;
      int remotePort = precision == 0 ? key.remotePort() : 0;
      FilterSpec wanted =
          new FilterSpec(0, key.protocol(), local, key.localPort(), remote, remotePort);
      for (Filter f : model) {
        if (f.spec.equals(wanted)) {
          return f.owner;
        }
      }
    }
    return FilterTable.NONE;
  }

  @Test
  void shouldAgreeWithNaiveModelWhenFiltersComeAndGo() {
    Random random = new Random(5);
    FilterTable table = new FilterTable(64);
    List<Filter> model = new ArrayList<>();
    for (int step = 0; step < 200_000; step++) {
      int protocol = random.nextBoolean() ? 6 : 17;
      int local = random.nextInt(3);
      int localPort = 1 + random.nextInt(12);
      boolean full = local != 0 && random.nextBoolean();
      int remote = full ? 1 + random.nextInt(3) : 0;
      int remotePort = full ? 1 + random.nextInt(5) : 0;
      switch (random.nextInt(3)) {
        case 0 -> {
          FilterSpec spec = new FilterSpec(0, protocol, local, localPort, remote, remotePort);
          if (model.stream().noneMatch(filter -> filter.spec.equals(spec))) {
            int id = table.add(spec, step, step);
            assertThat(id == FilterTable.NONE).isEqualTo(model.size() == 64);
            if (id != FilterTable.NONE) {
              model.add(new Filter(id, spec, step));
            }
          }
        }
        case 1 -> {
          if (!model.isEmpty()) {
            table.remove(model.remove(random.nextInt(model.size())).id);
          }
        }
        default -> {
          assertThat(
                  parse(
                      protocol,
                      1 + random.nextInt(2),
                      localPort,
                      1 + random.nextInt(3),
                      1 + random.nextInt(5)))
              .isTrue();
          int slot = table.match(key);
          int owner = slot == FilterTable.NONE ? FilterTable.NONE : table.owner(slot);
          assertThat(owner).isEqualTo(expectedOwner(model, key));
        }
      }
      assertThat(table.size()).isEqualTo(model.size());
    }
  }

  @Test
  void shouldWalkEqualFiltersWhenSeveralJoinedOneGroup() {
    FilterTable table = new FilterTable(8);
    for (int owner = 1; owner <= 3; owner++) {
      table.add(udp(0xe0000001), owner, owner);
    }
    parse(17, 0xe0000001, 7, 1, 1);
    List<Integer> owners = new ArrayList<>();
    for (int slot = table.match(key); slot != FilterTable.NONE; slot = table.next(slot)) {
      owners.add(table.owner(slot));
    }
    assertThat(owners).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(key.isMulticast()).isTrue();
  }

  @Test
  void shouldMatchNothingWhenDatagramIsFragmented() {
    FilterTable table = new FilterTable(8);
    table.add(udp(2), 1, 1);
    parse(17, 2, 7, 1, 1);
    assertThat(table.match(key)).isNotEqualTo(FilterTable.NONE);
    slab.putShort(20, 0x2000);
    assertThat(key.parse(slab, 0, 60)).as("the first one has ports").isTrue();
    assertThat(key.isFragment()).isTrue();
    assertThat(table.match(key)).isEqualTo(FilterTable.NONE);
    slab.putShort(20, 0x2001);
    assertThat(key.parse(slab, 0, 60)).as("later ones have none").isFalse();
  }

  @Test
  void shouldNotParseWhenFrameIsCutOrOfAnotherProtocol() {
    parse(17, 2, 7, 1, 1);
    for (int length = 0; length < 38; length++) {
      assertThat(key.parse(slab, 0, length)).as("length " + length).isFalse();
    }
    assertThat(key.parse(slab, 0, 38)).isTrue();
    slab.putByte(23, 1);
    assertThat(key.parse(slab, 0, 60)).isFalse();
    slab.putByte(23, 17);
    slab.putByte(14, 0x44);
    assertThat(key.parse(slab, 0, 60)).isFalse();
    slab.putByte(14, 0x45);
    slab.putShort(12, 0x0806);
    assertThat(key.parse(slab, 0, 60)).isFalse();
  }

  @Test
  void shouldReadPortsBehindTagWhenFrameHasVlan() {
    parse(17, 2, 7, 1, 9);
    slab.copy(12, 16, 40);
    slab.putShort(12, 0x8100);
    assertThat(key.parse(slab, 0, 60)).isTrue();
    assertThat(key.localPort()).isEqualTo(7);
    assertThat(key.remotePort()).isEqualTo(9);
  }

  @Test
  void shouldLeaveCopyAloneWhenOriginalChanges() {
    FilterTable table = new FilterTable(8);
    int id = table.add(udp(2), 1, 1);
    FilterTable copy = table.copy();
    table.remove(id);
    parse(17, 2, 7, 1, 1);
    assertThat(table.match(key)).isEqualTo(FilterTable.NONE);
    assertThat(copy.match(key)).isNotEqualTo(FilterTable.NONE);
  }
}
