import Documents

/// Well-known services, as NSX has them built in.
enum EstateServices {
  static let all: [JSONValue] = catalogue.map(service)

  /// Identifier, then `TCP` or `UDP` with ports; several entries are separated
  /// by a semicolon.
  private static let catalogue: [(id: String, entries: String)] = [
    ("HTTP", "TCP 80"), ("HTTPS", "TCP 443"), ("SSH", "TCP 22"), ("TELNET", "TCP 23"),
    ("DNS", "TCP 53"), ("DNS-UDP", "UDP 53"), ("NTP", "UDP 123"), ("DHCP-Server", "UDP 67"),
    ("DHCP-Client", "UDP 68"), ("LDAP", "TCP 389"), ("LDAP-UDP", "UDP 389"),
    ("LDAP-over-SSL", "TCP 636"), ("KERBEROS-TCP", "TCP 88"), ("KERBEROS-UDP", "UDP 88"),
    ("SMTP", "TCP 25"), ("SMTP_TLS", "TCP 587"), ("IMAP", "TCP 143"), ("IMAP_SSL", "TCP 993"),
    ("POP3", "TCP 110"), ("POP3_SSL", "TCP 995"), ("SNMP", "UDP 161"), ("SNMP-Send", "UDP 162"),
    ("RDP", "TCP 3389"), ("SMB", "TCP 445"), ("NFS-Server-TCP", "TCP 2049"),
    ("NFS-Server-UDP", "UDP 2049"), ("MySQL", "TCP 3306"), ("PostgreSQL", "TCP 5432"),
    ("MS-SQL-S", "TCP 1433"), ("Oracle", "TCP 1521"), ("Syslog_(TCP)", "TCP 514"),
    ("Syslog_(UDP)", "UDP 514"), ("RADIUS", "UDP 1812"), ("SIP_5060", "TCP 5060; UDP 5060"),
    ("BGP", "TCP 179"), ("TFTP-Port", "UDP 69"), ("WINS", "TCP 42"),
    ("NetBios_Session_Service_(TCP)", "TCP 139"), ("IKE_(NAT_Traversal)", "UDP 4500"),
    ("Active_Directory_Server", "TCP 464; UDP 464"), ("Win_-_RPC,_DCOM", "TCP 49152-65535"),
    ("VNC", "TCP 5900"),
  ]

  private static func service(_ item: (id: String, entries: String)) -> JSONValue {
    let entries = item.entries.split(separator: ";").enumerated().map { index, text in
      let parts = text.split(separator: " ").map(String.init)
      let name = index == 0 ? item.id : "\(item.id)-\(index + 1)"
      return EstateBuilder.ports(name, parts[0], Array(parts.dropFirst()))
    }
    let name = item.id.split(separator: "_", omittingEmptySubsequences: false)
      .joined(separator: " ")
    return [
      "resource_type": "Service", "id": .string(item.id), "display_name": .string(name),
      "path": .string("/infra/services/\(item.id)"), "is_default": true, "_system_owned": true,
      "service_type": "NON_ETHER", "service_entries": .array(entries),
      "_create_time": EstateBuilder.created,
    ]
  }
}
