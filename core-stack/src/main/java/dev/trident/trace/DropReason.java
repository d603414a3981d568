package dev.trident.trace;

/** Why a received packet was not delivered, in the order of the checks. One counter each. */
public enum DropReason {
  /** Not dropped. */
  NONE,

  ETHERNET_TRUNCATED,
  ETHERNET_TOO_LONG,
  ETHERNET_NOT_FOR_US,
  ETHERNET_SOURCE_MULTICAST,
  ETHERNET_UNKNOWN_TYPE,
  ETHERNET_LENGTH_FORMAT,
  ETHERNET_VLAN_TRUNCATED,
  ETHERNET_VLAN_MISMATCH,
  ETHERNET_DOUBLE_TAG,
  ETHERNET_IPV6,
  ETHERNET_RARP,

  ARP_TRUNCATED,
  ARP_BAD_HARDWARE_TYPE,
  ARP_BAD_PROTOCOL_TYPE,
  ARP_BAD_LENGTHS,
  ARP_UNKNOWN_OPERATION,
  ARP_BAD_SENDER,
  ARP_CONFLICT,
  ARP_NOT_FOR_US,
  ARP_TABLE_FULL,
  ARP_QUEUE_FULL,
  ARP_UNRESOLVED,

  IP_TRUNCATED,
  IP_BAD_VERSION,
  IP_BAD_HEADER_LENGTH,
  IP_BAD_TOTAL_LENGTH,
  IP_BAD_CHECKSUM,
  IP_BAD_SOURCE,
  IP_BAD_DESTINATION,
  IP_NOT_FOR_US,
  IP_BAD_OPTIONS,
  IP_SOURCE_ROUTE,

  /** A fragment without data, or one that others follow and whose data is no multiple of 8. */
  IP_FRAGMENT_BAD_LENGTH,

  /** The whole datagram would be longer than is taken. */
  IP_FRAGMENT_TOO_LONG,

  /** A first fragment without the whole TCP header, or one that begins inside it. */
  IP_FRAGMENT_TINY,

  /** All its bytes have come before, in one fragment: the datagram goes on. */
  IP_FRAGMENT_DUPLICATE,
  IP_FRAGMENT_OVERLAP,

  /** Two fragments disagree on where the datagram ends. */
  IP_FRAGMENT_END_MISMATCH,

  /** Some fragments were marked CE, others were not ECN-capable. */
  IP_FRAGMENT_ECN_MISMATCH,
  IP_FRAGMENT_TIMEOUT,

  /** The datagram had to make room for others. */
  IP_FRAGMENT_EVICTED,

  /** Belongs to a datagram that was given up before. */
  IP_FRAGMENT_REFUSED,
  IP_TUNNEL,
  IP_UNKNOWN_PROTOCOL,
  IP_NO_ROUTE,

  ICMP_TRUNCATED,
  ICMP_BAD_CHECKSUM,
  ICMP_UNKNOWN_TYPE,
  ICMP_BAD_CODE,
  ICMP_BAD_QUOTE,

  /** A next-hop MTU that no link may have, or that the quoted datagram would have passed. */
  ICMP_BAD_MTU,
  ICMP_NO_ENDPOINT,
  ICMP_REDIRECT_IGNORED,
  ICMP_QUENCH_IGNORED,
  ICMP_BROADCAST_ECHO,

  IGMP_TRUNCATED,
  IGMP_BAD_CHECKSUM,

  /** A query that is neither of 8 bytes nor of as many as it lists sources. */
  IGMP_BAD_LENGTH,

  /** Longer than a cell: nothing that concerns hosts is. */
  IGMP_TOO_LONG,
  IGMP_BAD_GROUP,
  IGMP_UNKNOWN_TYPE,

  /** What members tell routers, and does not concern other members. */
  IGMP_FOR_ROUTERS,

  UDP_TRUNCATED,
  UDP_BAD_LENGTH,
  UDP_BAD_CHECKSUM,
  UDP_BAD_PORT,
  UDP_NO_ENDPOINT,
  UDP_QUEUE_FULL,

  TCP_TRUNCATED,

  /** Reassembled, and longer than any segment that our MSS allows. */
  TCP_TOO_LONG,
  TCP_BAD_DATA_OFFSET,
  TCP_BAD_CHECKSUM,
  TCP_BAD_PORT,
  TCP_BAD_FLAGS,
  TCP_NOT_UNICAST,
  TCP_NO_ENDPOINT,
  TCP_BAD_ACK,
  TCP_OUT_OF_WINDOW,
  TCP_BAD_RESET,
  TCP_BLIND_SYN,
  TCP_PAWS,
  TCP_NO_TIMESTAMPS,
  TCP_SYN_QUEUE_FULL,
  TCP_ACCEPT_QUEUE_FULL,
  TCP_CONNECTION_LIMIT,
  TCP_RECEIVE_QUEUE_FULL,
  TCP_REASSEMBLY_FULL,
  TCP_DATA_AFTER_CLOSE,

  /** The port belongs to a TCPDirect stack of this host, which has no filter for the packet. */
  RESERVED_PORT,
  NO_MEMORY,
  DEVICE_RING_FULL
}
