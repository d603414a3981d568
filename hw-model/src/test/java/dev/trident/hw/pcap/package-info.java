@NullMarked
package dev.trident.hw.pcap;

import org.jspecify.annotations.NullMarked;
