package dev.trident.hw.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.buffer.Slab;
import dev.trident.endpoint.StackConfig;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.nic.CellFeed;
import dev.trident.hw.testkit.HostSocket;
import dev.trident.hw.testkit.PipePort;
import dev.trident.hw.time.VirtualClock;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A port that works in the cells of a stack, or would like to. */
class CellWireTest {
  private static final int B = 0x0a000002;
  private static final long MAC_B = 0x02_00_00_00_00_02L;

  /** As XDP: what is not attached can neither send nor receive. */
  private static final class CellPipe extends PipePort implements CellPort {
    boolean refusing;
    boolean attached;
    int sentCells;

    @Override
    public boolean wantsCells() {
      return true;
    }

    @Override
    public void attach(Slab slab) throws IOException {
      if (refusing) {
        throw new IOException("no such memory; lock less of it");
      }
      attached = true;
    }

    @Override
    public boolean isGone() {
      return false;
    }

    @Override
    public boolean sendCell(int offset, int lengthBytes) {
      assertThat(attached).isTrue();
      sentCells++;
      return true;
    }

    @Override
    public int takeCompleted() {
      return 0;
    }

    @Override
    public boolean post(Packet cell) {
      return true;
    }

    @Override
    public void endPosting() {}

    @Override
    public int receiveCell() {
      return CellFeed.NONE;
    }

    @Override
    public int receivedBytes() {
      return 0;
    }

    @Override
    public void stop() {}

    @Override
    public int receive(Slab slab, int offset, int capacityBytes) {
      throw new AssertionError("not used by those who work in cells");
    }

    @Override
    public boolean send(Slab slab, int offset, int lengthBytes) {
      throw new AssertionError("not used by those who work in cells");
    }
  }

  private final CellPipe port = new CellPipe();
  private final Fabric fabric = Fabric.polled(new VirtualClock());
  private Host host;

  @BeforeEach
  void addInterface() {
    host = fabric.host("a", 1).nic("cw-a", "10.0.0.1/24").neighbor(B, MAC_B, "cw-a");
  }

  @AfterEach
  void close() {
    fabric.close();
  }

  private int send() {
    return HostSocket.sendOnce(host, 10, B, 7);
  }

  @Test
  void shouldSendFromCells() {
    host.port(port);
    assertThat(send()).isEqualTo(10);
    assertThat(port.sentCells).isEqualTo(1);
  }

  @Test
  void shouldLeaveTheAdapterAsItWasWhenTheMemoryIsRefused() {
    PacketPool pool = host.defaultStack().transport().pool();
    int free = pool.freeCells();
    port.refusing = true;
    assertThatThrownBy(() -> host.port(port)).hasMessageContaining("no such memory");
    assertThat(pool.freeCells()).isEqualTo(free);
    assertThat(send()).as("goes into a cable that is not plugged in").isEqualTo(10);
    port.refusing = false;
    host.port(port);
    assertThat(send()).isEqualTo(10);
    assertThat(port.sentCells).isEqualTo(1);
  }

  @Test
  void shouldRefuseAnAdapterThatServesAnotherStack() {
    HostStack other =
        host.openStack("cw-a", StackConfig.standard("other", 2).withCells(2_048, 128), 512, 512);
    assertThat(other).isNotNull();
    assertThatThrownBy(() -> host.port(port)).isInstanceOf(IllegalStateException.class);
    assertThat(port.attached).isFalse();
    assertThat(send()).isEqualTo(10);
    assertThat(port.sentCells).isZero();
  }
}
