package dev.trident.requirements;

import java.util.ArrayList;
import java.util.List;

/**
 * Comma-separated values as RFC 4180 defines them: quoted fields may hold commas, doubled quotes
 * and line ends. Lines may also end in a bare line feed.
 */
final class Csv {
  /** A row with the line it begins at, from 1. */
  record Line(int number, List<String> fields) {}

  private final String file;
  private final String text;
  private int position;
  private int line = 1;

  private Csv(String file, String text) {
    this.file = file;
    this.text = text;
  }

  /**
   * Reads all rows, the heading included.
   *
   * @param file for messages
   * @throws CatalogueException if a quote is misplaced or never closed
   */
  static List<Line> read(String file, String text) throws CatalogueException {
    Csv csv = new Csv(file, text);
    List<Line> lines = new ArrayList<>();
    while (csv.position < text.length()) {
      lines.add(csv.line());
    }
    return lines;
  }

  /** One field as a row of a file written by us carries it. */
  static String field(String value) {
    boolean plain = value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
  }

  private Line line() throws CatalogueException {
    int begin = line;
    List<String> fields = new ArrayList<>();
    while (true) {
      fields.add(at('"') ? quoted(begin) : plain());
      if (at(',')) {
        position++;
        continue;
      }
      if (at('\r')) {
        position++;
      }
      if (at('\n')) {
        position++;
        line++;
      } else if (position < text.length()) {
        throw new CatalogueException(
            file, begin, "field " + fields.size() + ": text follows the closing quote");
      }
      return new Line(begin, fields);
    }
  }

  private String plain() throws CatalogueException {
    int begin = position;
    while (position < text.length() && !at(',') && !at('\n') && !at('\r')) {
      if (at('"')) {
        throw new CatalogueException(
            file, line, "a quote inside a field that does not begin with one");
      }
      position++;
    }
    return text.substring(begin, position);
  }

  private String quoted(int begin) throws CatalogueException {
    StringBuilder field = new StringBuilder();
    position++;
    while (position < text.length()) {
      char c = text.charAt(position++);
      if (c == '"') {
        if (!at('"')) {
          return field.toString();
        }
        position++;
      } else if (c == '\n') {
        line++;
      }
      field.append(c);
    }
    throw new CatalogueException(file, begin, "a quoted field is never closed");
  }

  private boolean at(char c) {
    return position < text.length() && text.charAt(position) == c;
  }
}
