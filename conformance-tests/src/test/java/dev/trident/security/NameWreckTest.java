package dev.trident.security;

import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * NAME:WRECK (2021): compressed names in DNS and in DHCP option 119; there is nobody to read them.
 */
class NameWreckTest {
  private final Victim victim = new Victim();

  @AfterEach
  void close() {
    victim.close();
  }

  @Test
  @Requirement("SEC-NAMEWRECK-01")
  void shouldReadNoNameWhosePointersGoRoundInCircles() {
    byte[] circle =
        Craft.bytes(0, 1, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 0xc0, 14, 0xc0, 12, 0, 1, 0, 1);
    AbsentServices.assertNobodyListens(victim, 53, circle);
    AbsentServices.assertNobodyListens(victim, 5_353, circle);
    AbsentServices.assertNobodyListens(victim, 68, circle);
    AbsentServices.assertNoSuchClass("dns", "resolv", "dhcp", "domainname");
  }
}
