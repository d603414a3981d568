package dev.trident.requirements;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The matrix for spreadsheets and scripts: a line for each row, the catalogue's columns first. */
final class MatrixCsv {
  private MatrixCsv() {}

  static void write(Path file, List<Matrix.Entry> entries) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("id,area,group,source,section,kind,level,status,checks,reason,statement\n");
      for (Matrix.Entry entry : entries) {
        Row row = entry.row();
        List<String> fields =
            List.of(
                row.id(),
                row.area().id(),
                row.group(),
                row.source(),
                row.section(),
                row.kind(),
                row.level(),
                entry.status().title(),
                entry.checks().stream()
                    .map(checked -> checked.check().label())
                    .collect(Collectors.joining(" ")),
                entry.reason(),
                row.statement());
        out.write(fields.stream().map(Csv::field).collect(Collectors.joining(",")));
        out.write('\n');
      }
    }
  }
}
