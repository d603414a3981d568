package dev.trident.igmp;

import dev.trident.link.MulticastGroups;
import dev.trident.link.NetInterface;
import dev.trident.time.Deadline;
import dev.trident.time.TimerNode;
import dev.trident.time.TimerWheel;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.IgmpMessage;
import dev.trident.wire.Ipv4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The host side of IGMP on one interface: its groups, its timers, and the version it speaks. */
final class IgmpInterface {
  private static final long SECOND = 1_000_000_000L;
  private static final long TENTH_NANOS = SECOND / 10;

  /** Within this, a change is told again. */
  private static final long V3_REPEAT_NANOS = SECOND;

  private static final long OLD_REPEAT_NANOS = 10 * SECOND;

  /** What version 1 queries mean by saying nothing. */
  private static final long V1_RESPONSE_NANOS = 10 * SECOND;

  /** Groups told of, left ones whose leaving is still being told included. */
  private static final int MAX_REPORTERS = 2 * MulticastGroups.MAX_GROUPS;

  /** A timer of the interface as a whole. */
  private static final class Timer extends TimerNode {
    private final LongConsumer action;

    Timer(LongConsumer action) {
      this.action = action;
    }

    @Override
    protected void onTimer(long nowNanos) {
      action.accept(nowNanos);
    }
  }

  private final NetInterface net;
  private final TimerWheel wheel;
  private final Delays delays;
  private final IgmpOutput output;
  private final ReportWriter writer;
  private final Queriers queriers = new Queriers();
  private final List<GroupReporter> reporters = new ArrayList<>();
  private final Timer generalAnswer = new Timer(this::onGeneralTimer);
  private final Timer repetition = new Timer(this::onRepetitionTimer);
  private int version = Queriers.V3;

  IgmpInterface(
      NetInterface net, TimerWheel wheel, Delays delays, IgmpOutput output, Counters counters) {
    this.net = net;
    this.wheel = wheel;
    this.delays = delays;
    this.output = output;
    writer = new ReportWriter(output, counters, net);
  }

  /** The version to speak; a change of it ends all that is pending (RFC 3376 section 7.2.1). */
  private int version(long nowNanos) {
    int now = queriers.version(nowNanos);
    if (now != version) {
      version = now;
      wheel.disarm(generalAnswer);
      wheel.disarm(repetition);
      for (int i = reporters.size() - 1; i >= 0; i--) {
        GroupReporter reporter = reporters.get(i);
        wheel.disarm(reporter);
        reporter.cancel();
        forgetIfDone(reporter);
      }
    }
    return now;
  }

  private @Nullable GroupReporter find(int group) {
    for (int i = 0; i < reporters.size(); i++) {
      if (reporters.get(i).group == group) {
        return reporters.get(i);
      }
    }
    return null;
  }

  private void forgetIfDone(GroupReporter reporter) {
    if (reporter.isDone()) {
      wheel.disarm(reporter);
      reporters.remove(reporter);
    }
  }

  // ---- what our sockets want --------------------------------------------------------------------

  /** What is wanted of a group has changed. 224.0.0.1 is never told of. */
  void onReception(int group, SourceFilter wanted, long nowNanos) {
    int speaking = version(nowNanos);
    GroupReporter reporter = find(group);
    if (group == Ipv4Address.ALL_HOSTS || (reporter == null && wanted.isNothing())) {
      return;
    }
    if (reporter == null) {
      reporter = addReporter(group);
    }
    if (speaking == Queriers.V3) {
      reporter.update(wanted, queriers.robustness());
      if (reporter.hasChanges()) {
        reporter.writeChanges(writer);
        writer.flush();
      }
      if (reporter.hasChanges()) {
        wheel.armBy(repetition, in(V3_REPEAT_NANOS, nowNanos));
      }
      forgetIfDone(reporter);
    } else {
      joinOrLeave(reporter, wanted, nowNanos);
    }
  }

  private GroupReporter addReporter(int group) {
    for (int i = 0; reporters.size() >= MAX_REPORTERS && i < reporters.size(); i++) {
      if (reporters.get(i).state.isNothing()) {
        wheel.disarm(reporters.get(i));
        reporters.remove(i);
      }
    }
    GroupReporter added = new GroupReporter(this, group);
    reporters.add(added);
    return added;
  }

  /** Versions 1 and 2 know groups only, and no sources. */
  private void joinOrLeave(GroupReporter reporter, SourceFilter wanted, long nowNanos) {
    boolean before = !reporter.state.isNothing();
    reporter.state.copyFrom(wanted);
    boolean after = !wanted.isNothing();
    if (after && !before) {
      reporter.repetitionsLeft = queriers.robustness();
      report(reporter, nowNanos);
    } else if (before && !after) {
      if (version == Queriers.V2 && reporter.reportedLast) {
        output.send(net, IgmpMessage.LEAVE, reporter.group, IgmpOutput.ALL_ROUTERS);
      }
      forgetIfDone(reporter);
    }
  }

