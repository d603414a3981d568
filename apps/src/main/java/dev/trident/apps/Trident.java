package dev.trident.apps;

import dev.trident.apps.bench.BenchCommand;
import dev.trident.apps.compare.CompareCommand;
import dev.trident.apps.examples.KernelEchoCommand;
import dev.trident.apps.examples.TreckEchoCommand;
import dev.trident.apps.examples.XtiEchoCommand;
import dev.trident.apps.examples.ZfSink;
import dev.trident.apps.examples.ZfTcpPingPong;
import dev.trident.apps.examples.ZfUdpPingPong;
import dev.trident.apps.http.ServeCommand;
import dev.trident.apps.latency.LatencyCommand;
import dev.trident.apps.ping.PingCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command {@code trident}. A subcommand is a class with picocli's {@code @Command} named in the
 * list below, or a {@link Subcommand} of a module above this one; its {@code call} returns {@link
 * #OK} or {@link #FAILED}, or throws {@link Failure}.
 */
@Command(
    name = "trident",
    description = "One TCP/IP engine, three historic APIs, a model of network hardware.",
    subcommands = {
      CompareCommand.class,
      ServeCommand.class,
      PingCommand.class,
      ZfUdpPingPong.class,
      ZfTcpPingPong.class,
      ZfSink.class,
      XtiEchoCommand.class,
      KernelEchoCommand.class,
      TreckEchoCommand.class,
      BenchCommand.class,
      LatencyCommand.class
    }, // in the order of the help page
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT, // subcommands have --help and the exit codes, too
    version = "trident 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:everything asked for was done, and every check passed",
      "1:a check failed, or something needed was missing; the message says what to do",
      "2:the command line was not understood"
    })
public final class Trident implements Runnable {
  /** Exit code: done, and every check passed. */
  public static final int OK = 0;

  /** Exit code: a check failed, or something needed was missing. */
  public static final int FAILED = 1;

  /** Exit code: the command line was not understood. */
  public static final int USAGE = 2;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Runs the command line and exits with its code. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The whole command with its subcommands; tests give it their own writers. */
  public static CommandLine commandLine() {
    CommandLine command = new CommandLine(new Trident());
    ServiceLoader.load(Subcommand.class).forEach(command::addSubcommand);
    command.setCaseInsensitiveEnumValuesAllowed(true);
    command.setParameterExceptionHandler(Trident::onUsageError);
    command.setExecutionExceptionHandler(Trident::onFailure);
    return command;
  }

  /** Without a subcommand there is nothing to do: usage. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }

  private static int onUsageError(ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    String message = String.valueOf(e.getMessage());
    String help = " (see " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help)";
    err.println("trident: " + message + (message.contains("; ") ? "" : help));
    CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
    err.flush();
    return USAGE;
  }

  /**
   * Foreseen failures, and what the machine refuses, are one line. Anything else is a bug of ours,
   * and shows where it is.
   */
  private static int onFailure(Exception e, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    String message =
        switch (e) {
          case Failure failure -> failure.getMessage();
          case IOException io -> Failure.reason(io);
          case UncheckedIOException io -> Failure.reason(Objects.requireNonNull(io.getCause()));
          default -> throw e;
        };
    command.getErr().println("trident: " + message);
    command.getErr().flush();
    return FAILED;
  }
}
