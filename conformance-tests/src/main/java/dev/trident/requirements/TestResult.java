package dev.trident.requirements;

import dev.trident.report.JunitXml.Outcome;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * How one test ended, as the worker's JVM tells ours.
 *
 * @param owner the class that declares the method: a base class of {@code className}, or the same
 * @param className the class that ran
 * @param method empty if the whole class was skipped or could not begin
 * @param display what JUnit calls it: of a parameterized test, one for each invocation
 * @param message one line, empty if it passed
 * @param detail the stack trace of a failure
 */
record TestResult(
    String owner,
    String className,
    String method,
    String display,
    Outcome outcome,
    double seconds,
    String message,
    String detail) {

  /**
   * A test method belongs to its class; a class's claim holds for the classes nested in it, too.
   */
  boolean belongsTo(Check check) {
    boolean sameClass =
        owner.equals(check.owner())
            || className.equals(check.owner())
            || className.startsWith(check.owner() + "$");
    return sameClass && (check.name().isEmpty() || method.isEmpty() || method.equals(check.name()));
  }

  void write(DataOutput out) throws IOException {
    for (String text : new String[] {owner, className, method, display, message, detail}) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      out.writeInt(bytes.length);
      out.write(bytes);
    }
    out.writeUTF(outcome.name());
    out.writeDouble(seconds);
  }

  static TestResult read(DataInput in) throws IOException {
    String[] texts = new String[6];
    for (int i = 0; i < texts.length; i++) {
      byte[] bytes = new byte[in.readInt()];
      in.readFully(bytes);
      texts[i] = new String(bytes, StandardCharsets.UTF_8);
    }
    Outcome outcome = Outcome.valueOf(in.readUTF());
    return new TestResult(
        texts[0], texts[1], texts[2], texts[3], outcome, in.readDouble(), texts[4], texts[5]);
  }
}
