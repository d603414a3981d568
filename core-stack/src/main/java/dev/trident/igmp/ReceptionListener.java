package dev.trident.igmp;

import dev.trident.link.NetInterface;

/** Told what the sockets of a stack want of a group on an interface, all together. */
@FunctionalInterface
interface ReceptionListener {
  /**
   * What is wanted has changed.
   *
   * @param wanted the caller's, to be copied; {@link SourceFilter#isNothing} when all have left
   */
  void onReception(NetInterface net, int group, SourceFilter wanted);
}
