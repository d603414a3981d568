package dev.trident.requirements;

import java.util.List;

/**
 * A test method, a test class or a script that claims rows of the catalogue.
 *
 * @param kind what it is
 * @param owner the class by its full name, or the folder of the script
 * @param name the method, or the script's file name; empty if a whole class claims the rows
 * @param ids what it claims, in the order written; not yet known to be in the catalogue
 */
public record Check(Kind kind, String owner, String name, List<String> ids) {
  /** Who runs it. */
  public enum Kind {
    TEST,
    SCRIPT
  }

  /**
   * For messages and pages: {@code dev.trident.tcp.OpenTest#shouldX}, {@code tcp/close/fin.pkt}.
   */
  public String label() {
    if (name.isEmpty()) {
      return owner;
    }
    return owner + (kind == Kind.TEST ? "#" : owner.isEmpty() ? "" : "/") + name;
  }

  /** The same without packages: what a page has room for. */
  public String shortLabel() {
    return kind == Kind.SCRIPT ? label() : label().substring(owner.lastIndexOf('.') + 1);
  }
}
