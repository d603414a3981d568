package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Slab;
import dev.trident.endpoint.TcpProfile.OptionOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The layouts by which stacks are known. */
class SynOptionsTest {
  private static final int AT = 100;
  private static final String MSS = "020405b4";
  private static final String NOP = "01";
  private static final String SACK_OK = "0402";
  private static final String TIMESTAMPS = "080a0000000700000009";
  private static final String EOL = "00";

  private final Slab slab = new Slab(4_096);
  private final SynOptions options = new SynOptions();

  @AfterEach
  void close() {
    slab.close();
  }

  private String written(OptionOrder order) {
    int length = options.write(slab, AT, order);
    byte[] bytes = new byte[length];
    slab.copyTo(AT, bytes, 0, length);
    return HexFormat.of().formatHex(bytes);
  }

  private static String scale(int shift) {
    return "0303" + HexFormat.of().toHexDigits((byte) shift);
  }

  @Test
  void shouldPutTheScaleLastAsLinuxDoes() {
    options.begin(1_460).windowShift(8);
    assertThat(written(OptionOrder.LINUX)).isEqualTo(MSS + NOP + scale(8));
    options.begin(1_460).windowShift(8).sackPermitted();
    assertThat(written(OptionOrder.LINUX)).isEqualTo(MSS + NOP + NOP + SACK_OK + NOP + scale(8));
    options.begin(1_460).windowShift(8).sackPermitted().timestamps(7, 9);
    assertThat(written(OptionOrder.LINUX)).isEqualTo(MSS + SACK_OK + TIMESTAMPS + NOP + scale(8));
    options.begin(1_460).windowShift(8).timestamps(7, 9);
    assertThat(written(OptionOrder.LINUX)).isEqualTo(MSS + NOP + NOP + TIMESTAMPS + NOP + scale(8));
  }

  @Test
  void shouldPutTheScaleFirstAndFillUpWithEndsAsFreeBsdDoes() {
    options.begin(1_460).windowShift(6).sackPermitted().timestamps(7, 9);
    assertThat(written(OptionOrder.FREEBSD)).isEqualTo(MSS + NOP + scale(6) + SACK_OK + TIMESTAMPS);
    options.begin(1_460).sackPermitted();
    assertThat(written(OptionOrder.FREEBSD)).isEqualTo(MSS + SACK_OK + EOL + EOL);
    options.begin(1_460).windowShift(6).timestamps(7, 9);
    assertThat(written(OptionOrder.FREEBSD))
        .isEqualTo(MSS + NOP + scale(6) + NOP + NOP + TIMESTAMPS);
  }

  @Test
  void shouldCarryTheSegmentSizeAloneWhenNothingElseIsAgreed() {
    for (OptionOrder order : OptionOrder.values()) {
      options.begin(1_460);
      assertThat(written(order)).isEqualTo(MSS);
    }
  }
}
