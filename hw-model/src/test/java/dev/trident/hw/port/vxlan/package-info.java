@NullMarked
package dev.trident.hw.port.vxlan;

import org.jspecify.annotations.NullMarked;
