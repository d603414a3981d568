package dev.trident.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.netty.buffer.ByteBuf;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;

/** What may not be called, and where: clocks, threads, chance, foreign memory, swallowed errors. */
@AnalyzeClasses(packages = "dev.trident", importOptions = MainClasses.class)
class BansTest {
  /** The engine has no thread, no clock, no chance and no input or output of its own. */
  @ArchTest
  static final ArchRule engineIsSansIo =
      noClasses()
          .that()
          .resideInAnyPackage(RoomsTest.engineRooms())
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.lang.Thread")
          .orShould()
          .dependOnClassesThat()
          .haveNameMatching(
              ".*\\.(Random|SecureRandom|ThreadLocalRandom|SplittableRandom)|java\\.net\\..*Socket")
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage("java.util.concurrent..", "java.time..", "java.nio.file..");

  /** Netty's types stay at the public edge. */
  @ArchTest
  static final ArchRule nettyStaysAtTheEdge =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.trident.time..",
              "dev.trident.trace..",
              "dev.trident.wire..",
              "dev.trident.link..",
              "dev.trident.ip..",
              "dev.trident.icmp..",
              "dev.trident.igmp..",
              "dev.trident.stack..",
              "dev.trident.hw..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..");

  /** The transports implement endpoints, so they pass users' buffers on; they never touch them. */
  @ArchTest
  static final ArchRule transportsOnlyPassBuffersOn =
      noClasses()
          .that()
          .resideInAnyPackage("dev.trident.tcp..", "dev.trident.udp..")
          .should()
          .callMethodWhere(
              target(owner(assignableTo(ByteBuf.class)))
                  .and(target(nameMatching("(get|set|read|write).*"))));

  /** One kind of segment at every call site: native and bounded. */
  @ArchTest
  static final ArchRule segmentsAreNative =
      noClasses()
          .should()
          .callMethodWhere(
              target(owner(assignableTo(MemorySegment.class)))
                  .and(target(nameMatching("ofArray|ofBuffer"))))
          .orShould()
          .callMethodWhere(
              target(owner(assignableTo(FileChannel.class))).and(target(nameMatching("map"))))
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("sun.misc.Unsafe");

  /** A bad packet is a drop reason; an exception on the input path is our bug and must show. */
  @ArchTest
  static final ArchRule inputPathCatchesNothing =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.trident.wire..",
              "dev.trident.link..",
              "dev.trident.ip..",
              "dev.trident.icmp..",
              "dev.trident.igmp..",
              "dev.trident.udp..",
              "dev.trident.tcp..",
              "dev.trident.stack..")
          .should(catchRuntimeExceptions());

  private static ArchCondition<JavaClass> catchRuntimeExceptions() {
    return new ArchCondition<>("catch RuntimeException or wider") {
      @Override
      public void check(JavaClass javaClass, ConditionEvents events) {
        for (JavaCodeUnit unit : javaClass.getCodeUnits()) {
          unit.getTryCatchBlocks().stream()
              .filter(
                  block ->
                      block.getCaughtThrowables().stream()
                          .anyMatch(
                              caught ->
                                  caught.isEquivalentTo(RuntimeException.class)
                                      || caught.isEquivalentTo(Exception.class)))
              .forEach(
                  block ->
                      events.add(
                          SimpleConditionEvent.satisfied(
                              block,
                              unit.getFullName() + " catches " + block.getCaughtThrowables())));
        }
      }
    };
  }
}
