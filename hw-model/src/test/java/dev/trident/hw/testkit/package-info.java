/** What tests of ports and hosts share: a wire in memory, frames with a mark, sockets of hosts. */
@NullMarked
package dev.trident.hw.testkit;

import org.jspecify.annotations.NullMarked;
