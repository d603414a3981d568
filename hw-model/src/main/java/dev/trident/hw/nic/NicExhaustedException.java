package dev.trident.hw.nic;

/** An adapter has too little left of something that a virtual interface must have. */
public final class NicExhaustedException extends Exception {
  private static final long serialVersionUID = 1;

  /** What adapters have a limited number of. */
  public enum Resource {
    VIRTUAL_INTERFACES("virtual interfaces"),
    PIO_BUFFERS("PIO buffers"),
    ALTERNATIVES("transmit alternatives, or memory for them");

    private final String words;

    Resource(String words) {
      this.words = words;
    }
  }

  private final Resource resource;

  NicExhaustedException(Nic nic, Resource resource) {
    super(nic + " is out of " + resource.words);
    this.resource = resource;
  }

  /** What there is too little of. */
  public Resource resource() {
    return resource;
  }
}
