package dev.trident.apps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.hw.port.ffm.Errno;
import dev.trident.hw.port.ffm.LinuxException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class TridentTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine command =
      Trident.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

  @Test
  void shouldExplainItselfAndItsExitCodesWhenAskedForHelp() {
    assertThat(command.execute("--help")).isEqualTo(Trident.OK);
    assertThat(out.toString()).contains("Usage: trident", "Exit codes:");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void shouldOfferHelpAndExitCodesInEverySubcommand() {
    command
        .getSubcommands()
        .forEach(
            (name, sub) -> {
              out.getBuffer().setLength(0);
              assertThat(command.execute(name, "--help")).as(name).isEqualTo(Trident.OK);
              assertThat(out.toString()).as(name).contains("Usage: trident " + name, "Exit codes:");
            });
  }

  @Test
  void shouldAnswerUsageWhenTheCommandLineIsNotUnderstood() {
    assertThat(command.execute()).isEqualTo(Trident.USAGE);
    assertThat(command.execute("zzz")).isEqualTo(Trident.USAGE);
    assertThat(err.toString().lines()).allMatch(line -> line.startsWith("trident: "));
  }

  @Test
  void shouldPrintOneLineWhenTheFailureWasForeseen() {
    addFailing(
        () -> {
          throw new LinuxException("open /dev/net/tun", Errno.ENOENT, "modprobe tun");
        });
    assertThat(command.execute("fail")).isEqualTo(Trident.FAILED);
    assertThat(err)
        .hasToString(
            "trident: open /dev/net/tun: No such file or directory (ENOENT); modprobe tun\n");
  }

  @Test
  void shouldShowWhereItIsWhenTheFailureIsABug() {
    addFailing(
        () -> {
          throw new IllegalStateException("broken invariant");
        });
    assertThat(command.execute("fail")).isEqualTo(Trident.FAILED);
    assertThat(err.toString()).contains("broken invariant", "TridentTest.java");
  }

  @Test
  void shouldPrintOneLineWhenTheMachineRefuses() {
    addFailing(
        () -> {
          throw new AccessDeniedException("/run/trident");
        });
    assertThat(command.execute("fail")).isEqualTo(Trident.FAILED);
    assertThat(err).hasToString("trident: /run/trident: permission denied\n");
  }

  @Test
  void shouldPrintOneLineWhenTheMachineRefusesWhereNothingCouldBeDeclared() {
    addFailing(
        () -> {
          throw new UncheckedIOException("capture", new AccessDeniedException("/run/trident"));
        });
    assertThat(command.execute("fail")).isEqualTo(Trident.FAILED);
    assertThat(err).hasToString("trident: /run/trident: permission denied\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "compare --payload .",
        "compare --payload nowhere",
        "compare --captures pom.xml",
        "compare --captures /proc",
        "compare --delay 9223372036854775807",
        "compare --rate -1",
        "serve --api xti --file .",
        "serve --api xti --file pom.xml --port 0",
        "serve --api xti --file pom.xml --connections 0",
        "serve --api xti --file pom.xml --address 0.0.0.0",
        "serve --api xti --file pom.xml --address 224.0.0.2",
        "serve --api xti --file pom.xml --address 10.9.0.0",
        "serve --api xti --file pom.xml --tap -x",
      })
  void shouldPrintOneLineWhenAnArgumentCannotBeUsed(String line) {
    assertThat(command.execute(line.split(" ", -1))).isNotEqualTo(Trident.OK);
    assertThat(err.toString().lines()).singleElement().asString().startsWith("trident: ");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ping",
        "ping 10.9.0.1 --count 0",
        "ping 10.9.0.1 --interval 0",
        "ping 10.9.0.1 --timeout -1",
        "ping 10.9.0.1 --size 65508",
        "ping 10.9.0.1 --size big",
        "ping 10.9.0.256",
        "serve --api xti --file pom.xml --port 65536",
        "serve --api xti --file pom.xml --address 10.9.0.2/24",
        "serve --api dns --file pom.xml",
      })
  void shouldAnswerUsageWhenAValueCannotBe(String line) {
    assertThat(command.execute(line.split(" ", -1))).isEqualTo(Trident.USAGE);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .matches("trident: .*(; .*|\\(see trident (ping|serve) --help\\))");
  }

  private void addFailing(Callable<Integer> body) {
    command.addSubcommand("fail", new Failing(body));
    command.setErr(new PrintWriter(err)); // reaches only the subcommands that are there
  }

  @Command
  private record Failing(Callable<Integer> body) implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
      return body.call();
    }
  }
}
