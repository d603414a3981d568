package dev.trident.hw.filter;

/**
 * What a filter matches, as the receiver sees it. Made when a filter is added, never for a frame:
 * those have a {@link FlowKey}, which is reused.
 *
 * @param vlan tag of the frames, 1..4094; 0 for frames without one
 * @param protocol {@link FlowKey#TCP} or {@link FlowKey#UDP}
 * @param localAddress destination of the frames; 0 for any
 * @param remoteAddress source of the frames; 0 together with {@code remotePort} 0 for any
 */
public record FilterSpec(
    int vlan, int protocol, int localAddress, int localPort, int remoteAddress, int remotePort) {}
