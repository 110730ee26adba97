import AntreaModel
import NSXModel

/// Decides which endpoints are in NSX's groups, each group once for all.
struct NSXGroupMembers {
  private let snapshot: NSXSnapshot
  private let world: World
  private let conditions: NSXConditionMatch
  private let countsAddresses: Bool
  private var cache: [String: TruthSet] = [:]
  private var visiting: Set<String> = []

  /// - Parameter countsAddresses: whether addresses are members, or only what
  ///   labels select.
  init(
    _ snapshot: NSXSnapshot, _ world: World, _ conditions: NSXConditionMatch,
    countsAddresses: Bool = true
  ) {
    self.snapshot = snapshot
    self.world = world
    self.countsAddresses = countsAddresses
    self.conditions = conditions
  }

  /// The groups that were asked for and of which all members are known.
  var known: [String: EndpointSet] {
    cache.filter { $0.value.isDetermined }.mapValues(\.certain)
  }

  /// For each endpoint, whether it is in a list of groups and addresses.
  mutating func members(of list: [String], excluded: Bool) -> TruthSet {
    if isAny(list) { return constant(Truth(!excluded)) }
    var result = constant(.no)
    for entry in list {
      result.formUnion(entry.hasPrefix("/") ? members(of: entry) : addresses([entry]))
    }
    return excluded ? result.complement(in: world) : result
  }

  private func constant(_ value: Truth) -> TruthSet { TruthSet(value, in: world) }

  private mutating func members(of path: String) -> TruthSet {
    if let known = cache[path] { return known }
    guard let group = snapshot.groups[path], !group.common.isMarkedForDelete,
      !group.hasExtendedExpression, group.common.unknownMembers.isEmpty,
      visiting.insert(path).inserted
    else { return constant(.maybe) }
    let result: TruthSet
    let known = snapshot.memberIPs[path]
    let resolved = known.map(addresses) ?? constant(.maybe)
    if group.expression.isEmpty, !group.types.contains("ANTREA"), known?.isEmpty == false {
      result = resolved
    } else {
      result = members(of: group.expression, resolved)
    }
    visiting.remove(path)
    // Inside a circle the result depends on where it was entered.
    if visiting.isEmpty || result.isDetermined { cache[path] = result }
    return result
  }

  /// An expression as an OR of AND-runs.
  ///
  /// - Parameter resolved: the addresses that NSX resolved the whole group to;
  ///   they stand for every operand that only NSX can resolve.
  private mutating func members(of expression: [Expression], _ resolved: TruthSet) -> TruthSet {
    if expression.isEmpty { return constant(.no) }
    var result = constant(.no)
    var run = constant(.yes)
    for (index, element) in expression.enumerated() {
      if index % 2 == 0 {
        run = run.intersection(members(of: element, resolved))
        continue
      }
      switch element {
      case .conjunction(.and): continue
      case .conjunction(.or):
        result.formUnion(run)
        run = constant(.yes)
      default: return constant(.maybe)
      }
    }
    if expression.count % 2 == 0 { return constant(.maybe) }
    result.formUnion(run)
    return result
  }

  private mutating func members(of operand: Expression, _ resolved: TruthSet) -> TruthSet {
    switch operand {
    case .condition(let condition):
      guard ["Pod", "Namespace", "Service"].contains(condition.memberType) else { return resolved }
      return conditions.members(of: condition)
    case .nested(let inner): return members(of: inner, resolved)
    case .paths(let paths):
      var result = constant(.no)
      for path in paths {
        // Segments and ports are paths as well.
        let isGroup = path.contains("/groups/") || snapshot.groups[path] != nil
        result.formUnion(isGroup ? members(of: path) : resolved)
      }
      return result
    case .addresses(let texts): return addresses(texts)
    case .unknown: return resolved
    case .conjunction: return constant(.maybe)
    }
  }

  private func addresses(_ texts: [String]) -> TruthSet {
    if !countsAddresses { return constant(.no) }
    var ranges: [AddressRange] = []
    var isUnreadable = false
    for text in texts {
      if let range = AddressRange(text) { ranges.append(range) } else { isUnreadable = true }
    }
    return TruthSet(
      certain: world.endpoints(in: ranges),
      possible: isUnreadable ? world.everyone : world.endpoints(in: ranges))
  }
}
