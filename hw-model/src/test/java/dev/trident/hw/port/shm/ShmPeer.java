package dev.trident.hw.port.shm;

import dev.trident.buffer.Slab;
import dev.trident.hw.port.Sleeper;
import dev.trident.time.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The program that a second JVM runs at the other end of a wire, and the frames of both. */
final class ShmPeer {
  private static final int ROOM = 2_048;
  private static final int SHORTEST = 60;
  private static final int LENGTHS = 1_455;

  private ShmPeer() {}

  public static void main(String[] args) throws IOException {
    try (ShmPort port = ShmPort.open(args[1])) {
      System.out.println("joined");
      switch (args[0]) {
        case "exchange" -> System.out.println(exchange(port, Integer.parseInt(args[2]), 1, 0));
        case "echo" -> echo(port);
        default -> throw new IllegalArgumentException(args[0]);
      }
    } catch (IOException e) {
      System.out.println(e.getMessage());
    }
  }

  /** Starts this program in another JVM, with its errors on ours. */
  static Process start(String... arguments) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            ShmPeer.class.getName());
    return new ProcessBuilder(Stream.concat(command.stream(), Arrays.stream(arguments)).toList())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Puts frame {@code number} of that sender at {@code offset}: its length and bytes follow. */
  static int fill(Slab slab, int offset, int number, int sender) {
    int length = SHORTEST + number % LENGTHS;
    long word = number * 0x9e37_79b9_7f4a_7c15L + sender;
    for (int at = 0; at < length; at += Long.BYTES) {
      slab.putLong(offset + at, word + at);
    }
    return length;
  }

  /** The first difference from frame {@code number} of that sender, or nothing. */
  static String difference(Slab slab, int offset, int length, int number, int sender) {
    int expected = fill(slab, 2 * ROOM, number, sender);
    if (length != expected) {
      return "frame " + number + " has " + length + " bytes instead of " + expected;
    }
    for (int at = 0; at < length; at++) {
      if (slab.getByte(offset + at) != slab.getByte(2 * ROOM + at)) {
        return "frame " + number + " differs at " + at;
      }
    }
    return "";
  }

  /** Sends and receives {@code count} frames at full speed; {@code ok}, or what was wrong. */
  static String exchange(ShmPort port, int count, int self, int other) {
    Slab slab = new Slab(3 * ROOM);
    int sent = 0;
    int received = 0;
    while (sent < count || received < count) {
      if (sent < count && port.send(slab, 0, fill(slab, 0, sent, self))) {
        port.flush();
        if (port.framesWithoutPeer() > 0) {
          return "the peer has gone after " + received;
        }
        sent++;
      }
      int length = port.receive(slab, ROOM, ROOM);
      if (length > 0) {
        String difference = difference(slab, ROOM, length, received++, other);
        if (!difference.isEmpty()) {
          return difference;
        }
      }
    }
    return "ok";
  }

  /** Sends back what comes, asleep in between, until it is killed. */
  private static void echo(ShmPort port) {
    Slab slab = new Slab(ROOM);
    Sleeper sleeper = new Sleeper();
    sleeper.add(port);
    while (true) {
      int length = port.receive(slab, 0, ROOM);
      if (length > 0) {
        port.send(slab, 0, length);
        port.flush();
      } else {
        sleeper.sleep(Deadline.NEVER);
      }
    }
  }
}
