package dev.trident.floods;

import dev.trident.c.C;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import io.netty.buffer.ByteBuf;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one frame really costs: processor time of the thread that receives, checks and answers it,
 * in a polled fabric, without what making it costs. The best of some rounds.
 */
final class FloodCost implements AutoCloseable {
  private static final int ROUNDS = 9;
  private static final int BATCH = 32;

  private final Fabric fabric = Fabric.polled();
  private final Host victim;
  private final Flooder flooder;
  private final int framesPerRound;
  private @Nullable StreamEndpoint stream;

  private FloodCost(int framesPerRound) {
    this.framesPerRound = framesPerRound;
    victim = fabric.host(StackConfig.standard("victim", 1)).nic("victim0", "10.0.0.1/16");
    flooder = new Flooder(victim.nic("victim0").mac(), 0x0a0000fe, 1);
    fabric.wire(victim.nic("victim0"), flooder);
    victim.gateway("10.0.0.254");
    open();
  }

  /** Nanoseconds for one frame of {@code flood}. */
  static double ofFlood(Flood flood, int framesPerRound) {
    try (FloodCost cost = new FloodCost(framesPerRound)) {
      return cost.best(() -> cost.flooder.flood(flood), () -> cost.flooder.makeOnly(flood));
    }
  }

  /** Nanoseconds for one full segment in order, which a program reads. */
  static double ofUsefulFrame(int framesPerRound) {
    try (FloodCost cost = new FloodCost(framesPerRound)) {
      return cost.best(cost.flooder::sendUseful, cost.flooder::makeOnlyUseful);
    }
  }

  private void open() {
    HostStack stack = victim.defaultStack();
    stack.enter();
    StreamListener listener = Objects.requireNonNull(stack.transport().newListener());
    if (listener.bind(0, FloodFrames.PORT) != 0 || listener.listen(16) != 0) {
      throw new IllegalStateException("the victim cannot listen");
    }
    stack.exit();
    flooder.sayHello();
    flooder.connect();
    while (!flooder.isOpen() || listener.acceptable() == 0) {
      fabric.poll();
    }
    stack.enter();
    stream = listener.accept();
    stack.exit();
  }

  private double best(Runnable send, Runnable makeOnly) {
    double best = Double.MAX_VALUE;
    double making = Double.MAX_VALUE;
    ByteBuf buffer = C.malloc(65_536);
    for (int round = 0; round < ROUNDS; round++) {
      best = Math.min(best, cpuNanosPerFrame(send, () -> poll(buffer)));
      making = Math.min(making, cpuNanosPerFrame(makeOnly, () -> false));
    }
    return best - making;
  }

  private double cpuNanosPerFrame(Runnable send, BooleanSupplier receive) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    for (int sent = 0; sent < framesPerRound; sent += BATCH) {
      for (int i = 0; i < BATCH; i++) {
        send.run();
      }
      while (receive.getAsBoolean()) {
        // Until all is done.
      }
    }
    return (double) (threads.getCurrentThreadCpuTime() - before) / framesPerRound;
  }

  private boolean poll(ByteBuf buffer) {
    int done = fabric.poll();
    StreamEndpoint reading = stream;
    if (reading != null && reading.receivableBytes() > 0) {
      HostStack stack = victim.defaultStack();
      stack.enter();
      reading.receive(buffer, 0, buffer.capacity());
      stack.exit();
    }
    return done != 0;
  }

  @Override
  public void close() {
    fabric.close();
    flooder.close();
  }
}
