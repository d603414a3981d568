package dev.trident.hw.nic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Slab;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sums that come to zero: 0xfffe and 1, the field itself 0. */
class ChecksumOffloadTest {
  private static final int UDP_FIELD = 6;
  private static final int TCP_FIELD = 16;
  private static final int END = 20;

  private final Slab slab = new Slab(END);

  @AfterEach
  void close() {
    slab.close();
  }

  @Test
  void shouldStoreAllOnesForUdpWhenTheSumIsZero() {
    slab.putShort(0, 0xfffe);
    slab.putShort(2, 1);
    ChecksumOffload.complete(slab, 0, UDP_FIELD, END);
    assertThat(slab.getUnsignedShort(UDP_FIELD)).isEqualTo(0xffff);
  }

  @Test
  void shouldStoreZeroForTcpWhenTheSumIsZero() {
    slab.putShort(0, 0xfffe);
    slab.putShort(2, 1);
    slab.putShort(TCP_FIELD, 0);
    ChecksumOffload.complete(slab, 0, TCP_FIELD, END);
    assertThat(slab.getUnsignedShort(TCP_FIELD)).isZero();
  }
}
