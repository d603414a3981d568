/**
 * All that the three APIs see of the engine: endpoints, their readiness and their errors.
 *
 * <p>Calls never block and never throw for an outcome of the network: they return a count or zero,
 * or a negative {@link dev.trident.endpoint.StackError} code. What a caller does wrong by its
 * contract (a closed endpoint used again, a handle released twice) throws {@link
 * java.lang.IllegalStateException}.
 *
 * <p>Addresses are IPv4 addresses as plain {@code int} numbers (10.0.0.1 is 0x0a000001), ports are
 * 0 to 65535. Time is not an argument here: an endpoint uses the stack's last {@code now}.
 *
 * <p>Ownership of buffers: a copying call has read or written the buffer when it returns. A lending
 * call ({@code sendLoan}) keeps the buffer until its free function runs. A message ({@code
 * sendMessage}) passes to the engine if, and only if, the call succeeds. A received {@link
 * dev.trident.buffer.CellBuf} belongs to the caller, who releases it.
 */
@NullMarked
package dev.trident.endpoint;

import org.jspecify.annotations.NullMarked;
