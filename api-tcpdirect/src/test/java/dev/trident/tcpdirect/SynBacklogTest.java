package dev.trident.tcpdirect;

import static dev.trident.tcpdirect.Zf.TCP_ESTABLISHED;
import static dev.trident.tcpdirect.Zf.TCP_SYN_SENT;
import static dev.trident.tcpdirect.Zf.zft_state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.hw.host.NicOptions;
import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.Test;

/** The pool of half-open connections that all listeners of a stack share. */
class SynBacklogTest {
  @Test
  @Requirement({"ZF-attr.max_tcp_syn_backlog-03", "ZF-tcp-backlog-01"})
  void shouldDropSynsSilentlyWhenThePoolOfTheStackIsUsedUp() {
    try (TwoStacks net =
        new TwoStacks(NicOptions.STANDARD, attr -> TwoStacks.set(attr, "max_tcp_syn_backlog", 2))) {
      net.connection(90); // so that the neighbours know each other
      Zftl one = net.listen(80);
      Zftl two = net.listen(81);
      Zft first = net.connecting(80);
      Zft second = net.connecting(81);
      Zft third = net.connecting(81);

      net.settle();

      assertThat(zft_state(first)).isEqualTo(TCP_ESTABLISHED);
      assertThat(zft_state(second)).isEqualTo(TCP_ESTABLISHED);
      assertThat(zft_state(third)).as("neither answered nor reset").isEqualTo(TCP_SYN_SENT);
      net.accept(one);
      net.accept(two);
      net.pass(1_500);
      assertThat(zft_state(third)).as("its second SYN").isEqualTo(TCP_ESTABLISHED);
      net.accept(two);
    }
  }
}
