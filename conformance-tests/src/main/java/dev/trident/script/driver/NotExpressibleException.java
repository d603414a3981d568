package dev.trident.script.driver;

/**
 * An API has no way to say, or to hear, what a script wants: a finding about the API, no failure of
 * it.
 */
public final class NotExpressibleException extends Exception {
  private static final long serialVersionUID = 1;

  /**
   * @param call the script's call, such as {@code setsockopt(TCP_CORK)}, or its packet
   * @param why what the API lacks, in a few words
   */
  public NotExpressibleException(String call, String why) {
    super(call + ": " + why);
  }
}
