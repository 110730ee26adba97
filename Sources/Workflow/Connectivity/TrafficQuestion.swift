import Failures
import Reachability

/// What `--port` and `--protocol` ask about.
enum TrafficQuestion {
  private static let numbers = [
    "icmp": 1, "igmp": 2, "tcp": 6, "udp": 17, "icmpv6": 58, "sctp": 132,
  ]

  /// Reads `443/tcp`, `443`, `tcp`, `icmp`, `icmp/8/0` or `47`.
  ///
  /// - Returns: One kind of traffic, or `nil` where nothing is asked for, which
  ///   is all traffic.
  /// - Throws: ``Failure`` of kind usage.
  static func parse(port: String?, protocol name: String?) throws -> Traffic? {
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
    return .transport(transport, source: TrafficSpace.ephemeralPort, destination: number)
  }

  private static func whole(_ name: String) throws -> Traffic? {
    let parts = name.lowercased().split(separator: "/", omittingEmptySubsequences: false)
      .map(String.init)
    if ["icmp", "icmpv6"].contains(parts[0]), parts.count <= 3 {
      let codes = parts.dropFirst().map { Int($0) ?? -1 }
      guard codes.allSatisfy({ (0...255).contains($0) }) else { throw unknown(name) }
      // An echo request, where nothing else is asked for: that is what `ping` sends.
      let echo = parts[0] == "icmp" ? 8 : 128
      return .icmp(type: codes.first ?? echo, code: codes.count > 1 ? codes[1] : 0)
    }
    guard parts.count == 1 else { throw unknown(name) }
    if Traffic.Transport(rawValue: parts[0].uppercased()) != nil {
      throw Failure(
        .usage, subject: "--protocol \(name)", cause: "has ports",
        remedy: "say which, for example --port 443/\(parts[0])")
    }
    guard let number = numbers[parts[0]] ?? Int(parts[0]), (0...255).contains(number),
      ![1, 58, 6, 17, 132].contains(number)
    else { throw unknown(name) }
    return .other(number)
  }

  private static func unknown(_ name: String) -> Failure {
    Failure(
      .usage, subject: "--protocol \(name)", cause: "is not a protocol",
      remedy:
        "known are tcp, udp and sctp with --port, icmp[/TYPE[/CODE]], icmpv6, igmp, or a number"
    )
  }
}
