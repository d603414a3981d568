package dev.trident.script;

import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.driver.Call;
import org.jspecify.annotations.Nullable;

/**
 * A system call of a script as the interpreter carries it out.
 *
 * @param call for the driver, or null if the interpreter answers itself
 * @param own its own answer; of a call for the driver null
 * @param before what the script's side has to know before the call is made
 * @param check holds a success against the arguments, and notes what it changed
 * @param opens whether the value is a new descriptor, of which the script's number is an alias
 */
record Decoded(
    @Nullable Call call, @Nullable Outcome own, Runnable before, Check check, boolean opens) {
  /** Looks at a call that has succeeded as the script expects. */
  @FunctionalInterface
  interface Check {
    void onSuccess(Outcome outcome) throws MismatchException;
  }

  static Decoded drive(Call call) {
    return new Decoded(call, null, () -> {}, success -> {}, false);
  }

  static Decoded answer(Outcome outcome) {
    return new Decoded(null, outcome, () -> {}, success -> {}, false);
  }

  Decoded preparing(Runnable prepare) {
    return new Decoded(call, own, prepare, check, opens);
  }

  Decoded checking(Check more) {
    return new Decoded(call, own, before, more, opens);
  }

  Decoded opening(Check more) {
    return new Decoded(call, own, before, more, true);
  }
}
