import Documents

/// Random services: every kind of entry.
extension EstateGenerator {
  static func ports(
    _ transport: String, to destinations: [String], from sources: [String] = []
  ) -> JSONValue {
    [
      "resource_type": "L4PortSetServiceEntry", "l4_protocol": .string(transport),
      "destination_ports": .array(destinations.map { .string($0) }),
      "source_ports": .array(sources.map { .string($0) }),
    ]
  }

  static func icmp(_ version: String, type: Int64? = nil, code: Int64? = nil) -> JSONValue {
    var members: JSONValue = [
      "resource_type": "ICMPTypeServiceEntry", "protocol": .string(version),
    ]
    if case .object(var object) = members {
      object["icmp_type"] = type.map { .integer($0) }
      object["icmp_code"] = code.map { .integer($0) }
      members = .object(object)
    }
    return members
  }

  static func ipProtocol(_ number: Int64) -> JSONValue {
    ["resource_type": "IPProtocolServiceEntry", "protocol_number": .integer(number)]
  }

  static func alg(_ name: String, _ port: String) -> JSONValue {
    [
      "resource_type": "ALGTypeServiceEntry", "alg": .string(name),
      "destination_ports": [.string(port)],
    ]
  }

  static func nestedService(_ id: String) -> JSONValue {
    [
      "resource_type": "NestedServiceServiceEntry",
      "nested_service_path": .string("/infra/services/\(id)"),
    ]
  }

  /// One entry that is translated exactly.
  mutating func serviceEntry() -> JSONValue {
    let transport = dice.one(["TCP", "TCP", "UDP"])
    let ports = ["80", "443", "8000-8010", "53", "1-1023", "65535", "22, 33-70,8080"]
    switch dice.below(14) {
    case 0: return Self.ports(transport, to: [])
    case 1: return Self.ports(transport, to: ["0-65535"])
    case 2: return Self.ports(transport, to: [], from: dice.some(["53", "1024-65535"], 1...2))
    case 3:
      return Self.ports(
        transport, to: dice.some(ports, 1...2), from: dice.some(["53", "1024-65535"], 1...2))
    case 4: return Self.ipProtocol(dice.one([6, 17, 132, 1, 58]))
    case 5: return Self.icmp("ICMPv4", type: dice.one([nil, 8, 0, 3]))
    case 6: return Self.icmp("ICMPv4", type: 3, code: dice.one([0, 4, 255]))
    case 7:
      return Self.icmp("ICMPv6", type: dice.one([nil, 128]), code: nil)
    case 8: return Self.icmp("ICMPv6", type: 1, code: 4)
    default: return Self.ports(transport, to: dice.some(ports, 1...3))
    }
  }

  /// `s0`…: some nest earlier ones; `ping`: ICMP of both families.
  mutating func makeServices() {
    for index in 0..<Self.plainServices {
      var entries = (0..<dice.one([1, 1, 2, 3])).map { _ in serviceEntry() }
      if index > 2, dice.chance(40) { entries.append(Self.nestedService("s\(dice.below(index))")) }
      add(service: "s\(index)", entries)
    }
    add(service: "ping", [Self.icmp("ICMPv4"), Self.icmp("ICMPv6")])
    add(service: "alg", [dice.one([Self.alg("FTP", "21"), Self.alg("TFTP", "69")])])
  }

  mutating func add(service id: String, _ entries: [JSONValue]) {
    estate.services.append([
      "resource_type": "Service", "id": .string(id), "path": .string("/infra/services/\(id)"),
      "service_entries": .array(entries),
    ])
  }
}
