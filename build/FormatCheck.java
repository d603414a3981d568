import com.google.googlejavaformat.java.Main;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs google-java-format on the JDK of the toolchain: {@code --dry-run} by default, {@code -i} rewrites. */
public final class FormatCheck {
  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]);
    boolean write = Boolean.getBoolean("format.write");
    if (!Files.isDirectory(root)) {
      return;
    }
    List<String> call = new ArrayList<>();
    if (write) {
      call.add("-i");
    } else {
      call.addAll(List.of("--dry-run", "--set-exit-if-changed"));
    }
    int options = call.size();
    try (var files = Files.walk(root)) {
      files.map(Path::toString).filter(f -> f.endsWith(".java")).sorted().forEach(call::add);
    }
    if (call.size() == options) {
      return;
    }
    PrintWriter err = new PrintWriter(System.err, true);
    PrintWriter out = new PrintWriter(System.out, true);
    int rc = new Main(out, err, System.in).format(call.toArray(String[]::new));
    if (rc != 0) {
      err.println("Files above are not formatted or do not parse.");
    }
    System.exit(rc);
  }
}
