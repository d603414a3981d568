/**
 * Transport endpoints: the state table of the standard, the descriptors, and one class of endpoint
 * per provider. An endpoint owns the engine endpoints it made, the indications it has shown and the
 * datagram it has read in part; everything here is touched only with the host's stack entered.
 *
 * <p>Answers are numbers from 0, or a {@link dev.trident.xti.error.Failure}.
 */
@NullMarked
package dev.trident.xti.endpoint;

import org.jspecify.annotations.NullMarked;
