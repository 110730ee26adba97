import AntreaModel
import NSXModel

/// Decides which endpoints are in NSX's groups; each group once for all.
struct NSXGroupMembers {
  private let snapshot: NSXSnapshot
  private let world: World
  private let conditions: NSXConditionMatch
  private let countsAddresses: Bool
  private var cache: [String: [Truth]] = [:]
  private var visiting: Set<String> = []

  /// - Parameter countsAddresses: whether addresses are members, or only what
  ///   labels select.
  init(
    _ snapshot: NSXSnapshot, _ world: World, _ reading: NSXReading, countsAddresses: Bool = true
  ) {
    self.snapshot = snapshot
    self.world = world
    self.countsAddresses = countsAddresses
    conditions = NSXConditionMatch(reading: reading)
  }

  /// For each endpoint, whether it is in a list of groups and addresses.
  mutating func members(of list: [String], excluded: Bool) -> [Truth] {
    if isAny(list) { return constant(Truth(!excluded)) }
    var result = constant(.no)
    for entry in list {
      let part = entry.hasPrefix("/") ? members(of: entry) : addresses([entry])
      for index in result.indices { result[index] = result[index] || part[index] }
    }
    return excluded ? result.map { !$0 } : result
  }

  private func constant(_ value: Truth) -> [Truth] {
    Array(repeating: value, count: world.endpoints.count)
  }

  private mutating func members(of path: String) -> [Truth] {
    if let known = cache[path] { return known }
    guard let group = snapshot.groups[path], !group.common.isMarkedForDelete,
      !group.hasExtendedExpression, visiting.insert(path).inserted
    else { return constant(.maybe) }
    let result: [Truth]
    let known = snapshot.memberIPs[path]
    let resolved = known.map(addresses) ?? constant(.maybe)
    if group.expression.isEmpty, !group.types.contains("ANTREA"), known?.isEmpty == false {
      result = resolved
    } else {
      result = members(of: group.expression, resolved)
    }
    visiting.remove(path)
    // Inside a circle the result depends on where it was entered.
    if visiting.isEmpty || !result.contains(.maybe) { cache[path] = result }
    return result
  }

  /// An expression as an OR of AND-runs.
  ///
  /// - Parameter resolved: the addresses that NSX resolved the whole group to;
  ///   they stand for every operand that only NSX can resolve.
  private mutating func members(of expression: [Expression], _ resolved: [Truth]) -> [Truth] {
    if expression.isEmpty { return constant(.no) }
    var result = constant(.no)
    var run = constant(.yes)
    for (index, element) in expression.enumerated() {
      if index % 2 == 0 {
        let part = members(of: element, resolved)
        for index in run.indices { run[index] = run[index] && part[index] }
        continue
      }
      switch element {
      case .conjunction(.and): continue
      case .conjunction(.or):
        for index in run.indices { result[index] = result[index] || run[index] }
        run = constant(.yes)
      default: return constant(.maybe)
      }
    }
    if expression.count % 2 == 0 { return constant(.maybe) }
    return zip(result, run).map { $0 || $1 }
  }

  private mutating func members(of operand: Expression, _ resolved: [Truth]) -> [Truth] {
    switch operand {
    case .condition(let condition):
      guard ["Pod", "Namespace", "Service"].contains(condition.memberType) else { return resolved }
      return world.endpoints.map { endpoint in
        endpoint.selectable.map { conditions.matches(condition, $0) } ?? .no
      }
    case .nested(let inner): return members(of: inner, resolved)
    case .paths(let paths):
      var result = constant(.no)
      for path in paths {
        // Segments and ports are paths as well.
        let isGroup = path.contains("/groups/") || snapshot.groups[path] != nil
        let part = isGroup ? members(of: path) : resolved
        for index in result.indices { result[index] = result[index] || part[index] }
      }
      return result
    case .addresses(let texts): return addresses(texts)
    case .unknown: return resolved
    case .conjunction: return constant(.maybe)
    }
  }

  private func addresses(_ texts: [String]) -> [Truth] {
    if !countsAddresses { return constant(.no) }
    var ranges: [AddressRange] = []
    var isUnreadable = false
    for text in texts {
      if let range = AddressRange(text) { ranges.append(range) } else { isUnreadable = true }
    }
    return world.endpoints.map { endpoint in
      let address = endpoint.address
      let isInside = ranges.contains {
        $0.family == address.family && $0.lower <= address.value && address.value <= $0.upper
      }
      return isInside ? .yes : isUnreadable ? .maybe : .no
    }
  }
}
