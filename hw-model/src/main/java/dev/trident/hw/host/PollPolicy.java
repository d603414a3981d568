package dev.trident.hw.host;

import com.google.common.primitives.Ints;

/**
 * How long a thread that waits goes on polling before it sleeps: the threads that drive hosts, and
 * those of programs in a wait. Polling answers in a fraction of a microsecond and takes a whole
 * processor; waking a sleeper takes tens of microseconds, and a sleeper takes none.
 *
 * <p>Who sleeps does so in one {@code ppoll(2)} over all ports, or parked where there are none, and
 * is woken by a frame, by the nearest timer, by a call that makes another timer the nearest, and by
 * closing.
 *
 * @param rounds polls that find nothing before a sleep; {@link Integer#MAX_VALUE} never to sleep,
 *     {@link #USUAL_ROUNDS} to leave it to whoever waits
 */
public record PollPolicy(int rounds) {
  /** In {@link #rounds}: a number for each kind of waiter, where sleeping begins to pay. */
  public static final int USUAL_ROUNDS = -1;

  /** Polls for some microseconds, then sleeps. */
  public static final PollPolicy USUAL = new PollPolicy(USUAL_ROUNDS);

  /** Never sleeps: for a processor that has nothing else to do. */
  public static final PollPolicy SPIN = new PollPolicy(Integer.MAX_VALUE);

  /** Sleeps whenever a poll finds nothing: for hosts with little traffic, and many of them. */
  public static final PollPolicy SLEEP = new PollPolicy(0);

  /** Checks the range. */
  public PollPolicy {
    if (rounds < USUAL_ROUNDS) {
      throw new IllegalArgumentException("rounds " + rounds + ": must be 0 or more");
    }
  }

  /** Sleeps after so many polls that found nothing. */
  public static PollPolicy spins(int rounds) {
    return new PollPolicy(rounds);
  }

  /**
   * Reads "spin", "sleep", or a number of rounds.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static PollPolicy parse(String text) {
    Integer number = Ints.tryParse(text);
    return switch (text) {
      case "spin" -> SPIN;
      case "sleep" -> SLEEP;
      default -> {
        if (number == null || number < 0) {
          throw new IllegalArgumentException(
              "\"" + text + "\": must be spin, sleep, or a number of polls that find nothing");
        }
        yield spins(number);
      }
    };
  }

  /** Whether a waiter whose last {@code empty} polls found nothing goes on polling. */
  boolean goesOn(int empty, int usual) {
    int limit = rounds == USUAL_ROUNDS ? usual : rounds;
    return empty < limit || limit == Integer.MAX_VALUE;
  }
}
