/**
 * The three APIs as drivers: BSD calls translated as somebody would who ports a BSD program to
 * them.
 *
 * <p>{@code SimulatedDriver} owns the host, a simulation of its own, and the wire to the script;
 * the driver of an API adds a switch over all calls, and socket objects where the API's own do not
 * fit. What an API cannot say is refused by name ({@code Unsaid}): that is a finding about the API.
 * Errors become POSIX names in one class each.
 */
@NullMarked
package dev.trident.script.driver.api;

import org.jspecify.annotations.NullMarked;
