package dev.trident.igmp;

import dev.trident.time.TimerNode;
import dev.trident.wire.IgmpMessage;

/**
 * What routers are told of one group on one interface. It outlives the last member until its
 * leaving has been told often enough. As a timer it stands for the answer to a query about this
 * group; beside older routers also for the repetition of the first report.
 */
final class GroupReporter extends TimerNode {
  /** Sources remembered of queries; beyond, the answer is about the whole group. */
  private static final int MAX_ASKED = 64;

  private final IgmpInterface owner;
  final int group;

  /** What is wanted of the group at present. */
  final SourceFilter state = SourceFilter.merged();

  /** Sources that were asked about; empty: the group as a whole was. */
  private final SourceSet asked = new SourceSet(MAX_ASKED);

  /** How often a change between including and excluding is still to be told. */
  private int modeChangesLeft;

  private final SourceChanges changes = new SourceChanges();

  /** Beside older routers: reports still to be repeated unasked. */
  int repetitionsLeft;

  /** Beside older routers: whether nobody else has reported the group since we did. */
  boolean reportedLast;

  GroupReporter(IgmpInterface owner, int group) {
    this.owner = owner;
    this.group = group;
  }

  /** Takes over what is wanted now, and notes what is to be told of it {@code times} times. */
  void update(SourceFilter wanted, int times) {
    boolean fits = true;
    if (wanted.isExcluding() != state.isExcluding()) {
      changes.clear();
      modeChangesLeft = times;
    } else {
      fits = noteMissing(wanted.sources(), state.sources(), times);
      fits &= noteMissing(state.sources(), wanted.sources(), times);
    }
    if (!fits) {
      modeChangesLeft = times; // says everything, so that nothing is left out
    }
    state.copyFrom(wanted);
  }

  private boolean noteMissing(SourceSet some, SourceSet others, int times) {
    boolean fits = true;
    for (int i = 0; i < some.size(); i++) {
      if (!others.contains(some.get(i))) {
        fits &= changes.put(some.get(i), times);
      }
    }
    return fits;
  }

  boolean hasChanges() {
    return modeChangesLeft > 0 || !changes.isEmpty();
  }

  /** Whether there is neither a member nor anything to tell. */
  boolean isDone() {
    return state.isNothing() && !hasChanges();
  }

  /** Another version is spoken from now on: nothing that was pending is said any more. */
  void cancel() {
    modeChangesLeft = 0;
    changes.clear();
    asked.clear();
    repetitionsLeft = 0;
  }

  /** Writes the records of a state-change report, and counts them as told once more. */
  void writeChanges(ReportWriter writer) {
    if (modeChangesLeft > 0) {
      modeChangesLeft--;
      writer.record(
          state.isExcluding() ? IgmpMessage.TO_EXCLUDE : IgmpMessage.TO_INCLUDE,
          group,
          state.sources());
    } else {
      changes.write(writer, IgmpMessage.ALLOW_NEW_SOURCES, group, state, true);
      changes.write(writer, IgmpMessage.BLOCK_OLD_SOURCES, group, state, false);
    }
    changes.onTold();
  }

  /** Writes the current-state record, if there is a member. */
  void writeState(ReportWriter writer) {
    if (!state.isNothing()) {
      writer.record(
          state.isExcluding() ? IgmpMessage.IS_EXCLUDE : IgmpMessage.IS_INCLUDE,
          group,
          state.sources());
    }
  }

  /** Remembers what a query asks, on top of what is remembered if {@code pending}. */
  void ask(IgmpMessage query, boolean pending) {
    boolean wholeGroup = query.sourceCount() == 0 || (pending && asked.isEmpty());
    if (!pending || wholeGroup) {
      asked.clear();
    }
    for (int i = 0; i < query.sourceCount() && !wholeGroup; i++) {
      if (!asked.add(query.source(i))) {
        asked.clear();
        wholeGroup = true;
      }
    }
  }

  /** Writes the answer to what was asked (RFC 3376 section 5.2), which may be none. */
  void writeAnswer(ReportWriter writer) {
    if (asked.isEmpty()) {
      writeState(writer);
      return;
    }
    int wanted = 0;
    for (int i = 0; i < asked.size(); i++) {
      wanted += state.admits(asked.get(i)) ? 1 : 0;
    }
    if (wanted > 0) {
      writer.begin(IgmpMessage.IS_INCLUDE, group, wanted);
      for (int i = 0; i < asked.size(); i++) {
        if (state.admits(asked.get(i))) {
          writer.source(asked.get(i));
        }
      }
    }
    asked.clear();
  }

  @Override
  protected void onTimer(long nowNanos) {
    owner.onGroupTimer(this, nowNanos);
  }
}
