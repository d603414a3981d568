package dev.trident.apps.http;

/** A program that listens when it has been made, and serves when it is told to. */
public interface HttpResponder extends AutoCloseable {
  /**
   * Serves {@code connections} connections, one after the other, or until the thread is
   * interrupted. A connection that fails counts too.
   *
   * @return how many were answered in full and closed by both sides
   */
  int serve(int connections);

  /** Stops listening and closes everything this program opened. */
  @Override
  void close();
}
