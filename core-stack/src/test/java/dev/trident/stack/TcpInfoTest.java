package dev.trident.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import dev.trident.endpoint.TcpProfile.Options;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

/** What a connection says of itself to tools. */
class TcpInfoTest {
  private static final Options ALL = TcpProfile.STANDARD.options();

  /** Filled in as an object is that was used for another connection before. */
  private static TcpInfo infoWith(Options options) {
    TcpInfo info = new TcpInfo();
    info.timestamps = !options.timestamps();
    info.selectiveAck = !options.selectiveAck();
    info.windowScale = options.windowScale() == TcpProfile.NO_WINDOW_SCALE;
    info.ecn = true;
    info.ecnSeen = true;
    try (TcpPair pair =
        new TcpPair(Unpooled.buffer(1 << 16), TcpProfile.STANDARD.withOptions(options))) {
      pair.bulk(1);
      pair.near.info(info);
    }
    return info;
  }

  @Test
  void shouldTellTheOptionsInUseWhenBothSidesHaveThem() {
    TcpInfo info = infoWith(ALL);
    assertThat(info.timestamps).isTrue();
    assertThat(info.selectiveAck).isTrue();
    assertThat(info.windowScale).isTrue();
  }

  @Test
  void shouldTellNoOptionWhenTheyAreOff() {
    TcpInfo info = infoWith(new Options(TcpProfile.NO_WINDOW_SCALE, false, false, ALL.order()));
    assertThat(info.timestamps).isFalse();
    assertThat(info.selectiveAck).isFalse();
    assertThat(info.windowScale).isFalse();
    assertThat(info.ecn).isFalse();
    assertThat(info.ecnSeen).isFalse();
  }
}
