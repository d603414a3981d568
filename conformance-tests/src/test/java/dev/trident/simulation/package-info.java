/** Many seeds: programs of the three APIs over faulty simulated links, and what must hold then. */
@NullMarked
package dev.trident.simulation;

import org.jspecify.annotations.NullMarked;
