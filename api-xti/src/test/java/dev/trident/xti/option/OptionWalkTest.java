package dev.trident.xti.option;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.testkit.Requirement;
import dev.trident.xti.Netbuf;
import dev.trident.xti.XtiConstants;
import dev.trident.xti.error.Failure;
import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;

class OptionWalkTest {
  private static Netbuf options(int... words) {
    ByteBuf buf = C.malloc(words.length * 4);
    for (int i = 0; i < words.length; i++) {
      buf.setInt(i * 4, words[i]);
    }
    return new Netbuf(buf, words.length * 4);
  }

  @Test
  @Requirement({"XTI-struct-13", "XTI-struct-14", "XTI-struct-18"})
  void shouldStepToTheNextMultipleOfFourWhenAValueIsNotOne() {
    Netbuf two = options(18, 6, 1, 0, 0x01020000, 20, 0xffff, 0x80, 0, 9);
    assertThat(OptionWalk.isWellFormed(two)).isTrue();

    OptionWalk walk = new OptionWalk(two);

    assertThat(walk.next()).isTrue();
    assertThat(walk.level()).isEqualTo(6);
    assertThat(walk.name()).isEqualTo(1);
    assertThat(walk.valueBytes()).isEqualTo(2);
    assertThat(walk.next()).isTrue();
    assertThat(walk.level()).isEqualTo(0xffff);
    assertThat(walk.value(0)).isEqualTo(9);
    assertThat(walk.next()).isFalse();
  }

  @Test
  @Requirement("XTI-struct-19")
  void shouldEndWhenFewerThanSixteenBytesRemain() {
    OptionWalk walk = new OptionWalk(options(16, 6, 1, 0, 77, 77, 77));

    assertThat(walk.next()).isTrue();
    assertThat(walk.next()).isFalse();
  }

  @Test
  void shouldRefuseABufferWhenAnOptionRunsPastIt() {
    assertThat(OptionWalk.isWellFormed(options(24, 6, 1, 0, 0))).isFalse();
    assertThat(OptionWalk.isWellFormed(options(15, 6, 1, 0))).isFalse();
    assertThat(OptionWalk.isWellFormed(options(-4, 6, 1, 0))).isFalse();
    assertThat(OptionWalk.isWellFormed(options(Integer.MAX_VALUE, 6, 1, 0))).isFalse();
    assertThat(OptionWalk.isWellFormed(options(16, 6, 1))).isFalse();
  }

  @Test
  void shouldRefuseABufferWhenItsMemoryIsMissingOrShort() {
    Netbuf none = new Netbuf();
    assertThat(OptionWalk.isWellFormed(none)).isTrue();
    none.len = 16;
    assertThat(OptionWalk.isWellFormed(none)).isFalse();
    Netbuf shorter = options(16, 6, 1, 0);
    shorter.len = 32;
    assertThat(OptionWalk.isWellFormed(shorter)).isFalse();
    shorter.len = -1;
    assertThat(OptionWalk.isWellFormed(shorter)).isFalse();
  }

  @Test
  @Requirement("XTI-optcall-02")
  void shouldIgnoreLevelsAndNamesThatAreNotKnown() {
    assertThat(new StreamOptions().take(options(20, 4711, 1, 0, 5))).isZero();
    assertThat(new StreamOptions().take(options(20, XtiConstants.T_INET_TCP, 99, 0, 5))).isZero();
  }

  @Test
  @Requirement("XTI-optcall-05")
  void shouldRefuseAReadOnlyOption() {
    assertThat(
            new StreamOptions()
                .take(options(20, XtiConstants.T_INET_TCP, XtiConstants.T_TCP_MAXSEG, 0, 5)))
        .isEqualTo(Failure.of(XtiConstants.TACCES));
  }

  @Test
  @Requirement({"XTI-option.XTI_LINGER-02", "XTI-option.XTI_LINGER-03"})
  void shouldTakeOnlyLegalLingerValues() {
    assertThat(linger(XtiConstants.T_YES, 0)).isZero();
    assertThat(linger(XtiConstants.T_NO, 30)).isZero();
    assertThat(linger(XtiConstants.T_YES, XtiConstants.T_INFINITE)).isZero();
    assertThat(linger(XtiConstants.T_YES, XtiConstants.T_UNSPEC)).isZero();
    assertThat(linger(2, 0)).isEqualTo(Failure.of(XtiConstants.TBADOPT));
    assertThat(linger(XtiConstants.T_YES, -7)).isEqualTo(Failure.of(XtiConstants.TBADOPT));
  }

  private static int linger(int onoff, int seconds) {
    return new StreamOptions()
        .take(options(24, XtiConstants.XTI_GENERIC, XtiConstants.XTI_LINGER, 0, onoff, seconds));
  }
}
