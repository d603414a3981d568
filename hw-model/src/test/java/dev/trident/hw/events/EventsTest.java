package dev.trident.hw.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Slab;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.hw.host.AwaitResult;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.testkit.HostSocket;
import dev.trident.hw.testkit.PipePort;
import dev.trident.hw.time.RealClock;
import dev.trident.hw.time.VirtualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a recording of Flight Recorder says about hosts. */
@Timeout(60)
class EventsTest {
  private static final int A = 0x0a000001;
  private static final int B = 0x0a000002;
  private static final long MAC_B = 0x02_00_00_00_00_02L;
  private static final long SECOND = 1_000_000_000L;

  @TempDir Path folder;

  /** What happens while a recording is on, of one kind of event. */
  private List<RecordedEvent> record(String name, Runnable happening) throws IOException {
    Path file = folder.resolve("run.jfr");
    try (Recording recording = new Recording()) {
      recording.start();
      happening.run();
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().equals(name))
        .toList();
  }

  private static void flood(HostSocket from, int count) {
    for (int i = 0; i < count; i++) {
      assertThat(from.send(10, B, 7)).isEqualTo(10);
    }
  }

  @Test
  void shouldTellOfASlowPollWithWhatItDid() throws IOException {
    AtomicLong slownessNanos = new AtomicLong();
    PipePort port =
        new PipePort() {
          @Override
          public int receive(Slab slab, int offset, int capacityBytes) {
            long end = RealClock.INSTANCE.nanoTime() + slownessNanos.get();
            while (RealClock.INSTANCE.nanoTime() < end) {
              Thread.onSpinWait();
            }
            return super.receive(slab, offset, capacityBytes);
          }
        };
    try (Fabric fabric = Fabric.polled(new VirtualClock())) {
      fabric.host("slow", 1).nic("ev-a", "10.0.0.1/24").port(port);
      List<RecordedEvent> events =
          record(
              "trident.SlowPoll",
              () -> {
                slownessNanos.set(5_000_000);
                fabric.poll();
                slownessNanos.set(0);
              });
      assertThat(events).hasSize(1);
      RecordedEvent event = events.getFirst();
      assertThat(event.getString("stack")).isEqualTo("stack slow of host slow");
      assertThat(event.getDuration("pollNanos").toNanos()).isGreaterThanOrEqualTo(5_000_000);
      assertThat(event.getLong("frames")).isZero();
    }
  }

  @Test
  void shouldTellHowManyFramesFoundNoDescriptor() throws IOException {
    try (Fabric fabric = Fabric.polled(new VirtualClock())) {
      Host a = fabric.host("a", 1).nic("ev-a", "10.0.0.1/24");
      Host b =
          fabric.host("b", 2).nic("ev-b", "10.0.0.2/24", NicOptions.STANDARD.withRings(64, 64));
      fabric.wire(a.nic("ev-a"), b.nic("ev-b"));
      a.neighbor(B, b.nic("ev-b").mac(), "ev-a");
      HostSocket sender = new HostSocket(a.defaultStack(), A, 7);
      flood(sender, 70);
      fabric.poll(); // not recorded, hence not told of
      long before = b.nic("ev-b").counters().noDescriptor();
      assertThat(before).isPositive();
      List<RecordedEvent> events =
          record(
              "trident.RingOverrun",
              () -> {
                fabric.poll();
                flood(sender, 100);
                fabric.poll();
                fabric.poll();
              });
      assertThat(events).hasSize(1);
      assertThat(events.getFirst().getString("adapter")).isEqualTo("ev-b");
      assertThat(events.getFirst().getString("ring")).isEqualTo("receive");
      assertThat(events.getFirst().getLong("frames")).isGreaterThanOrEqualTo(100 - 64);
      assertThat(before + events.getFirst().getLong("frames"))
          .isEqualTo(b.nic("ev-b").counters().noDescriptor());
    }
  }

  @Test
  void shouldTellOfFullRingsBetweenThreads() throws IOException {
    try (Fabric fabric = Fabric.driven()) {
      Host a = fabric.host("a", 1).nic("ev-a", "10.0.0.1/24");
      Host b = fabric.host("b", 2).nic("ev-b", "10.0.0.2/24");
      fabric.wire(a.nic("ev-a"), b.nic("ev-b"));
      ping(a, B);
      HostSocket sender = new HostSocket(a.defaultStack(), A, 7);
      List<RecordedEvent> events =
          record(
              "trident.RingOverrun",
              () -> {
                ping(a, B); // a poll, from which on is counted
                b.defaultStack().enter(); // its driver must wait
                flood(sender, 600);
                b.defaultStack().exit();
                ping(a, B);
              });
      long frames =
          events.stream()
              .filter(event -> event.getString("ring").equals("between threads"))
              .mapToLong(event -> event.getLong("frames"))
              .sum();
      assertThat(frames).isEqualTo(a.nic("ev-a").counters().ringOverruns());
      assertThat(frames).isPositive();
    }
  }

  private static void ping(Host host, int address) {
    while (HostSocket.ping(host, address, SECOND / 4) != AwaitResult.HOLDS) {
      // The ring may have been full.
    }
  }

  @Test
  void shouldTellOfRetransmissions() throws IOException {
    VirtualClock clock = new VirtualClock();
    try (Fabric fabric = Fabric.polled(clock)) {
      Host a = fabric.host("a", 1).nic("ev-a", "10.0.0.1/24").neighbor(B, MAC_B, "ev-a");
      HostStack stack = a.defaultStack();
      List<RecordedEvent> events =
          record(
              "trident.Retransmission",
              () -> {
                fabric.poll();
                stack.enter();
                StreamEndpoint stream = Objects.requireNonNull(stack.transport().newStream());
                assertThat(stream.connect(B, 7)).isZero();
                stack.exit();
                for (int i = 0; i < 40; i++) {
                  clock.sleep(SECOND / 10);
                  fabric.poll();
                }
              });
      assertThat(events).as("after 1 s and 2 s more").hasSize(2);
      assertThat(events).allMatch(event -> event.getLong("segments") == 1);
      assertThat(events.getLast().getLong("total")).isEqualTo(2);
    }
  }

  @Test
  void shouldTellWhenThePeerOfAPortGoesAndComes() throws IOException {
    PipePort port = new PipePort();
    try (Fabric fabric = Fabric.polled(new VirtualClock())) {
      fabric.host("a", 1).nic("ev-a", "10.0.0.1/24").port(port);
      List<RecordedEvent> events =
          record(
              "trident.Port",
              () -> {
                fabric.poll();
                port.connected(false);
                fabric.poll();
                fabric.poll();
                port.connected(true);
                fabric.poll();
                port.disappear();
                fabric.poll();
                fabric.poll();
              });
      assertThat(events)
          .extracting(event -> event.getString("state"))
          .containsExactly("LOST", "CONNECTED", "GONE");
      assertThat(events.getFirst().getString("place")).isEqualTo("ev-a");
      assertThat(events.getFirst().getString("port")).isEqualTo("pipe:test");
    }
  }
}
