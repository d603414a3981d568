package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SparesTest {
  private final Spares<Object> spares = new Spares<>(Object::new, 2);

  @Test
  void shouldHandOutWhatWasGivenBack() {
    Object first = spares.take();
    spares.give(first);
    assertThat(spares.take()).isSameAs(first);
    assertThat(spares.take()).isNotSameAs(first);
  }

  @Test
  void shouldKeepNoMoreThanItsLimit() {
    Object[] objects = {spares.take(), spares.take(), spares.take()};
    for (Object object : objects) {
      spares.give(object);
    }
    assertThat(spares.take()).isSameAs(objects[1]);
    assertThat(spares.take()).isSameAs(objects[0]);
    assertThat(spares.take()).isNotIn(objects);
  }
}
