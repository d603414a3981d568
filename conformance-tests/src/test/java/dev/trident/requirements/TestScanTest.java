package dev.trident.requirements;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.script.ScriptFile;
import dev.trident.testkit.Requirement;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.RuntimeVisibleAnnotationsAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the scan finds in class files. They are made here, because the build's own scan would stop
 * at the wrong ids of compiled ones.
 */
class TestScanTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void shouldNameClassAndMethodWhenAnIdIsUnknown() throws Exception {
    write("WrongTest", List.of(), List.of("RFC9293-window-01", "RFC9293-windw-01"));

    assertThat(Matrix.unknownIds(Catalogue.load(), scan()))
        .containsExactly(
            "a.b.WrongTest#shouldX claims RFC9293-windw-01,"
                + " which is in no catalogue (requirements/*.csv)");
  }

  @Test
  void shouldNameTheClassWhenItClaimsAnUnknownId() throws Exception {
    write("WrongTest", List.of("ZF-nothing-01"), List.of());

    assertThat(Matrix.unknownIds(Catalogue.load(), scan()))
        .containsExactly(
            "a.b.WrongTest claims ZF-nothing-01, which is in no catalogue (requirements/*.csv)");
  }

  @Test
  void shouldFindBothWhenClassAndMethodClaimRows() throws Exception {
    write("GoodTest", List.of("ZF-cap-01"), List.of("ZF-cap-02", "ZF-cap-03"));

    assertThat(scan())
        .containsExactly(
            new Check(Check.Kind.TEST, "a.b.GoodTest", "", List.of("ZF-cap-01")),
            new Check(
                Check.Kind.TEST, "a.b.GoodTest", "shouldX", List.of("ZF-cap-02", "ZF-cap-03")));
  }

  @Test
  void shouldReadHeadersOnlyBeforeTheFirstEventWhenAScriptClaimsRows() throws Exception {
    ScriptFile script =
        new ScriptFile(
            "tcp/close/fin.pkt",
            """
            // A FIN is acknowledged.
            // requirement: RFC9293-close-01, RFC9293-close-02
            //requirement:RFC9293-nonsense-01
            --tolerance_usecs=0

            0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
            // requirement: RFC9293-close-03
            """);
    List<Check> checks = ScriptScan.of(List.of(script));

    assertThat(checks)
        .containsExactly(
            new Check(
                Check.Kind.SCRIPT,
                "tcp/close",
                "fin.pkt",
                List.of("RFC9293-close-01", "RFC9293-close-02", "RFC9293-nonsense-01")));
    assertThat(Matrix.unknownIds(Catalogue.load(), checks))
        .containsExactly(
            "tcp/close/fin.pkt claims RFC9293-nonsense-01,"
                + " which is in no catalogue (requirements/*.csv)");
  }

  private List<Check> scan() throws Exception {
    return TestScan.of(List.of(folder)).checks();
  }

  private void write(String name, List<String> ofClass, List<String> ofMethod) throws Exception {
    byte[] bytes =
        ClassFile.of()
            .build(
                ClassDesc.of("a.b", name),
                type -> {
                  if (!ofClass.isEmpty()) {
                    type.with(annotation(ofClass));
                  }
                  type.withMethod(
                      "shouldX",
                      MethodTypeDesc.ofDescriptor("()V"),
                      0,
                      method -> {
                        method.withCode(code -> code.return_());
                        if (!ofMethod.isEmpty()) {
                          method.with(annotation(ofMethod));
                        }
                      });
                });
    Files.write(folder.resolve(name + ".class"), bytes);
  }

  private static RuntimeVisibleAnnotationsAttribute annotation(List<String> ids) {
    return RuntimeVisibleAnnotationsAttribute.of(
        Annotation.of(
            Requirement.class.describeConstable().orElseThrow(),
            AnnotationElement.of(
                "value",
                AnnotationValue.ofArray(
                    ids.stream()
                        .<AnnotationValue>map(id -> AnnotationValue.ofString(id))
                        .toList()))));
  }
}
