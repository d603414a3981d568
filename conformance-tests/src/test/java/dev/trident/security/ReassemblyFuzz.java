package dev.trident.security;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.ReassemblyLimits;
import dev.trident.endpoint.StackConfig;
import dev.trident.hw.host.NicOptions;
import dev.trident.testkit.Frames;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Fragments in any order and of any shape, of a few datagrams at a time, against {@link
 * PlainReassembly}: what comes out whole is what it makes of them, and nothing else comes out.
 */
class ReassemblyFuzz {
  private static final Reached REACHED = new Reached("reassembly", "IP_FRAGMENT");
  private static final int DATAGRAMS = 4;
  private static final int FRAGMENTS_AT_MOST = 100;
  private static final int UDP_BYTES = 8;
  private static final int PORT = 7;
  private static final ByteBuf BUFFER = C.malloc(65_536);

  /** The seeds, in the build. */
  @FuzzTest
  void fragments(FuzzedDataProvider input) {
    Target.fuzzerTestOneInput(input.consumeRemainingAsBytes());
  }

  /** What "trident fuzz" feeds. */
  public static final class Target {
    private Target() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
      check(new FuzzInput(bytes));
    }
  }

  private static void check(FuzzInput input) {
    // So wide that nothing is given up for want of room: the model has no limits.
    StackConfig config =
        StackConfig.standard("victim", 1)
            .withCells(1_024, 132)
            .withReassembly(ReassemblyLimits.standard(8_192).withMaxDatagramBytes(65_535));
    try (Victim victim = new Victim(config, NicOptions.STANDARD.withRings(32, 32))) {
      DatagramEndpoint socket = victim.datagramAt(PORT);
      PlainReassembly[] models = new PlainReassembly[DATAGRAMS];
      Arrays.setAll(models, i -> new PlainReassembly());
      for (int i = 0; i < FRAGMENTS_AT_MOST && !input.isEmpty(); i++) {
        step(victim, socket, models, input);
      }
      victim.run(socket::close);
      victim.passSeconds(100);
      victim.attacker.take();
      if (victim.cellsHeld() != 0) {
        throw new AssertionError("left behind: " + victim.cellsHeld() + " cells");
      }
      victim.assertAnswersPing();
      REACHED.add(victim.drops().keySet());
    }
  }

  private static void step(
      Victim victim, DatagramEndpoint socket, PlainReassembly[] models, FuzzInput input) {
    int head = input.octet();
    int id = head % DATAGRAMS;
    boolean more = (head & 4) != 0;
    int unit = (head & 8) != 0 ? 8_191 - input.octet() % 4 : input.octet();
    int length = (head & 16) != 0 ? 1_480 - input.octet() % 9 : input.octet();
    byte[] data = data(unit * 8, length, head, input);
    victim.send(Craft.frame(victim, Craft.fragment(100 + id, Craft.UDP, unit * 8, more, data)));
    victim.attacker.take();
    // No fragment at all: it is delivered at once, and has nothing to do with those of its name.
    boolean alone = unit == 0 && !more;
    byte[] whole = alone ? data : models[id].add(unit * 8, more, data);
    byte[] came = receive(victim, socket);
    if (!Arrays.equals(came, expected(whole))) {
      throw new AssertionError(
          "datagram %d, fragment at %d of %d bytes%s: came %s, expected %s"
              .formatted(
                  id,
                  unit * 8,
                  length,
                  more ? ", more" : "",
                  Arrays.toString(came),
                  Arrays.toString(expected(whole))));
    }
    if (!alone && whole != null) {
      models[id] = new PlainReassembly();
    }
  }

  /** Bytes that tell their places, so that none can be in the place of another. */
  private static byte[] data(int offset, int length, int salt, FuzzInput input) {
    byte[] data = new byte[length];
    for (int i = 0; i < length; i++) {
      int place = offset + i;
      data[i] = (byte) (place ^ place >>> 8 ^ salt >>> 5);
    }
    // In front a UDP header for our port, without checksum; its length is the fuzzer's choice.
    if (offset == 0 && length >= UDP_BYTES) {
      byte[] udp = Craft.bytes(15, 160, 0, PORT, input.octet(), input.octet(), 0, 0);
      System.arraycopy(udp, 0, data, 0, UDP_BYTES);
    }
    return data;
  }

  /** What UDP delivers of a whole datagram: as much as its length says, if there is so much. */
  private static byte @Nullable [] expected(byte @Nullable [] whole) {
    if (whole == null || whole.length < UDP_BYTES) {
      return null;
    }
    int length = Frames.getShort(whole, 4);
    return length < UDP_BYTES || length > whole.length
        ? null
        : Arrays.copyOfRange(whole, UDP_BYTES, length);
  }

  private static byte @Nullable [] receive(Victim victim, DatagramEndpoint socket) {
    int count = victim.call(() -> socket.receive(BUFFER, 0, BUFFER.capacity()));
    if (count < 0) {
      return null;
    }
    byte[] bytes = new byte[count];
    BUFFER.getBytes(0, bytes);
    return bytes;
  }
}
