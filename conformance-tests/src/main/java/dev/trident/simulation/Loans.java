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

  /** The free function of all loans; its token is the loan. */
  static void onFreed(Object token) {
    ((Loan) token).returned++;
  }

  /** A call that would have blocked has not taken the buffer: it stays the program's. */
  static void notTaken(Loan loan) {
    loan.returned++;
  }

  int taken() {
    return all.size();
  }

  /** Loans that came back never. */
  long missing() {
    return all.stream().filter(loan -> loan.returned == 0).count();
  }

  /** Loans that came back more than once. */
  long repeated() {
    return all.stream().filter(loan -> loan.returned > 1).count();
  }
}
