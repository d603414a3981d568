package dev.trident.hw.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.buffer.Slab;
import dev.trident.hw.nic.Frame;
import dev.trident.hw.nic.Wire;
import dev.trident.hw.nic.WireEnd;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SwitchTest {
  private static final int SOCKETS = 4;
  private static final int TRUNK = 0;
  private static final String A = "02000000000a";
  private static final String B = "02000000000b";
  private static final String ALL = "ffffffffffff";

  /** 46 bytes, so that an untagged frame has 60. */
  private static final String DATA = "0800" + "55".repeat(46);

  /** What is plugged into a socket: it keeps what comes out, as hexadecimal digits. */
  private static final class End implements WireEnd {
    final List<String> frames = new ArrayList<>();
    private final Slab slab = new Slab(2048, Arena.ofAuto());
    private @Nullable Wire wire;

    @Override
    public void deliver(Frame frame) {
      frame.copyTo(slab, 0);
      byte[] bytes = new byte[frame.totalBytes()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = slab.getByte(i);
      }
      frames.add(HexFormat.of().formatHex(bytes));
    }

    @Override
    public void plug(Wire newWire) {
      wire = newWire;
    }

    void send(String hex) {
      byte[] bytes = HexFormat.of().parseHex(hex);
      for (int i = 0; i < bytes.length; i++) {
        slab.putByte(i, bytes[i]);
      }
      Objects.requireNonNull(wire).carry(this, new Frame(null).wrap(slab, 0, bytes.length));
    }
  }

  private final Switch box = new Switch("box", SOCKETS);
  private final End[] ends = new End[SOCKETS];

  @BeforeEach
  void plug() {
    for (int i = 0; i < SOCKETS; i++) {
      ends[i] = new End();
      DirectWire.join(ends[i], box.socket(i));
    }
    box.access(1, 7);
    box.access(2, 7);
    box.access(3, 8);
  }

  @Test
  void shouldKeepVlansApartAndTagOnlyOnTheTrunk() {
    ends[1].send(ALL + A + DATA);
    assertThat(ends[TRUNK].frames).containsExactly(ALL + A + "81000007" + DATA);
    assertThat(ends[2].frames).containsExactly(ALL + A + DATA);
    assertThat(ends[3].frames).isEmpty();
  }

  @Test
  void shouldTakeTheTagOutAndPadWhenAFrameLeavesTheTrunk() {
    ends[TRUNK].send(ALL + A + "81000008" + "0806" + "66".repeat(42));
    assertThat(ends[3].frames).containsExactly(ALL + A + "0806" + "66".repeat(42) + "00000000");
    assertThat(ends[1].frames).isEmpty();
  }

  @Test
  void shouldKeepThePriorityThatAnUntaggedMemberGives() {
    ends[1].send(ALL + A + "8100a000" + DATA);
    assertThat(ends[TRUNK].frames).containsExactly(ALL + A + "8100a007" + DATA);
    assertThat(ends[2].frames).containsExactly(ALL + A + DATA);
  }

  @Test
  void shouldDropAForeignTagAtAMember() {
    ends[1].send(ALL + A + "81000008" + DATA);
    ends[1].send(ALL + A + "81000007" + DATA);
    assertThat(ends[TRUNK].frames).isEmpty();
    assertThat(ends[3].frames).isEmpty();
  }

  @Test
  void shouldLearnAnAddressForItsVlanOnly() {
    ends[2].send(ALL + B + DATA);
    ends[1].send(B + A + DATA);
    assertThat(ends[2].frames).containsExactly(B + A + DATA);
    assertThat(ends[TRUNK].frames).hasSize(1);
    ends[3].send(B + A + DATA);
    assertThat(ends[TRUNK].frames).last().isEqualTo(B + A + "81000008" + DATA);
    assertThat(ends[2].frames).hasSize(1);
  }

  @Test
  void shouldKeepPartsApartUntilTheyAreMended() {
    box.partition(TRUNK, 1);
    ends[1].send(ALL + A + DATA);
    assertThat(ends[TRUNK].frames).as("of the same part").hasSize(1);
    assertThat(ends[2].frames).isEmpty();
    assertThat(box.partitioned()).isEqualTo(1);
    ends[2].send(A + B + DATA);
    assertThat(ends[1].frames).as("learnt, but out of reach").isEmpty();
    assertThat(box.partitioned()).isEqualTo(2);
    box.mend();
    ends[2].send(A + B + DATA);
    assertThat(ends[1].frames).containsExactly(A + B + DATA);
    assertThat(box.partitioned()).isEqualTo(2);
  }

  @Test
  void shouldSetSeveralPartsApart() {
    Switch hub = new Switch("hub", SOCKETS);
    End[] plugs = new End[SOCKETS];
    for (int i = 0; i < SOCKETS; i++) {
      plugs[i] = new End();
      DirectWire.join(plugs[i], hub.socket(i));
    }
    hub.partition(0);
    hub.partition(1, 2);
    for (End plug : plugs) {
      plug.send(ALL + A + DATA);
    }
    assertThat(plugs).extracting(plug -> plug.frames.size()).containsExactly(0, 1, 1, 0);
    assertThat(hub.partitioned()).isEqualTo(3 + 2 + 2 + 3);
  }

  @Test
  void shouldRefuseAVlanThatIsNone() {
    assertThatThrownBy(() -> box.access(0, 0)).hasMessageContaining("1..4094");
    assertThatThrownBy(() -> box.access(0, 4095)).hasMessageContaining("1..4094");
  }
}
