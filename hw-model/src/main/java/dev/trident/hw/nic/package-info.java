/**
 * The adapter model: virtual interfaces with descriptor rings, an event queue each, and filters
 * that choose among them.
 *
 * <pre>
 *   engine -- transmit --> VirtualInterface --> Nic --> Wire ~~~ WireEnd = Nic --> FrameSorter
 *                          SendPath, TxRing                                             |
 *   engine <-- poll ------- completions                    VirtualInterface: RxRing <---+
 * </pre>
 *
 * <p>A wire never runs the peer: a frame ends in a posted cell of the receiver and waits there for
 * the receiver's poll. Completions are seen in a later poll of the sender, never inside {@code
 * transmit}.
 *
 * <p>A virtual interface belongs to one stack and is touched by that stack's caller only. In a
 * confined fabric a sender writes straight into the receiver's cell. Where threads drive the hosts,
 * a sender writes into a {@link dev.trident.hw.nic.FrameRing} of its own towards that receiver, who
 * copies on its next poll: the sender's {@code Outlets} are among the receiver's {@code
 * FrameSources}.
 *
 * <p>What an adapter is and how much of everything it has say {@link
 * dev.trident.hw.nic.NicFeatures}; what a virtual interface is to have of it, {@link
 * dev.trident.hw.nic.InterfaceOptions}. A frame goes to the adapter by cut-through, by PIO, or by
 * DMA, which alone can gather pieces; or it waits in a transmit alternative. These differ in {@link
 * dev.trident.hw.nic.SendCounters} and, if the adapter takes time ({@link
 * dev.trident.hw.nic.NicTiming}), in when the frame is on the wire. An adapter takes no time unless
 * told to, and then does no work for it.
 */
@NullMarked
package dev.trident.hw.nic;

import org.jspecify.annotations.NullMarked;
