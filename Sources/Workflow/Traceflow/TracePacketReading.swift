import AntreaModel
import Failures
import Reachability

extension TraceQuestion {
  private static let flagNames: [(name: String, bit: Int)] = [
    ("fin", 1), ("syn", 2), ("rst", 4), ("psh", 8), ("ack", 16), ("urg", 32), ("ece", 64),
    ("cwr", 128),
  ]

  /// What `--port` and `--protocol` ask for.
  ///
  /// - Returns: `nil` where nothing is asked for.
  /// - Throws: ``Failure`` of kind usage, also for what Antrea cannot trace.
  func traffic() throws -> AskedTraffic? {
    var asked = try TrafficQuestion.parse(port: port, protocol: protocolName)
    switch asked?.traffic {
    case nil:
      guard sourcePort == nil, tcpFlags == nil else {
        throw Self.refusal(
          sourcePort == nil ? "--tcp-flags" : "--source-port", "needs a port to go to",
          "give --port, for example 443/tcp")
      }
    case .transport(.sctp, _, _), .other:
      throw Self.refusal(
        "--port or --protocol", "asks for what Antrea cannot trace",
        "Traceflow sends tcp, udp, and echo requests of icmp and icmpv6; `reach` answers for all")
    case .icmp(let type, _):
      guard type == (asked?.family == .v6 ? 128 : 8) else {
        throw Self.refusal(
          "--protocol", "asks for another ICMP message than an echo request",
          "Traceflow sends echo requests only; `reach` answers for all")
      }
      guard sourcePort == nil, tcpFlags == nil else {
        throw Self.refusal(
          sourcePort == nil ? "--tcp-flags" : "--source-port", "is not for icmp", "leave it away")
      }
    case .transport(let transport, _, let destination):
      if let sourcePort {
        guard (1...65535).contains(sourcePort) else {
          throw Self.refusal("--source-port", "is not a port", "write a number from 1 to 65535")
        }
        asked?.traffic = .transport(transport, source: sourcePort, destination: destination)
      }
      guard transport == .tcp || tcpFlags == nil else {
        throw Self.refusal("--tcp-flags", "is for tcp only", "leave it away")
      }
    }
    return asked
  }

  /// `--tcp-flags` as bits.
  ///
  /// - Throws: ``Failure`` of kind usage.
  func flags() throws -> Int? {
    guard let tcpFlags else { return nil }
    if let number = Int(tcpFlags), (0...255).contains(number) { return number }
    let bits = tcpFlags.lowercased().split(separator: ",").map { word in
      Self.flagNames.first { $0.name == word }?.bit
    }
    guard !bits.isEmpty, !bits.contains(nil) else {
      throw Self.refusal(
        "--tcp-flags \(tcpFlags)", "is not a set of TCP flags",
        "write names (\(Self.flagNames.map(\.name).joined(separator: ", "))) with commas between them, or a number to 255"
      )
    }
    return bits.compactMap(\.self).reduce(0, |)
  }

  /// Refuses what cannot be together.
  ///
  /// - Throws: ``Failure`` of kind usage.
  func check() throws {
    guard (1...TraceflowSpec.longestTimeout).contains(timeout) else {
      throw Self.refusal(
        "--trace-timeout", "is not between 1 and \(TraceflowSpec.longestTimeout) seconds",
        "Antrea takes no other")
    }
    if isDroppedOnly, !isLive {
      throw Self.refusal("--dropped-only", "is for live traffic", "give --live too")
    }
    if !isLive, from == nil || to == nil {
      throw Self.refusal(
        "traceflow", "one end is missing",
        "give --from and --to; with --live, one of them is enough")
    }
    if from == nil, to == nil {
      throw Self.refusal(
        "traceflow --live", "nobody is asked about", "give --from, --to or both")
    }
    if isLive, tcpFlags != nil {
      throw Self.refusal("--tcp-flags", "is not for live traffic", "leave it away")
    }
    _ = try flags()
    if isIPv6, try traffic()?.family == .v4 {
      throw Self.refusal("--protocol icmp", "is IPv4's", "write icmpv6, or leave --ipv6 away")
    }
    _ = try traffic()
  }

  static func refusal(_ subject: String, _ cause: String, _ remedy: String) -> Failure {
    Failure(.usage, subject: subject, cause: cause, remedy: remedy)
  }
}
