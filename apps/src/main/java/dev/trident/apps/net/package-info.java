/**
 * Network peers on the kernel of this machine, for commands and tests: a network namespace of our
 * own, a child process in it, and the certainty that both disappear again.
 *
 * <p>What is made is written down first, under {@code /run/trident}, with process number and start
 * time of its owner. It is removed when the owner closes it, when the owner's JVM ends by itself or
 * by a signal, and, after a kill -9, by the next {@link dev.trident.apps.net.NetNamespace#create}.
 * Nothing without such a record is ever removed, and no process that was not started here is ended.
 */
@NullMarked
package dev.trident.apps.net;

import org.jspecify.annotations.NullMarked;
