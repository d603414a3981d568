package dev.trident.requirements;

import java.io.IOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds {@code @Requirement} on the tests of all modules. It reads class files and loads no class:
 * a test that cannot be loaded here, for want of the library it uses, still claims its rows.
 */
public final class TestScan {
  private static final String REQUIREMENT = "Ldev/trident/testkit/Requirement;";
  private static final String NEEDS_NET = "Ldev/trident/testkit/NeedsNet;";

  private final List<Check> checks = new ArrayList<>();
  private final Set<String> netClasses = new HashSet<>();

  private TestScan() {}

  /** The tests of all modules on this JVM's class path. */
  public static TestScan ofThisJvm() throws IOException {
    return of(TestRoots.ofThisJvm());
  }

  static TestScan of(List<Path> roots) throws IOException {
    TestScan scan = new TestScan();
    for (Path root : roots) {
      TestRoots.visit(root, scan::read);
    }
    scan.checks.sort(Comparator.comparing(Check::label));
    return scan;
  }

  /** In the order of their labels. */
  public List<Check> checks() {
    return List.copyOf(checks);
  }

  /** Whether the class, or a method of it, makes network devices: such classes run one by one. */
  boolean needsNet(String className) {
    return netClasses.contains(className);
  }

  void read(byte[] classFile) {
    ClassModel model = ClassFile.of().parse(classFile);
    String owner = model.thisClass().asInternalName().replace('/', '.');
    add(owner, "", model);
    for (MethodModel method : model.methods()) {
      add(owner, method.methodName().stringValue(), method);
    }
  }

  private void add(String owner, String name, AttributedElement element) {
    for (Annotation annotation : annotations(element)) {
      switch (annotation.className().stringValue()) {
        case REQUIREMENT -> checks.add(new Check(Check.Kind.TEST, owner, name, ids(annotation)));
        case NEEDS_NET -> netClasses.add(owner);
        default -> {}
      }
    }
  }

  private static List<Annotation> annotations(AttributedElement element) {
    return element
        .findAttribute(Attributes.runtimeVisibleAnnotations())
        .map(attribute -> attribute.annotations())
        .orElse(List.of());
  }

  /** The one element is an array of strings, also where the source wrote a single string. */
  private static List<String> ids(Annotation annotation) {
    List<String> ids = new ArrayList<>();
    for (AnnotationElement element : annotation.elements()) {
      if (element.value() instanceof AnnotationValue.OfArray array) {
        for (AnnotationValue value : array.values()) {
          if (value instanceof AnnotationValue.OfString id) {
            ids.add(id.stringValue());
          }
        }
      }
    }
    return List.copyOf(ids);
  }
}
