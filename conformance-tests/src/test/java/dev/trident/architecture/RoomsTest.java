package dev.trident.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.google.common.collect.ObjectArrays;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom: arrows point one way, between the modules and between the engine's rooms. */
@AnalyzeClasses(packages = "dev.trident", importOptions = MainClasses.class)
class RoomsTest {
  private static final String BASE = "dev.trident.";

  /** The engine's rooms from the bottom up; a room knows only what stands before it. */
  @ArchTest static final ArchRule time = knowsOnly("time");

  @ArchTest static final ArchRule trace = knowsOnly("trace");
  @ArchTest static final ArchRule c = knowsOnly("c");
  @ArchTest static final ArchRule buffer = knowsOnly("buffer", "trace");
  @ArchTest static final ArchRule wire = knowsOnly("wire", "buffer", "trace");

  @ArchTest static final ArchRule endpoint = knowsOnly("endpoint", "buffer", "trace", "c", "time");

  @ArchTest
  static final ArchRule link = knowsOnly("link", "wire", "buffer", "trace", "time", "endpoint");

  @ArchTest
  static final ArchRule ip = knowsOnly("ip", "link", "wire", "buffer", "trace", "time", "endpoint");

  @ArchTest
  static final ArchRule icmp =
      knowsOnly("icmp", "ip", "link", "wire", "buffer", "trace", "time", "endpoint");

  @ArchTest
  static final ArchRule igmp =
      knowsOnly("igmp", "ip", "link", "wire", "buffer", "trace", "time", "endpoint");

  @ArchTest
  static final ArchRule udp =
      knowsOnly("udp", "igmp", "ip", "link", "wire", "buffer", "trace", "time", "endpoint", "c");

  @ArchTest
  static final ArchRule tcp =
      knowsOnly("tcp", "ip", "link", "wire", "buffer", "trace", "time", "endpoint", "c");

  @ArchTest
  static final ArchRule engine =
      noClasses()
          .that()
          .resideInAnyPackage(engineRooms())
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  BASE + "hw..", BASE + "treck..", BASE + "xti..", BASE + "tcpdirect.."));

  @ArchTest
  static final ArchRule hardware =
      noClasses()
          .that()
          .resideInAPackage(BASE + "hw..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(BASE + "treck..", BASE + "xti..", BASE + "tcpdirect.."));

  @ArchTest static final ArchRule treck = apiKnowsOnly("treck");
  @ArchTest static final ArchRule xti = apiKnowsOnly("xti");
  @ArchTest static final ArchRule tcpdirect = apiKnowsOnly("tcpdirect", "hw.nic");

  /** Everything of ours that a room may use, itself included. */
  private static ArchRule knowsOnly(String room, String... others) {
    String[] allowed = new String[others.length + 1];
    allowed[0] = BASE + room + "..";
    for (int i = 0; i < others.length; i++) {
      allowed[i + 1] = BASE + others[i] + "..";
    }
    return classes()
        .that()
        .resideInAPackage(BASE + room + "..")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(allowed).or(resideOutsideOfPackages("dev.trident..")));
  }

  /**
   * An API sees endpoints, buffers and hosts; never a protocol, and never another API. One that has
   * an interface of the adapter for itself sees the adapter, too.
   */
  private static ArchRule apiKnowsOnly(String api, String... more) {
    String[] common = {"endpoint", "buffer", "trace", "c", "time", "hw.host", "hw.port"};
    return knowsOnly(api, ObjectArrays.concat(common, more, String.class));
  }

  static String[] engineRooms() {
    return new String[] {
      BASE + "time..",
      BASE + "trace..",
      BASE + "c..",
      BASE + "buffer..",
      BASE + "wire..",
      BASE + "link..",
      BASE + "ip..",
      BASE + "icmp..",
      BASE + "igmp..",
      BASE + "endpoint..",
      BASE + "udp..",
      BASE + "tcp..",
      BASE + "stack.."
    };
  }
}
