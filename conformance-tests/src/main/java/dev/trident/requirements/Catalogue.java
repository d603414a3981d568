package dev.trident.requirements;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All rows of all areas, in the order of the files, with the reasons why some of them cannot exist
 * in Java ({@code requirements/not-representable.csv}).
 */
public final class Catalogue {
  private static final List<String> COLUMNS =
      List.of("id", "source", "section", "kind", "level", "statement");
  private static final List<String> REASON_COLUMNS = List.of("id", "reason");

  /** Where the text of a file comes from; tests have their own. */
  @FunctionalInterface
  interface Files {
    /** The text of {@code requirements/NAME}, or null if there is none. */
    @Nullable String read(String name) throws IOException;
  }

  private final Map<String, Row> rows = new LinkedHashMap<>();
  private final Map<String, String> reasons = new LinkedHashMap<>();

  private Catalogue() {}

  /** The catalogue that this build carries. */
  public static Catalogue load() throws CatalogueException, IOException {
    return load(Catalogue::resource);
  }

  static Catalogue load(Files files) throws CatalogueException, IOException {
    Catalogue catalogue = new Catalogue();
    for (Area area : Area.values()) {
      String file = area.id() + ".csv";
      for (Csv.Line line : body(file, files, COLUMNS)) {
        catalogue.add(file, line, area);
      }
    }
    String file = "not-representable.csv";
    for (Csv.Line line : body(file, files, REASON_COLUMNS)) {
      catalogue.addReason(file, line);
    }
    return catalogue;
  }

  public Collection<Row> rows() {
    return Collections.unmodifiableCollection(rows.values());
  }

  public @Nullable Row row(String id) {
    return rows.get(id);
  }

  /** Why the row cannot exist in Java; null if it can. */
  public @Nullable String notRepresentable(Row row) {
    return reasons.get(row.id());
  }

  private static @Nullable String resource(String name) throws IOException {
    try (InputStream in = Catalogue.class.getResourceAsStream("/requirements/" + name)) {
      return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<Csv.Line> body(String file, Files files, List<String> columns)
      throws CatalogueException, IOException {
    String text = files.read(file);
    if (text == null) {
      throw new CatalogueException(file, "the file is missing among the resources requirements/");
    }
    List<Csv.Line> lines = new ArrayList<>(Csv.read(file, text));
    if (lines.isEmpty() || !lines.getFirst().fields().equals(columns)) {
      throw new CatalogueException(file, 1, "the heading must be " + String.join(",", columns));
    }
    lines.removeFirst();
    for (Csv.Line line : lines) {
      List<String> fields = line.fields();
      if (fields.size() != columns.size()) {
        throw new CatalogueException(
            file,
            line.number(),
            "%s: %d columns, not %d (%s)"
                .formatted(
                    fields.getFirst(), fields.size(), columns.size(), String.join(",", columns)));
      }
      for (int i = 0; i < fields.size(); i++) {
        if (fields.get(i).isBlank()) {
          throw new CatalogueException(
              file, line.number(), fields.getFirst() + ": " + columns.get(i) + " is empty");
        }
      }
    }
    return lines;
  }

  private void add(String file, Csv.Line line, Area area) throws CatalogueException {
    List<String> f = line.fields();
    Row row = new Row(area, f.get(0), f.get(1), f.get(2), f.get(3), f.get(4), f.get(5));
    if (!row.id().matches("[A-Z0-9]+-[\\w.-]+-\\d{2,}")) {
      throw new CatalogueException(
          file, line.number(), "\"" + row.id() + "\" has not the form PREFIX-topic-NN");
    }
    if (!area.kinds().contains(row.kind())) {
      throw new CatalogueException(
          file, line.number(), row.id() + ": unknown kind \"" + row.kind() + "\"");
    }
    if (!area.levels().containsKey(row.level())) {
      throw new CatalogueException(
          file, line.number(), row.id() + ": unknown level \"" + row.level() + "\"");
    }
    Row other = rows.putIfAbsent(row.id(), row);
    if (other != null) {
      throw new CatalogueException(
          file, line.number(), row.id() + " stands twice; first in " + other.area().id() + ".csv");
    }
  }

  private void addReason(String file, Csv.Line line) throws CatalogueException {
    String id = line.fields().get(0);
    if (!rows.containsKey(id)) {
      throw new CatalogueException(file, line.number(), id + " is in no catalogue");
    }
    if (reasons.putIfAbsent(id, line.fields().get(1)) != null) {
      throw new CatalogueException(file, line.number(), id + " stands twice");
    }
  }
}
