package dev.trident.hw.port.unix;

import java.io.IOException;

/** Where the peer of a {@link UnixPort} comes from, again and again. One thread at a time. */
interface PeerSource extends AutoCloseable {
  /** A connected descriptor that does not block, or a negated errno if there is no peer yet. */
  int next();

  /** What becomes readable when {@link #next} is worth a try; never if only time can tell. */
  int descriptor();

  /** How long to wait from one try to the next; 0 if {@link #descriptor} tells when to try. */
  long retryNanos();

  /** The process ends: removes what it made in the file system, while peers may still come. */
  default void abandon() throws IOException {}

  @Override
  void close() throws IOException;
}
