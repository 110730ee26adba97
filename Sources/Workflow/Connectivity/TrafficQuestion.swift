import AntreaModel
import Failures
import Reachability

/// One kind of traffic that was asked about.
struct AskedTraffic: Sendable, Hashable {
  /// The traffic.
  var traffic: Traffic
  /// The family that has it; `nil` where both do.
  var family: IPFamily?
  /// As it is told: `443/tcp`, `icmp echo request (type 8)`.
  var words: String

  /// The traffic as a set.
  var set: TrafficSet {
    if let family, case .icmp(let type, let code) = traffic {
      return TrafficSet(icmp: family, type: type, code: code)
    }
    return TrafficSet(traffic)
  }

  /// Words for a kind of traffic of the answer: what was asked as it was asked.
  func words(for other: Traffic) -> String {
    other == traffic ? words : "\(other)".lowercased()
  }
}

/// What `--port` and `--protocol` ask about.
enum TrafficQuestion {
  /// Protocols that are not told by number.
  private static let names = [
    "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6", "132": "sctp",
  ]

  /// Reads `443/tcp`, `443`, `icmp`, `icmpv6/135`, `icmp/3/1` or `47`.
  ///
  /// - Returns: One kind of traffic, or `nil` where nothing is asked for, which
  ///   is all traffic.
  /// - Throws: ``Failure`` of kind usage.
  static func parse(port: String?, protocol name: String?) throws -> AskedTraffic? {
    let parts = (port ?? "").split(separator: "/", omittingEmptySubsequences: false).map(
      String.init)
    guard let port else {
      guard let name else { return nil }
      return try whole(name)
    }
    guard let number = Int(parts[0]), (1...65535).contains(number), parts.count <= 2 else {
      throw Failure(
        .usage, subject: "--port \(port)", cause: "is not a port",
        remedy: "write a number from 1 to 65535 and a protocol, for example 443/tcp or 53/udp")
    }
    let given = parts.count == 2 ? parts[1] : nil
    if let given, let name, given.lowercased() != name.lowercased() {
      throw Failure(
        .usage, subject: "--port \(port) --protocol \(name)", cause: "name two protocols",
        remedy: "leave one away")
    }
    let chosen = given ?? name ?? "tcp"
    guard let transport = Traffic.Transport(rawValue: chosen.uppercased()) else {
      throw Failure(
        .usage, subject: "--port \(port)", cause: "`\(chosen)` has no ports",
        remedy: "ports are those of tcp, udp and sctp")
    }
    return plain(.transport(transport, source: TrafficSpace.ephemeralPort, destination: number))
  }

  private static func plain(_ traffic: Traffic) -> AskedTraffic {
    AskedTraffic(traffic: traffic, family: nil, words: "\(traffic)".lowercased())
  }

  private static func whole(_ name: String) throws -> AskedTraffic? {
    var parts = name.lowercased().split(separator: "/", omittingEmptySubsequences: false)
      .map(String.init)
    parts[0] = Self.names[parts[0]] ?? parts[0]
    if ["icmp", "icmpv6"].contains(parts[0]), parts.count <= 3 { return try icmp(parts, name) }
    guard parts.count == 1 else { throw unknown(name) }
    if Traffic.Transport(rawValue: parts[0].uppercased()) != nil {
      throw Failure(
        .usage, subject: "--protocol \(name)", cause: "has ports",
        remedy: "say which, for example --port 443/\(parts[0])")
    }
    guard let number = parts[0] == "igmp" ? 2 : Int(parts[0]), (0...255).contains(number) else {
      throw unknown(name)
    }
    return plain(.other(number))
  }

  /// ICMP of one family: an echo request, which is what `ping` sends, where
  /// nothing else is asked for.
  private static func icmp(_ parts: [String], _ name: String) throws -> AskedTraffic {
    let codes = parts.dropFirst().map { Int($0) ?? -1 }
    guard codes.allSatisfy({ (0...255).contains($0) }) else { throw unknown(name) }
    let family: IPFamily = parts[0] == "icmp" ? .v4 : .v6
    let echo = family == .v4 ? 8 : 128
    let type = codes.first ?? echo
    let code = codes.count > 1 ? codes[1] : 0
    let words =
      (type, code) == (echo, 0)
      ? "\(parts[0]) echo request (type \(echo))" : "\(parts[0]) type \(type) code \(code)"
    return AskedTraffic(traffic: .icmp(type: type, code: code), family: family, words: words)
  }

  private static func unknown(_ name: String) -> Failure {
    Failure(
      .usage, subject: "--protocol \(name)", cause: "is not a protocol",
      remedy:
        "known are tcp, udp and sctp with --port, icmp[/TYPE[/CODE]], icmpv6[/TYPE[/CODE]], igmp, or a number"
    )
  }
}
