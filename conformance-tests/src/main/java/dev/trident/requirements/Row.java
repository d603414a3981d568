package dev.trident.requirements;

/**
 * One row of a catalogue: one sentence that a test can hold.
 *
 * @param id unique over all catalogues, such as {@code RFC9293-window-04}; never reused
 * @param source the document that says so
 * @param section where in it
 * @param kind what it speaks of; see {@link Area#kinds}
 * @param level how binding it is; see {@link Area#levels}
 */
public record Row(
    Area area,
    String id,
    String source,
    String section,
    String kind,
    String level,
    String statement) {

  /** Whether the row allows something instead of demanding it: it is reported apart. */
  public boolean isPermission() {
    return kind.equals("permission");
  }

  /**
   * What the row is listed under: the function, attribute or topic that its id names, or for the
   * engine the document. {@code ZF-zft_send-03} is {@code zft_send}; dialects keep their name:
   * {@code TLI-t_snd-04} is {@code TLI t_snd}.
   */
  public String group() {
    if (area == Area.ENGINE) {
      return switch (source) {
        case "experience" -> "Experience: " + topic();
        case "reference/treck.md" -> "Known attacks: " + topic();
        default -> source.replaceFirst("^RFC(?=\\d)", "RFC ");
      };
    }
    String prefix = id.substring(0, id.indexOf('-'));
    return switch (prefix) {
      case "TLI", "ITOT" -> prefix + " " + topic();
      default -> topic();
    };
  }

  /** What kind of thing the group is: a heading over several groups. */
  public String family() {
    String group = group();
    return switch (area) {
      case TCPDIRECT -> {
        if (group.startsWith("attr.")) {
          yield "Attributes";
        }
        if (group.equals("app") || group.startsWith("app.")) {
          yield "Example programs";
        }
        yield group.matches("zf[a-z]*_.*") ? "Functions" : "Topics";
      }
      case XTI -> {
        if (group.startsWith("TLI ")) {
          yield "TLI dialect";
        }
        if (group.startsWith("ITOT ")) {
          yield "ISO transport over TCP";
        }
        yield group.startsWith("t_") && !group.equals("t_info") ? "Functions" : "Topics";
      }
      case TRECK ->
          switch (group) {
            case "convention", "ownership", "helpers", "shapes", "driver" -> "Topics";
            default -> "Functions";
          };
      case ENGINE -> {
        int colon = group.indexOf(':');
        yield colon < 0 ? "Standards" : group.substring(0, colon);
      }
    };
  }

  /** The id between the first hyphen and the number. */
  private String topic() {
    return id.substring(id.indexOf('-') + 1, id.lastIndexOf('-'));
  }
}
