package dev.trident.apps.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ProcessIdentityTest {
  @Test
  void shouldFindNothingWhenTheProcessHasEnded() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.onExit().join();
    assertThat(ProcessIdentity.find(ended.pid())).isEmpty();
  }

  @Test
  void shouldBeAliveOnlyAsTheProcessThatStartedThen() throws Exception {
    ProcessIdentity self = ProcessIdentity.ofThisJvm();
    assertThat(self.isAlive()).isTrue();
    assertThat(new ProcessIdentity(self.pid(), self.startTicks() - 1).isAlive()).isFalse();
    assertThat(ProcessIdentity.parse(self.toString())).isEqualTo(self);
  }
}
