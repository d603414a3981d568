package dev.trident.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.trident.testkit.Frames;
import dev.trident.trace.DropReason;
import java.util.List;
import java.util.Locale;

/**
 * Rows of the kind "if a resolver exists" hold here because none does: nobody listens at its ports,
 * nothing goes out from a fresh host by itself, and no class has such a name. Whoever adds one
 * breaks these tests, and has the rows to fulfil then.
 */
final class AbsentServices {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.trident");

  private AbsentServices() {}

  /**
   * A datagram from and to {@code port}, by unicast and by broadcast, finds no endpoint, and what
   * it says has no effect but the unreachable message of any closed port.
   */
  static void assertNobodyListens(Victim victim, int port, byte[] data) {
    byte[] segment = Frames.udp(Attacker.ADDRESS, port, Victim.ADDRESS, port, data);
    Effect unicast = victim.attack(Craft.frame(victim, Craft.datagram(Craft.UDP, segment)));
    byte[] answer =
        Frames.data(Frames.datagram(unicast.isDropped(DropReason.UDP_NO_ENDPOINT).answer()));
    assertThat(List.of((int) answer[0], (int) answer[1]))
        .as("port unreachable")
        .containsExactly(3, 3);

    byte[] toAll = Frames.udp(Attacker.ADDRESS, port, -1, port, data);
    byte[] datagram = Frames.ipv4(Attacker.ADDRESS, -1, Craft.UDP, toAll);
    victim.attackInVain(
        DropReason.UDP_NO_ENDPOINT,
        Frames.ethernet(Frames.BROADCAST_MAC, Attacker.MAC, Frames.IPV4, datagram));

    victim.passSeconds(300);
    assertThat(victim.attacker.take())
        .as("what a host with no program sends by itself")
        .noneMatch(frame -> Frames.etherType(frame) == Frames.IPV4);
  }

  /** No class of the product has any of these words in its name. */
  static void assertNoSuchClass(String... words) {
    assertThat(CLASSES).as("classes of the product").hasSizeGreaterThan(300);
    for (String word : words) {
      assertThat(CLASSES.stream().map(JavaClass::getSimpleName))
          .noneMatch(
              name ->
                  name.toLowerCase(Locale.ROOT).contains(word)
                      // Ethernet's resolution of addresses is another thing.
                      && !name.equals("NeighborResolver"));
    }
  }
}
