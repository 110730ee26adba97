import AntreaModel

/// The pods at which a rule is enforced.
enum PodSide: Equatable {
  /// No pod: the rule matches no traffic.
  case nothing
  /// These.
  case targets([PolicyTarget])

  /// Every pod of the cluster.
  static let everyPod = PodSide.targets([.workloads(.everyPod)])
}

/// The rule's end at which it is enforced, in one direction: the pods of the
/// applied-to that are also on the rule's own side.
struct OwnSide {
  var appliedTo: Operand
  var side: Operand
  var isExcluded: Bool
  var podNetworks: [CIDR]?

  /// The groups of both.
  var groups: [ResolvedGroup] { appliedTo.groups + side.groups }

  /// Why the pods cannot be told: entries that cannot be used, and addresses
  /// that may be pods'.
  var problems: [Problem] {
    appliedTo.problems + side.problems
      + addressProblems(appliedTo, .addressesInAppliedTo)
      + addressProblems(side, .addressesAtPodSide)
  }

  /// The addresses of an operand that may be pods'.
  func addressProblems(_ operand: Operand, _ code: FindingCode) -> [Problem] {
    let groups = operand.groups.filter { !$0.areNetworksOutside && mayBePods($0.ranges) }
    var problems = groups.map { Problem(code, "group \($0.path) has addresses") }
    if mayBePods(operand.ranges) { problems.append(Problem(code, "addresses stand in the rule")) }
    return problems
  }

  private func mayBePods(_ ranges: [AddressRange]) -> Bool {
    if ranges.isEmpty { return false }
    guard let podNetworks else { return true }
    return AddressSet(ranges).intersects(AddressSet(podNetworks.map { AddressRange($0) }))
  }

  /// The pods as a set.
  func selection(_ budget: inout SelectorBudget) throws(Problem) -> PodSelection {
    let all = try appliedTo.selection(&budget)
    if !isExcluded { return try all.intersection(try side.selection(&budget), &budget) }
    return try all.subtracting(try side.selection(&budget), &budget)
  }

  /// The pods as Antrea names them.
  func resolve(_ names: PodNames, _ budget: inout SelectorBudget) throws(Problems) -> PodSide {
    let problems = problems
    if !problems.isEmpty { throw Problems(list: problems) }
    if side.isAny {
      if isExcluded { return .nothing }
      return appliedTo.isAny ? .everyPod : Self.all(of: appliedTo)
    }
    if !isExcluded {
      if appliedTo.isAny { return Self.all(of: side) }
      // Most rules that name both name the same groups.
      let a = Set(appliedTo.groups.map(\.path))
      let b = Set(side.groups.map(\.path))
      if a.isSubset(of: b) { return Self.all(of: appliedTo) }
      if b.isSubset(of: a) { return Self.all(of: side) }
    }
    do {
      let set = try selection(&budget)
      let references = try names.references(set, candidates: groups, &budget)
      return references.isEmpty ? .nothing : .targets(references.map(\.target))
    } catch {
      throw Problems(list: [error])
    }
  }

  /// All groups of an operand that have pods, by name.
  static func all(of operand: Operand) -> PodSide {
    let names = Set(operand.groups.filter { !$0.pods.isEmpty }.map(\.name))
    return names.isEmpty ? .nothing : .targets(names.sorted().map { .group($0) })
  }
}
