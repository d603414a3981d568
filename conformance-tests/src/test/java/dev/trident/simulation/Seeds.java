package dev.trident.simulation;

import com.google.common.base.Splitter;
import java.util.List;
import picocli.CommandLine;

/** Options as a command line gives them. */
final class Seeds {
  private Seeds() {}

  /** All drawn from the seed. */
  static SimulationOptions drawn(long seed) {
    return new SimArguments().draw(seed);
  }

  /** What {@link SimulationOptions#toCommandLine} prints, read as the command reads it. */
  static SimulationOptions parsed(String commandLine) {
    List<String> words = Splitter.on(' ').splitToList(commandLine);
    String[] others = words.subList(4, words.size()).toArray(new String[0]);
    SimArguments arguments = CommandLine.populateCommand(new SimArguments(), others);
    return arguments.draw(Long.parseLong(words.get(3)));
  }

  /** Two streams between two hosts over a link that does nothing wrong unless {@code more} says. */
  static SimulationOptions small(String more) {
    return parsed(
        "./trident sim --seed 2 --hosts 2 --apps 2 --seconds 2 --topology links --mtu 1500 --rate"
            + " 1G --delay 1ms --queue 1000 --rings 512/512 --cells 6144 --buffers 0/0 --profile"
            + " standard --apis treck=1,xti=1,tcpdirect=1 --programs stream --fates none "
            + more);
  }
}
