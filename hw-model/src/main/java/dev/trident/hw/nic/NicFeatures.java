package dev.trident.hw.nic;

/**
 * What an adapter can do and how much of it there is.
 *
 * @param virtualInterfaces at most, the default stack's included
 * @param filters at most, a power of two
 * @param alternatives transmit alternatives of all stacks together; 0 if there are none
 * @param alternativeBuffers buffers of 512 bytes for what these hold
 */
public record NicFeatures(
    int virtualInterfaces, int filters, int alternatives, int alternativeBuffers) {
  private static final int ALTERNATIVES = 17;

  /** With as many alternatives as the series has, if there are buffers for them. */
  public NicFeatures(int virtualInterfaces, int filters, int alternativeBuffers) {
    this(
        virtualInterfaces, filters, alternativeBuffers == 0 ? 0 : ALTERNATIVES, alternativeBuffers);
  }

  /** An adapter of the 8000 series: all features. */
  public static final NicFeatures SERIES_8000 = new NicFeatures(256, 8_192, ALTERNATIVES, 4_096);

  /** An adapter of the 7000 series: no transmit alternatives. */
  public static final NicFeatures SERIES_7000 = new NicFeatures(256, 8_192, 0, 0);
}
