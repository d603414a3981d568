package dev.trident.trace;

/** What a stack counts besides drops. Bytes moved by the engine and by a device are kept apart. */
public enum Counter {
  FRAMES_RECEIVED,
  FRAMES_SENT,
  /** Payload bytes that the engine copied from a user's buffer into packet memory. */
  BYTES_COPIED_IN,
  /** Payload bytes that the engine copied from packet memory into a user's buffer. */
  BYTES_COPIED_OUT,
  /** Bytes that the engine moved inside packet memory: compaction, retransmit copies. */
  BYTES_COPIED_WITHIN,
  /** Payload bytes that an API module copied itself, because its manual's shape demands it. */
  BYTES_COPIED_BY_ADAPTER,
  /** Buffers whose ownership passed to the engine: messages and loans accepted for sending. */
  BUFFERS_TO_ENGINE,
  /** Buffers whose ownership passed to the user as handles; PacketPool counts loans returned. */
  BUFFERS_TO_USER,
  ARP_REQUESTS_SENT,
  /** Questions whether an address is free, by somebody who does not say who he is. */
  ARP_PROBES_SENT,
  /** Packets by which this host tells that an address is its own. */
  ARP_ANNOUNCEMENTS_SENT,
  ARP_REPLIES_SENT,
  ARP_REQUESTS_RECEIVED,
  ARP_REPLIES_RECEIVED,
  /** An ARP packet claimed one of our addresses. */
  ARP_CONFLICTS,
  /** Addresses not taken into use because somebody has them. */
  ARP_CLAIMS_REFUSED,
  /** A neighbour in use was found to have another hardware address. */
  ARP_ADDRESS_CHANGES,
  ARP_FAILURES,
  IP_RECEIVED,
  IP_SENT,
  IP_NO_ROUTE,
  /** Fragments that reassembly was given. */
  IP_FRAGMENTS_RECEIVED,
  /** Fragments that became part of a whole datagram; the others were dropped. */
  IP_FRAGMENTS_JOINED,
  /** Datagrams that reassembly made whole. */
  IP_REASSEMBLED,
  /** Datagrams sent that were cut in fragments. */
  IP_FRAGMENTED,
  /** Fragments made of them. */
  IP_FRAGMENTS_MADE,
  /** Datagrams that needed cutting and were not sent: DF, or no memory or room for all. */
  IP_FRAGMENTATION_FAILED,
  ICMP_RECEIVED,
  ICMP_SENT,
  ICMP_ERRORS_SUPPRESSED,
  ICMP_ECHO_REPLIES_SENT,
  ICMP_ECHOS_SENT,
  ICMP_UNREACHABLES_SENT,
  ICMP_TIME_EXCEEDED_SENT,
  ICMP_PARAMETER_PROBLEMS_SENT,
  ICMP_ECHOS_RECEIVED,
  ICMP_ECHO_REPLIES_RECEIVED,
  ICMP_UNREACHABLES_RECEIVED,
  ICMP_TIME_EXCEEDED_RECEIVED,
  ICMP_PARAMETER_PROBLEMS_RECEIVED,
  IGMP_RECEIVED,
  IGMP_QUERIES_RECEIVED,
  IGMP_REPORTS_RECEIVED,
  IGMP_REPORTS_SENT,
  IGMP_LEAVES_SENT,
  /** Datagrams of ours that were given to our own members of the group, or to our own network. */
  UDP_LOOPED_BACK,
  UDP_RECEIVED,
  /** Datagrams queued for a program; once for each program that gets it. */
  UDP_DELIVERED,
  UDP_SENT,
  TCP_SEGMENTS_RECEIVED,
  TCP_SEGMENTS_SENT,
  /** Segments whose options were read up to the first with an illegal length; no drops. */
  TCP_MALFORMED_OPTIONS,
  TCP_RETRANSMISSIONS,
  /** Retransmissions not made because the device still held the last copy. */
  TCP_RETRANSMISSIONS_SKIPPED,
  TCP_RESETS_SENT,
  TCP_RESETS_RECEIVED,
  TCP_ACTIVE_OPENS,
  TCP_PASSIVE_OPENS,
  TCP_COOKIES_SENT,
  TCP_COOKIES_ACCEPTED,
  /** SYNs that asked a listener for a fast open cookie. */
  TCP_FAST_OPEN_REQUESTS,
  /** SYN,ACKs that gave one. */
  TCP_FAST_OPEN_COOKIES_GIVEN,
  /** SYNs whose cookie, or trust, let them open at once. */
  TCP_FAST_OPENS_ACCEPTED,
  /** SYNs with a cookie that is none of ours, or too old. */
  TCP_FAST_OPEN_BAD_COOKIES,
  /** SYNs that began a plain handshake because a listener had too many pending. */
  TCP_FAST_OPEN_OVERFLOWS,
  /** Our SYNs with data. */
  TCP_FAST_OPENS_TRIED,
  /** Those whose data was acknowledged with the SYN, all of it. */
  TCP_FAST_OPENS_TAKEN,
  /** Our SYNs with the option, or with data, that brought a plain handshake or none. */
  TCP_FAST_OPENS_FAILED,
  /** Connections that did not try because a server had failed to answer such SYNs. */
  TCP_FAST_OPENS_PAUSED,
  /** Attempts to open, of either side, that came to nothing. */
  TCP_ATTEMPTS_FAILED,
  /** Connections that ended from ESTABLISHED or CLOSE-WAIT without the handshake of an end. */
  TCP_ESTABLISHED_RESET,
  TCP_CONNECTIONS_ABORTED,
  TCP_ZERO_WINDOW_PROBES,
  TCP_KEEP_ALIVES,
  /** TIME-WAIT that ended early because there were too many. */
  TCP_TIME_WAITS_CUT,
  /** Connections aborted by close, because too many wait for their peers already. */
  TCP_ORPHANS_REFUSED,
  /** Times the MTU of a path was lowered: by a router's word, or a suspicion. */
  TCP_PATH_MTU_LOWERED,
  /** Times full segments vanished so often that their size was made the culprit. */
  TCP_BLACK_HOLES_SUSPECTED,
  /** Transmissions put off because the device's ring was full. */
  DEVICE_BUSY
}
