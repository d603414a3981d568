package dev.trident.hw.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.time.Deadline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventHeapTest {
  private record Planned(long time, int number) {}

  @Test
  void shouldHappenByTimeAndThenByOrderOfAddingWhenManyArePlanned() {
    Random random = new Random(1);
    EventHeap heap = new EventHeap();
    List<Planned> planned = new ArrayList<>();
    List<Planned> happened = new ArrayList<>();
    EventHeap.Event event = (number, now) -> happened.add(new Planned(now, number));
    for (int i = 0; i < 5_000; i++) {
      long time = random.nextInt(500);
      heap.add(time, event, i);
      planned.add(new Planned(time, i));
    }
    assertThat(heap.happenUntil(1_000)).isEqualTo(5_000);
    planned.sort(Comparator.comparingLong(Planned::time).thenComparingInt(Planned::number));
    assertThat(happened).isEqualTo(planned);
    assertThat(heap.nextNanos()).isEqualTo(Deadline.NEVER);
  }

  @Test
  void shouldOrderAcrossWrapWhenTimeOverflows() {
    EventHeap heap = new EventHeap();
    List<Integer> happened = new ArrayList<>();
    EventHeap.Event event = (number, now) -> happened.add(number);
    heap.add(Long.MIN_VALUE + 5, event, 2);
    heap.add(Long.MAX_VALUE - 5, event, 1);
    assertThat(heap.happenUntil(Long.MAX_VALUE - 5)).isEqualTo(1);
    heap.happenNext();
    assertThat(happened).containsExactly(1, 2);
  }

  @Test
  void shouldRunEventsThatEventsAdd() {
    EventHeap heap = new EventHeap();
    int[] left = {100};
    EventHeap.Event[] self = new EventHeap.Event[1];
    self[0] =
        (argument, now) -> {
          if (--left[0] > 0) {
            heap.add(now + 1, self[0], 0);
          }
        };
    heap.add(0, self[0], 0);
    assertThat(heap.happenUntil(1_000)).isEqualTo(100);
  }
}
