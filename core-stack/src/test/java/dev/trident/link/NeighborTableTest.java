package dev.trident.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.buffer.PacketPool;
import dev.trident.link.NeighborEntry.State;
import dev.trident.testkit.RecordingDevice;
import dev.trident.time.Now;
import dev.trident.time.TimerWheel;
import dev.trident.trace.Counters;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NeighborTableTest {
  private static final int MAX_ENTRIES = 13;

  private final PacketPool pool = new PacketPool(64, 0, 0);
  private final RecordingDevice device = new RecordingDevice();
  private final NetInterface here = new NetInterface("eth0", device, 2, 1_500, -1);
  private final NetInterface there = new NetInterface("eth1", device, 3, 1_500, -1);
  private final NeighborCache cache =
      new ArpLayer(pool, new TimerWheel(0), new Now(0), new Counters(), MAX_ENTRIES, 1).neighbors();
  private final NeighborTable table = new NeighborTable(MAX_ENTRIES);

  @AfterEach
  void close() {
    device.close();
    pool.close();
  }

  private NeighborEntry entry(NetInterface out, int address) {
    return new NeighborEntry(cache, new Neighbor(address), out);
  }

  /** Against a plain list, oldest first; so full that most entries are not where they belong. */
  @Test
  void shouldFindAddForgetAndOrderAsAPlainListDoes() {
    Random random = new Random(826);
    List<NeighborEntry> model = new ArrayList<>();
    for (int step = 0; step < 100_000; step++) {
      int address = 0x0a000000 | random.nextInt(24) << random.nextInt(20);
      NetInterface out = random.nextBoolean() ? here : there;
      NeighborEntry found = table.find(out, address);
      assertThat(found)
          .isEqualTo(
              model.stream()
                  .filter(each -> each.out == out && each.neighbor.address() == address)
                  .findAny()
                  .orElse(null));
      if (found == null && !table.isFull()) {
        NeighborEntry added = entry(out, address);
        table.add(added);
        model.add(added);
      } else if (found != null) {
        model.remove(found);
        if (random.nextBoolean()) {
          table.renew(found);
          model.add(found);
        } else {
          table.remove(found);
        }
      }
      assertThat(table.size()).isEqualTo(model.size());
      assertThat(table.oldest()).isEqualTo(model.isEmpty() ? null : model.getFirst());
    }
  }

  @Test
  void shouldGiveUpTheOldestIdleEntryAndOnlyThenAnUnansweredOne() {
    State[] states = {State.PROBE, State.INCOMPLETE, State.REACHABLE, State.STATIC, State.IDLE};
    for (int i = 0; i < states.length; i++) {
      NeighborEntry added = entry(here, i);
      added.state = states[i];
      table.add(added);
    }
    NeighborEntry reachable = Objects.requireNonNull(table.find(here, 2));
    assertThat(table.leastNeeded()).isSameAs(reachable);
    table.remove(reachable);
    NeighborEntry idle = Objects.requireNonNull(table.find(here, 4));
    assertThat(table.leastNeeded()).isSameAs(idle);
    table.remove(idle);
    NeighborEntry unanswered = Objects.requireNonNull(table.find(here, 1));
    assertThat(table.leastNeeded()).isSameAs(unanswered);
    table.remove(unanswered);
    assertThat(table.leastNeeded()).isNull();
  }

  @Test
  void shouldRefuseToRemoveWhatIsNotThere() {
    table.add(entry(here, 1));
    assertThatThrownBy(() -> table.remove(entry(here, 1))).hasMessageContaining("is not here");
  }
}
