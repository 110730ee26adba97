import AntreaModel
import Documents

/// One entry of a rule's `ports` or `protocols`.
enum AntreaTrafficMatch {
  case transport(Traffic.Transport, source: ClosedRange<Int>?, destination: ClosedRange<Int>?)
  /// ICMP of both families.
  case icmp(type: Int?, code: Int?)
  case igmp

  /// Whether traffic is of this kind.
  func matches(_ traffic: Traffic) -> Bool {
    switch (self, traffic) {
    case (
      .transport(let own, let from, let to), .transport(let other, let source, let destination)
    ):
      own == other && from?.contains(source) ?? true && to?.contains(destination) ?? true
    case (.icmp(let ownType, let ownCode), .icmp(let type, let code)):
      ownType ?? type == type && ownCode ?? code == code
    case (.igmp, .other(let number)): number == 2
    default: false
    }
  }

  /// Adds the boundaries of this kind of traffic.
  func divide(_ space: inout TrafficSpace) {
    switch self {
    case .transport(let transport, let source, let destination):
      space.divide(transport, source: source, destination: destination)
    case .icmp(let type, let code): space.divide(icmpType: type, code: code)
    case .igmp: space.divide(protocol: 2)
    }
  }

  /// Reads both lists of a rule; `nil` where neither has an entry, which is all
  /// traffic.
  static func read(
    _ rule: JSONValue, _ fields: AntreaFields
  ) throws(EvaluationError) -> [AntreaTrafficMatch]? {
    var result: [AntreaTrafficMatch] = []
    for entry in try fields.list(rule, "ports") { result.append(try port(entry, fields)) }
    for entry in try fields.list(rule, "protocols") { result.append(try icmp(entry, fields)) }
    return result.isEmpty ? nil : result
  }

  private static func port(
    _ entry: JSONValue, _ fields: AntreaFields
  ) throws(EvaluationError) -> AntreaTrafficMatch {
    try fields.check(entry, ["protocol", "port", "endPort", "sourcePort", "sourceEndPort"])
    let name = try fields.text(entry, "protocol") ?? "TCP"
    guard let transport = Traffic.Transport(rawValue: name) else {
      throw fields.invalid("protocol", name)
    }
    if entry["port"]?.string != nil { throw .notEvaluated(fields.object, construct: "named port") }
    return .transport(
      transport, source: try range(entry, "sourcePort", "sourceEndPort", fields),
      destination: try range(entry, "port", "endPort", fields))
  }

  private static func range(
    _ entry: JSONValue, _ first: String, _ last: String, _ fields: AntreaFields
  ) throws(EvaluationError) -> ClosedRange<Int>? {
    let lower = try fields.number(entry, first, in: 1...65535)
    let upper = try fields.number(entry, last, in: 1...65535)
    guard let lower else {
      if upper != nil { throw fields.invalid(last, "without \(first)") }
      return nil
    }
    guard upper ?? lower >= lower else { throw fields.invalid(last, "below \(first)") }
    return lower...(upper ?? lower)
  }

  private static func icmp(
    _ entry: JSONValue, _ fields: AntreaFields
  ) throws(EvaluationError) -> AntreaTrafficMatch {
    try fields.check(entry, ["icmp", "igmp"])
    if let icmp = entry["icmp"], !icmp.isNull {
      try fields.check(icmp, ["icmpType", "icmpCode"])
      return .icmp(
        type: try fields.number(icmp, "icmpType", in: 0...255),
        code: try fields.number(icmp, "icmpCode", in: 0...255))
    }
    guard let igmp = entry["igmp"], igmp.object?.isEmpty == true else {
      throw .notEvaluated(fields.object, construct: "protocols")
    }
    return .igmp
  }
}
