/**
 * Floods against a host that has work to do: what a connection keeps of its throughput in virtual
 * time, where each frame costs the processor something, and what a frame really costs.
 */
@NullMarked
package dev.trident.floods;

import org.jspecify.annotations.NullMarked;
