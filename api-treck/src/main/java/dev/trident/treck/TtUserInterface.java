package dev.trident.treck;

/** {@code ttUserInterface}: an interface of the host, opaque to programs. */
public final class TtUserInterface {
  private final String name;

  TtUserInterface(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  @Override
  public String toString() {
    return name;
  }
}
