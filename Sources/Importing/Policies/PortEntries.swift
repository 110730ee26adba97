import Documents

/// Traffic as service entries in a rule.
struct PortEntries: Sendable, Hashable {
  /// Values that one list of ports may have; a range counts as two.
  static let portsOfEntry = 15

  /// Destination ports by protocol, as ranges; an empty list is all ports.
  private var ranges: [String: [ClosedRange<Int>]] = [:]
  private var hasAllSCTP = false

  /// Adds one port or range, or all ports of a protocol.
  mutating func add(_ transport: String, _ range: ClosedRange<Int>?) {
    guard let range else {
      if transport == "SCTP" { hasAllSCTP = true } else { ranges[transport] = [] }
      return
    }
    if let known = ranges[transport] {
      if !known.isEmpty, !known.contains(range) { ranges[transport] = known + [range] }
    } else {
      ranges[transport] = [range]
    }
  }

  /// `service_entries`.
  var documents: [JSONValue] {
    var entries: [JSONValue] = []
    for (transport, list) in ranges.sorted(by: { $0.key < $1.key }) {
      for part in Self.parts(list) {
        let id = "\(transport.lowercased())-\(entries.count + 1)"
        entries.append([
          "resource_type": "L4PortSetServiceEntry", "id": .string(id), "display_name": .string(id),
          "l4_protocol": .string(transport), "source_ports": [],
          "destination_ports": .array(part.map { .string($0) }),
        ])
      }
    }
    if hasAllSCTP {
      entries.append([
        "resource_type": "IPProtocolServiceEntry", "id": "sctp", "display_name": "sctp",
        "protocol_number": 132,
      ])
    }
    return entries
  }

  /// Lists of ports that each fit one entry.
  private static func parts(_ ranges: [ClosedRange<Int>]) -> [[String]] {
    var parts: [[String]] = [[]]
    var size = 0
    for range in ranges.sorted(by: {
      ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
    }) {
      let isOne = range.count == 1
      if size + (isOne ? 1 : 2) > portsOfEntry {
        parts.append([])
        size = 0
      }
      size += isOne ? 1 : 2
      parts[parts.count - 1].append(
        isOne ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)")
    }
    return parts
  }
}
