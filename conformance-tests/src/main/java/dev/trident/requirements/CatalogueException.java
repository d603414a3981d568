package dev.trident.requirements;

/**
 * A file of the catalogue is missing or wrong. The message names file, row and reason; nothing is
 * computed from half a catalogue.
 */
public final class CatalogueException extends Exception {
  private static final long serialVersionUID = 1;

  CatalogueException(String file, String reason) {
    super(file + ": " + reason);
  }

  /** {@code line} is where the row begins, from 1 as editors count. */
  CatalogueException(String file, int line, String reason) {
    super(file + ":" + line + ": " + reason);
  }
}
