import AntreaModel

/// Differences of what rules match by protocol and port.
extension TrafficPart {
  /// Whether this is all traffic, also of protocols that have no name here.
  var isEverything: Bool { kind == .ports && ports.isEmpty && protocols.isEmpty }

  /// The part as a set. All traffic has none.
  private var set: TrafficSet {
    var set = TrafficSet()
    set.ports = Set(ports)
    if kind != .icmpV6 { set.icmpV4 = Set(protocols) }
    if kind != .icmpV4 { set.icmpV6 = Set(protocols) }
    return set
  }

  /// Whether nothing is in both parts.
  func isDisjoint(from other: TrafficPart) -> Bool {
    if isEverything || other.isEverything { return false }
    if ports.contains(where: { a in other.ports.contains { a.intersection($0) != nil } }) {
      return false
    }
    if let family, let otherFamily = other.family, family != otherFamily { return true }
    return !protocols.contains { a in
      other.protocols.contains { a.intersection($0) != nil }
    }
  }

  /// What is in both parts.
  func intersection(
    _ other: TrafficPart, _ budget: inout SelectorBudget
  ) throws(Problem) -> [TrafficPart] {
    if other.isEverything { return [self] }
    if isEverything { return [other] }
    let (a, b) = (set, other.set)
    try budget.spend(a.count * b.count)
    var result = TrafficSet()
    result.ports = Set(a.ports.flatMap { x in b.ports.compactMap { x.intersection($0) } })
    result.icmpV4 = Set(a.icmpV4.flatMap { x in b.icmpV4.compactMap { x.intersection($0) } })
    result.icmpV6 = Set(a.icmpV6.flatMap { x in b.icmpV6.compactMap { x.intersection($0) } })
    return result.parts
  }

  /// What is in this part and not in the other one.
  ///
  /// - Throws: `jump-remainder` where the rest has no form.
  func subtracting(
    _ other: TrafficPart, _ budget: inout SelectorBudget
  ) throws(Problem) -> [TrafficPart] {
    if other.isEverything { return [] }
    if isEverything {
      throw Problem(.jumpRemainder, "all traffic but some has no form in Antrea")
    }
    var result = set
    let holes = other.set
    for hole in holes.ports.sorted() {
      try budget.spend(result.ports.count)
      result.ports = Set(result.ports.flatMap { $0.subtracting(hole) })
    }
    result.icmpV4 = try Self.rest(result.icmpV4, holes.icmpV4)
    result.icmpV6 = try Self.rest(result.icmpV6, holes.icmpV6)
    return result.parts
  }

  private static func rest(
    _ matches: Set<ICMPMatch>, _ holes: Set<ICMPMatch>
  ) throws(Problem) -> Set<ICMPMatch> {
    var result = matches
    for match in matches {
      for hole in holes {
        guard let both = match.intersection(hole) else { continue }
        guard both == match else {
          throw Problem(.jumpRemainder, "ICMP but some types or codes has no form in Antrea")
        }
        result.remove(match)
      }
    }
    return result
  }
}

extension TrafficSet {
  /// The number of entries.
  fileprivate var count: Int { ports.count + icmpV4.count + icmpV6.count }
}
