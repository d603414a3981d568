package dev.trident.requirements;

import dev.trident.requirements.Matrix.Entry;
import dev.trident.requirements.Matrix.Status;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/** How many rows have which status; permissions are counted apart from all others. */
final class Tally {
  private final Map<Status, Integer> counts = new EnumMap<>(Status.class);
  private int all;
  private int permissions;
  private int permissionsShown;

  static Tally of(Collection<Entry> entries) {
    Tally tally = new Tally();
    for (Entry entry : entries) {
      if (entry.counts()) {
        tally.all++;
        tally.counts.merge(entry.status(), 1, Integer::sum);
      } else {
        tally.permissions++;
        tally.permissionsShown += entry.status() == Status.COVERED ? 1 : 0;
      }
    }
    return tally;
  }

  int count(Status status) {
    return counts.getOrDefault(status, 0);
  }

  /** Without permissions. */
  int all() {
    return all;
  }

  int permissions() {
    return permissions;
  }

  int permissionsShown() {
    return permissionsShown;
  }

  /** Of those that can exist in Java, in whole per cent, rounded down: 100 means every one. */
  int coveredPercent() {
    int possible = all - count(Status.NOT_REPRESENTABLE);
    return possible == 0 ? 100 : count(Status.COVERED) * 100 / possible;
  }
}
