package dev.trident.hw.nic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.hw.filter.FilterSpec;
import dev.trident.hw.filter.FilterTable;
import dev.trident.hw.filter.FlowKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Equal flows of different VLANs belong to different stacks. */
class VlanFilterTest {
  private static final int HERE = 0x0a000002;
  private static final int GROUP = 0xe0000105;

  private final TwoNics nics = TwoNics.wired();
  private final TwoNics.Keeper[] keepers = {
    new TwoNics.Keeper(), new TwoNics.Keeper(), new TwoNics.Keeper()
  };
  private final VirtualInterface untagged = open(0, keepers[0]);
  private final VirtualInterface five = open(5, keepers[1]);
  private final VirtualInterface six = open(6, keepers[2]);

  private VirtualInterface open(int vlan, TwoNics.Keeper keeper) {
    return nics.furtherB(
        InterfaceOptions.of(RingOptions.of(TwoNics.RING, 0)).withVlan(vlan), keeper);
  }

  @AfterEach
  void close() {
    for (TwoNics.Keeper keeper : keepers) {
      keeper.release();
    }
    untagged.close();
    five.close();
    six.close();
    nics.close();
  }

  private void send(int vlan, int destination) {
    Datagrams.send(nics, vlan, destination, 7);
    nics.a.poll(0, 64);
  }

  private String counts() {
    untagged.poll(0, 64);
    five.poll(0, 64);
    six.poll(0, 64);
    nics.b.poll(0, 64);
    return keepers[0].hints
        + " "
        + keepers[1].hints
        + " "
        + keepers[2].hints
        + " "
        + nics.keeperB.hints;
  }

  @Test
  void shouldDeliverToTheStackOfTheVlan() {
    untagged.steer(17, HERE, 7, 0, 0, 10);
    five.steer(17, HERE, 7, 0, 0, 15);
    six.steer(17, HERE, 7, Datagrams.SOURCE, 5_000, 16);
    send(5, HERE);
    send(6, HERE);
    send(0, HERE);
    send(7, HERE);
    assertThat(counts()).as("VLAN 7 is the default stack's").isEqualTo("[10] [15] [16] [0]");
  }

  @Test
  void shouldLookAtTheNumberOfTheTagAlone() {
    untagged.steer(17, HERE, 7, 0, 0, 10);
    five.steer(17, HERE, 7, 0, 0, 15);
    send(0xe005, HERE);
    assertThat(counts()).as("with a priority").isEqualTo("[] [15] [] []");
  }

  @Test
  void shouldDeliverAFrameThatOnlyHasAPriorityAsOneWithoutATag() {
    untagged.steer(17, HERE, 7, 0, 0, 10);
    five.steer(17, HERE, 7, 0, 0, 15);
    Datagrams.send(nics, 0xe000, HERE, 7);
    assertThat(counts()).isEqualTo("[10] [] [] []");
  }

  @Test
  void shouldDeliverAMulticastToTheMembersOfItsVlan() {
    untagged.steer(17, GROUP, 7, 0, 0, 10);
    five.steer(17, GROUP, 7, 0, 0, 15);
    six.steer(17, GROUP, 7, 0, 0, 16);
    send(6, GROUP);
    send(0, GROUP);
    assertThat(counts()).isEqualTo("[10] [] [16] []");
  }

  private static FilterSpec vlan(int vlan) {
    return new FilterSpec(vlan, FlowKey.UDP, HERE, 7, 0, 0);
  }

  @Test
  void shouldCountFiltersOfAllVlansAgainstTheLimit() {
    FilterTable table = new FilterTable(2);
    assertThat(table.add(vlan(5), 1, 0)).isNotEqualTo(FilterTable.NONE);
    int second = table.add(vlan(6), 1, 0);
    assertThat(second).isNotEqualTo(FilterTable.NONE);
    assertThat(table.add(vlan(7), 1, 0)).isEqualTo(FilterTable.NONE);
    table.remove(second);
    assertThat(table.add(vlan(7), 1, 0)).isNotEqualTo(FilterTable.NONE);
  }
}
