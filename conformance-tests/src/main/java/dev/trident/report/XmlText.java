package dev.trident.report;

/**
 * Text as XML 1.0 and HTML carry it (XML 1.0 sections 2.2, 2.4 and 3.3.3).
 *
 * <p>Characters that no XML document may hold, not even by reference (most control characters, lone
 * surrogates, U+FFFE and U+FFFF), become <code>&#92;uXXXX</code>: a test's message that shows a
 * packet's bytes stays readable and the document stays well-formed.
 */
public final class XmlText {
  private XmlText() {}

  /** For between tags. Line ends stay; a carriage return is kept by reference. */
  public static String content(String text) {
    return escape(text, false);
  }

  /** For between double quotes: white space by reference, or a parser makes it a space. */
  public static String attribute(String text) {
    return escape(text, true);
  }

  private static String escape(String text, boolean attribute) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;"); // "]]>" must not stand in content
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        case '\r' -> out.append("&#13;");
        case '\n' -> out.append(attribute ? "&#10;" : "\n");
        case '\t' -> out.append(attribute ? "&#9;" : "\t");
        default -> {
          if (isXmlCharacter(c)) {
            out.appendCodePoint(c);
          } else {
            out.append("\\u%04X".formatted(c));
          }
        }
      }
    }
    return out.toString();
  }

  /** The production Char without what is escaped above; C1 controls are legal, but invisible. */
  private static boolean isXmlCharacter(int c) {
    return (c >= 0x20 && c < 0x7f)
        || (c >= 0xa0 && c <= 0xd7ff)
        || (c >= 0xe000 && c <= 0xfffd)
        || c >= 0x1_0000;
  }
}
