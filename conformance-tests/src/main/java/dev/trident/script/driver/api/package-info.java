/**
 * The three APIs as drivers: BSD calls translated as somebody would who ports a BSD program to
 * them.
 *
 * <p>{@code SimulatedDriver} owns the host, a simulation of its own with one virtual thread at a
 * time, and the wire to the script; the driver of an API adds a switch over all calls, and socket
 * objects where the API's own do not fit (an XTI endpoint is bound when it listens or connects, a
 * zocket is made then). {@code Connections} asks the engine what no API tells, for snippets and
 * tools. Errors become POSIX names in one class each.
 *
 * <p>A driver translates what the API says and hides none of it. What changes nothing may be left
 * out ({@code Unsaid.changesNothing}); what an API cannot say, cannot hear, or answers otherwise
 * than a socket would by its manual, is refused by name before anything has happened: that is a
 * finding about the API.
 */
@NullMarked
package dev.trident.script.driver.api;

import org.jspecify.annotations.NullMarked;