  /** Sends a report of version 1 or 2, and arms its repetition if there is one. */
  private void report(GroupReporter reporter, long nowNanos) {
    int type = version == Queriers.V1 ? IgmpMessage.REPORT_V1 : IgmpMessage.REPORT_V2;
    output.send(net, type, reporter.group, reporter.group);
    reporter.reportedLast = true;
    if (reporter.repetitionsLeft > 0 && --reporter.repetitionsLeft > 0) {
      wheel.arm(reporter, in(OLD_REPEAT_NANOS, nowNanos));
    }
  }

  private long in(long maxNanos, long nowNanos) {
    return Deadline.after(nowNanos, delays.next(maxNanos));
  }

  // ---- what others say
  // ----------------------------------------------------------------------------

  /** A query has come, whose lengths are checked. */
  DropReason onQuery(IgmpMessage query, int bytes, long nowNanos) {
    int group = query.group();
    if (group != 0 && !Ipv4Address.isMulticast(group)) {
      return DropReason.IGMP_BAD_GROUP;
    }
    int code = query.maxResponseCode();
    if (bytes >= IgmpMessage.QUERY_V3_BYTES) {
      queriers.onV3(query);
    } else if (code == 0) {
      queriers.onV1(nowNanos);
    } else {
      queriers.onV2(code * TENTH_NANOS, nowNanos);
    }
    if (version(nowNanos) == Queriers.V3) {
      answerLater(query, responseNanos(code, bytes), nowNanos);
    } else if (version == Queriers.V1 || code == 0) {
      reportLater(0, V1_RESPONSE_NANOS, nowNanos);
    } else {
      reportLater(group, responseNanos(code, bytes), nowNanos);
    }
    return DropReason.NONE;
  }

  /** From 128 on the code of version 3 has an exponent; version 2 counts on (RFC 2236 2.2). */
  private static long responseNanos(int code, int bytes) {
    return TENTH_NANOS * (bytes >= IgmpMessage.QUERY_V3_BYTES ? IgmpMessage.decode(code) : code);
  }

  /** The rules of RFC 3376 section 5.2, in their order. */
  private void answerLater(IgmpMessage query, long maxNanos, long nowNanos) {
    long deadline = in(maxNanos, nowNanos);
    if (generalAnswer.isArmed() && generalAnswer.wakeNanos() - deadline <= 0) {
      return;
    }
    if (query.group() == 0) {
      wheel.arm(generalAnswer, deadline);
      return;
    }
    GroupReporter reporter = find(query.group());
    if (reporter != null && !reporter.state.isNothing()) {
      reporter.ask(query, reporter.isArmed());
      wheel.armBy(reporter, deadline);
    }
  }

  /**
   * Versions 1 and 2: a timer for one group, or for each if {@code group} is 0; a running one is
   * moved only if it might be too late (RFC 2236 section 3).
   */
  private void reportLater(int group, long maxNanos, long nowNanos) {
    for (int i = 0; i < reporters.size(); i++) {
      GroupReporter reporter = reporters.get(i);
      boolean meant = group == 0 || group == reporter.group;
      if (meant && !reporter.state.isNothing()) {
        if (!reporter.isArmed() || reporter.wakeNanos() - nowNanos > maxNanos) {
          wheel.arm(reporter, in(maxNanos, nowNanos));
        }
      }
    }
  }

  /** Somebody else has reported a group by version 1 or 2: ours is not needed. */
  void onReport(int group, long nowNanos) {
    GroupReporter reporter = version(nowNanos) == Queriers.V3 ? null : find(group);
    if (reporter != null) {
      wheel.disarm(reporter);
      reporter.reportedLast = false;
      reporter.repetitionsLeft = 0;
    }
  }

  // ---- timers
  // -------------------------------------------------------------------------------------

  /** Whether the version that a timer was armed for is spoken no longer. */
  private boolean isOutdated(long nowNanos) {
    int armedFor = version;
    return version(nowNanos) != armedFor;
  }

  void onGroupTimer(GroupReporter reporter, long nowNanos) {
    if (isOutdated(nowNanos)) {
      return;
    }
    if (version == Queriers.V3) {
      reporter.writeAnswer(writer);
      writer.flush();
    } else {
      report(reporter, nowNanos);
    }
  }

  private void onGeneralTimer(long nowNanos) {
    if (isOutdated(nowNanos)) {
      return;
    }
    for (int i = 0; i < reporters.size(); i++) {
      reporters.get(i).writeState(writer);
    }
    writer.flush();
  }

  /** Tells all changes that have not been told often enough, in as few messages as will do. */
  private void onRepetitionTimer(long nowNanos) {
    if (isOutdated(nowNanos)) {
      return;
    }
    boolean more = false;
    for (int i = reporters.size() - 1; i >= 0; i--) {
      GroupReporter reporter = reporters.get(i);
      if (reporter.hasChanges()) {
        reporter.writeChanges(writer);
        more |= reporter.hasChanges();
        forgetIfDone(reporter);
      }
    }
    writer.flush();
    if (more) {
      wheel.arm(repetition, in(V3_REPEAT_NANOS, nowNanos));
    }
  }
}
