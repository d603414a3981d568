package dev.trident.simulation;

/**
 * A call of an API has failed for good: the connection is gone, or the endpoint was closed by
 * another program. Whether that is a fault of ours the program knows.
 */
final class CallFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CallFailedException(String call, int error) {
    super(call + ": error " + error);
  }
}
