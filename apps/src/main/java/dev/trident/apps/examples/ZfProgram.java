package dev.trident.apps.examples;

import static dev.trident.apps.examples.ZfTry.ZF_TRY;
import static dev.trident.tcpdirect.Zf.zf_attr_get_str;

import dev.trident.apps.Failure;
import dev.trident.apps.Trident;
import dev.trident.c.Clock;
import dev.trident.c.Ref;
import dev.trident.hw.host.Host;
import dev.trident.tcpdirect.ZfAttr;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * What surrounds the {@code main} of a TCPDirect example: where it prints, and how it ends when a
 * call fails. Attributes come from ZF_ATTR, as {@code zf_attr_alloc} reads it.
 */
abstract class ZfProgram implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** The program. */
  abstract void main() throws IOException, Failure;

  @Override
  public final Integer call() throws IOException, Failure {
    try {
      main();
      return Trident.OK;
    } catch (ZfTry.Abort abort) {
      abort.lines().forEach(err()::println);
      err().flush();
      return Trident.FAILED;
    }
  }

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** Prints a line at once: its reader waits for it. */
  final void say(String line) {
    out().println(line);
    out().flush();
  }

  /**
   * The clock of the host that a stack is on, in place of the processor's: in a simulation it tells
   * virtual time.
   *
   * @param attr with which a stack has been made
   */
  static Clock clockOf(ZfAttr attr) {
    Ref<String> name = new Ref<>();
    ZF_TRY("zf_attr_get_str(attr, \"interface\", &name)", zf_attr_get_str(attr, "interface", name));
    return Objects.requireNonNull(Host.withInterface(name.get())).clock();
  }
}
