package dev.trident.simulation;

import dev.trident.hw.link.FaultSource;
import dev.trident.hw.link.FrameFaults;
import dev.trident.simulation.FaultEvent.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Faults as a list: written down while they happen, or played again. */
final class FaultLog {
  private final List<FaultEvent> events = new ArrayList<>();

  List<FaultEvent> events() {
    return List.copyOf(events);
  }

  /** A source that does what {@code source} does, and writes it down here. */
  FaultSource recording(int direction, FaultSource source) {
    return (frame, copy, faults) -> {
      source.decide(frame, copy, faults);
      note(direction, frame, copy, faults);
    };
  }

  private void note(int direction, long frame, int copy, FrameFaults faults) {
    if (faults.lost) {
      Kind loss = faults.inBurst ? Kind.BURST : Kind.LOSS;
      events.add(new FaultEvent(direction, frame, copy, loss, 0));
      return;
    }
    add(faults.duplicated, new FaultEvent(direction, frame, copy, Kind.DUP, 0));
    add(faults.corrupted, new FaultEvent(direction, frame, copy, Kind.CORRUPT, 0));
    long late = faults.reorderNanos;
    add(late != 0, new FaultEvent(direction, frame, copy, Kind.REORDER, late));
    long jitter = faults.jitterNanos;
    add(jitter != 0, new FaultEvent(direction, frame, copy, Kind.JITTER, jitter));
    long flip = faults.memoryError;
    add(flip != 0, new FaultEvent(direction, frame, copy, Kind.FLIP, flip));
  }

  private void add(boolean happens, FaultEvent event) {
    if (happens) {
      events.add(event);
    }
  }

  /** A source that does again what {@code events} say of one direction, and nothing else. */
  static FaultSource playing(int direction, List<FaultEvent> events) {
    Map<Long, List<FaultEvent>> byFrame = new HashMap<>();
    for (FaultEvent event : events) {
      if (event.direction() == direction) {
        byFrame.computeIfAbsent(event.frame(), number -> new ArrayList<>()).add(event);
      }
    }
    return (frame, copy, faults) -> {
      for (FaultEvent event : byFrame.getOrDefault(frame, List.of())) {
        if (event.copy() == copy) {
          event.applyTo(faults);
        }
      }
    };
  }
}
