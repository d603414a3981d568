package dev.trident.hw.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Slab;
import dev.trident.hw.port.Port;
import org.junit.jupiter.api.AfterEach;

/** A test whose ports exchange frames that carry a mark in front and at the end. */
public abstract class FrameExchange {
  /** Where frames are received, and how much there is for one. Those to send begin at 0. */
  protected static final int ROOM = 2_048;

  /** Holds a frame longer than any datagram of the operating system, too. */
  protected final Slab slab = new Slab(128 << 10);

  @AfterEach
  protected void closeSlab() {
    slab.close();
  }

  /** Puts a frame at the beginning of the slab. */
  protected void fill(int mark, int lengthBytes) {
    slab.putInt(0, mark);
    slab.putByte(lengthBytes - 1, mark);
  }

  /** Sends a frame, and lets it leave; whether the wire took it. */
  protected boolean send(Port port, int mark, int lengthBytes) {
    fill(mark, lengthBytes);
    boolean sent = port.send(slab, 0, lengthBytes);
    port.flush();
    return sent;
  }

  protected void assertReceives(Port port, int mark, int lengthBytes) {
    assertThat(port.receive(slab, ROOM, ROOM)).isEqualTo(lengthBytes);
    assertThat(slab.getInt(ROOM)).isEqualTo(mark);
    assertThat(slab.getByte(ROOM + lengthBytes - 1)).isEqualTo((byte) mark);
  }

  protected void assertReceivesNothing(Port port) {
    assertThat(port.receive(slab, ROOM, ROOM)).isZero();
  }

  /** Frames of each length up to {@code longestBytes} cross in both directions. */
  protected void assertCarriesEveryLength(Port one, Port two, int longestBytes) {
    for (int length = 14; length <= longestBytes; length++) {
      assertThat(send(one, length, length)).isTrue();
      assertThat(send(two, -length, length)).isTrue();
      assertReceives(two, length, length);
      assertReceives(one, -length, length);
    }
  }
}
