package dev.trident.hw.port.xdp;

/** What an {@code xdp:} port has counted. Each field is written by one thread. */
final class XdpCounters {
  // By the receiving thread.
  long receivedFrames;
  long completedChecksums;
  long superFrames;
  long uncutFrames;
  long copiedInBytes;

  // By the sending thread.
  long sentFrames;
  long lostFrames;
  long copiedOutBytes;
  long kicks;
}
