package dev.trident.simulation;

import java.util.ArrayList;
import java.util.List;

/** User buffers given away, each of which must come back exactly once. */
final class Loans {
  /** One buffer, as its free function sees it. */
  static final class Loan {
    private int returned;
  }

  private final List<Loan> all = new ArrayList<>();

  Loan take() {
    Loan loan = new Loan();
    all.add(loan);
    return loan;
  }

  static void onFreed(Object token) {
    ((Loan) token).returned++;
  }

  /** Loans that came back never, or more than once. */
  long wrong() {
    return all.stream().filter(loan -> loan.returned != 1).count();
  }
}
