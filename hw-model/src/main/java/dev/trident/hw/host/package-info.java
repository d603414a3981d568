/**
 * Hosts: what drives the engine and what the APIs are made for.
 *
 * <p>A {@link dev.trident.hw.host.Fabric} is a set of hosts joined by in-process wires. A host has
 * adapters, addresses, a default stack, any number of TCPDirect stacks, and a mode that says who
 * polls and what a wait is. An API brackets each of its calls by {@code enter} and {@code exit} of
 * the stack it uses, waits only by {@code await}, and reports fruitless calls by {@code
 * foundNothing}, so that the same API code runs polled, driven and simulated.
 */
@NullMarked
package dev.trident.hw.host;

import org.jspecify.annotations.NullMarked;
