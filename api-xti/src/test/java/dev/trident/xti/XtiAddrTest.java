package dev.trident.xti;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.c.C;
import dev.trident.c.SockAddrIn;
import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;

class XtiAddrTest {
  @Test
  void shouldWriteSockaddrInInNetworkByteOrder() {
    ByteBuf memory = C.malloc(24).setZero(0, 24).readerIndex(4);
    Netbuf netbuf = new Netbuf(memory);

    XtiAddr.put(netbuf, SockAddrIn.of("10.1.2.3", 0x1234));

    assertThat(netbuf.len).isEqualTo(16);
    assertThat(netbuf.buf).isSameAs(memory);
    assertThat(memory.getShort(4)).isEqualTo((short) 2);
    assertThat(memory.getShort(6)).isEqualTo((short) 0x1234);
    assertThat(memory.getInt(8)).isEqualTo(0x0a010203);
    assertThat(memory.getLong(12)).isZero();
    assertThat(memory.readerIndex()).isEqualTo(4);
  }

  @Test
  void shouldReadBackWhatWasWritten() {
    Netbuf netbuf = new Netbuf();

    XtiAddr.put(netbuf, SockAddrIn.of("192.168.0.9", 65_535));
    SockAddrIn read = XtiAddr.get(netbuf);

    assertThat(netbuf.maxlen).isEqualTo(16);
    assertThat(read.sin_addr).isEqualTo(0xc0a80009);
    assertThat(read.sin_port).isEqualTo(65_535);
  }

  @Test
  void shouldRefuseToReadWhenThereIsNoAddress() {
    Netbuf netbuf = new Netbuf();
    XtiAddr.room(netbuf);

    assertThatThrownBy(() -> XtiAddr.get(netbuf)).isInstanceOf(IllegalArgumentException.class);
  }
}
