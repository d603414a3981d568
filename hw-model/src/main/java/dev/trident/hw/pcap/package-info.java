/**
 * Captures of frames as files that Wireshark reads. A writer belongs to whoever opened it; what it
 * watches calls it as frames cross.
 */
@NullMarked
package dev.trident.hw.pcap;

import org.jspecify.annotations.NullMarked;
