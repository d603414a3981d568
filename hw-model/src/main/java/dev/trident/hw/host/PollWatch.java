package dev.trident.hw.host;

import dev.trident.hw.events.RetransmissionEvent;
import dev.trident.hw.events.RingOverrunEvent;
import dev.trident.hw.events.SlowPollEvent;
import dev.trident.hw.nic.VirtualInterface;
import dev.trident.hw.time.RealClock;
import dev.trident.trace.Counter;
import java.util.Arrays;

/**
 * Polls a stack for as long as a recording wants to know of slow polls, of rings that overflow, or
 * of retransmissions. The time it takes is that of the machine, in simulations, too.
 */
final class PollWatch {
  private final HostStack stack;

  /** Whether the counts below are those of the last poll: they are not after a recording began. */
  private boolean counting;

  private long retransmissions;
  private long[] noDescriptor = {};
  private long[] ringOverruns = {};

  PollWatch(HostStack stack) {
    this.stack = stack;
  }

  /** Whether a poll must go this way: three tests of a boolean when there is no recording. */
  static boolean isOn() {
    return SlowPollEvent.isOn() || RingOverrunEvent.isOn() || RetransmissionEvent.isOn();
  }

  /** As {@link HostStack#pollAll}, telling the recording what has happened. */
  int poll(long now, int budget) {
    if (!counting) {
      begin();
    }
    long framesBefore = framesIn();
    long start = RealClock.INSTANCE.nanoTime();
    int done = stack.pollAll(now, budget);
    long took = RealClock.INSTANCE.nanoTime() - start;
    if (took >= SlowPollEvent.THRESHOLD_NANOS) {
      SlowPollEvent.report(stack.toString(), took, framesIn() - framesBefore, done);
    }
    tellRetransmissions();
    tellOverruns();
    return done;
  }

  /** There is no recording any more, or not yet. */
  void rest() {
    counting = false;
  }

  private void begin() {
    counting = true;
    retransmissions = countRetransmissions();
    noDescriptor = new long[0];
    ringOverruns = new long[0];
    follow(stack.allDevices());
  }

  /** Devices are only ever added; what they counted before that is told of nobody. */
  private void follow(VirtualInterface[] devices) {
    int known = noDescriptor.length;
    noDescriptor = Arrays.copyOf(noDescriptor, devices.length);
    ringOverruns = Arrays.copyOf(ringOverruns, devices.length);
    for (int i = known; i < devices.length; i++) {
      noDescriptor[i] = devices[i].noDescriptor();
      ringOverruns[i] = devices[i].ringOverruns();
    }
  }

  private long countRetransmissions() {
    return stack.networkStack().counters().get(Counter.TCP_RETRANSMISSIONS);
  }

  private long framesIn() {
    long frames = 0;
    for (VirtualInterface device : stack.allDevices()) {
      frames += device.framesIn();
    }
    return frames;
  }

  private void tellRetransmissions() {
    long sent = countRetransmissions();
    if (sent != retransmissions) {
      RetransmissionEvent.report(stack.toString(), sent - retransmissions, sent);
      retransmissions = sent;
    }
  }

  private void tellOverruns() {
    VirtualInterface[] devices = stack.allDevices();
    if (devices.length != noDescriptor.length) {
      follow(devices);
    }
    for (int i = 0; i < devices.length; i++) {
      tell(devices[i], RingOverrunEvent.RECEIVE, devices[i].noDescriptor() - noDescriptor[i]);
      tell(
          devices[i],
          RingOverrunEvent.BETWEEN_THREADS,
          devices[i].ringOverruns() - ringOverruns[i]);
      noDescriptor[i] = devices[i].noDescriptor();
      ringOverruns[i] = devices[i].ringOverruns();
    }
  }

  private void tell(VirtualInterface device, String ring, long frames) {
    if (frames != 0) {
      RingOverrunEvent.report(stack.toString(), device.nic().name(), ring, frames);
    }
  }
}
