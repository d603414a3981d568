package dev.trident.hw.nic;

/**
 * How far the rings of a virtual interface have got. Positions count descriptors modulo 2^32.
 *
 * @param rxPosted cells given to the adapter to receive into
 * @param rxFilled of these, written by the adapter
 * @param rxTaken of these, handed to the stack
 * @param txPosted frames given to the adapter
 * @param txCompleted of these, read by the adapter
 * @param txReaped of these, given back to their owner
 * @param refillsWithoutMemory times that a receive ring was not filled for want of cells
 */
public record RingCounters(
    long rxPosted,
    long rxFilled,
    long rxTaken,
    long txPosted,
    long txCompleted,
    long txReaped,
    long refillsWithoutMemory) {}
