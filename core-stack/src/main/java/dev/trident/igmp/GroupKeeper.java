package dev.trident.igmp;

/**
 * Where a stack behind hardware filters has its groups joined: at its host, whose default stack
 * receives the queries and answers them.
 */
@FunctionalInterface
public interface GroupKeeper {
  /**
   * Replaces what the stack wants of {@code group} on the interface called {@code interfaceName}.
   *
   * @param wanted the caller's, to be copied; {@link SourceFilter#isNothing} to leave
   */
  void want(String interfaceName, int group, SourceFilter wanted);
}
