/**
 * The engine's own endpoints as an API: BSD sockets over {@code dev.trident.endpoint}, on a bare
 * stack.
 *
 * <p>{@code EngineHost} is the stack with its device and its clock; the socket classes add what BSD
 * has and the endpoints have not: descriptors, blocking, errno, an error that is reported once. A
 * blocking call is an {@code Operation} that is tried again after every step of the engine, so
 * there is no thread.
 */
@NullMarked
package dev.trident.script.driver.engine;

import org.jspecify.annotations.NullMarked;
