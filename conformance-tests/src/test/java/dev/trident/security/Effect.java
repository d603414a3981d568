package dev.trident.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.trace.DropReason;
import java.util.List;
import java.util.Map;

/**
 * What frames have brought about, besides what {@link Victim#attack} forbids in any case.
 *
 * @param drops how often each reason was counted
 * @param answers frames sent, in order
 */
record Effect(Map<DropReason, Long> drops, List<byte[]> answers) {
  /** One frame was dropped for {@code reason} and nobody was told. */
  void isDroppedSilently(DropReason reason) {
    isDropped(reason);
    isSilent();
  }

  /** One frame was dropped for {@code reason}, whatever was answered. */
  Effect isDropped(DropReason reason) {
    assertThat(drops).isEqualTo(Map.of(reason, 1L));
    return this;
  }

  /** Nothing was dropped. */
  Effect isAccepted() {
    assertThat(drops).isEmpty();
    return this;
  }

  Effect isSilent() {
    assertThat(answers).isEmpty();
    return this;
  }

  /** The only answer. */
  byte[] answer() {
    assertThat(answers).hasSize(1);
    return answers.getFirst();
  }
}
