import AntreaModel

/// The rules of a set of policies in the order in which they are asked.
struct RuleLists {
  /// What a list can decide about flows.
  struct Verdicts {
    var mayAllow = false
    var mayDeny = false
  }

  /// Flows of one direction that are in a region, and at their other end in
  /// another.
  struct Question {
    var own: FlowRegion
    var opposite: FlowRegion?

    func overlaps(_ region: FlowRegion) -> Bool {
      region.overlaps(own) && (opposite.map { region.meets($0) } ?? true)
    }

    func isInside(_ region: FlowRegion) -> Bool {
      own.isSubset(of: region) || (opposite?.isInside(opposite: region) ?? false)
    }
  }

  fileprivate struct Entry {
    var position: RulePosition
    var verdict: RuleVerdict
    var region: FlowRegion
    /// Whether the rule matches all of the region.
    var isWhole: Bool
  }

  fileprivate var lists: [FlowDirection: [Entry]] = [:]

  init(_ policies: [KubernetesObject.Reference: OrderedPolicy], _ book: GroupBook) {
    let sorted = policies.sorted { KubernetesObject.Reference.precedes($0.key, $1.key) }
    for (_, policy) in sorted {
      for direction in FlowDirection.allCases {
        for (index, rule) in (policy.rules[direction] ?? []).enumerated() {
          lists[direction, default: []].append(
            Entry(
              position: policy.position(index), verdict: rule.verdict,
              region: book.region(rule), isWhole: rule.others.isEmpty))
        }
      }
    }
    for direction in FlowDirection.allCases {
      lists[direction]?.sort { $0.position < $1.position }
    }
  }

  /// Whether a rule of a direction denies.
  func denies(_ direction: FlowDirection) -> Bool {
    (lists[direction] ?? []).contains { $0.verdict != .allow }
  }

  /// What the rules of a direction can decide about flows: the rules that could
  /// match one, up to one that matches all of them.
  func verdicts(
    _ direction: FlowDirection, _ question: Question, _ testsLeft: inout Int
  ) -> Verdicts {
    var result = Verdicts()
    for entry in lists[direction] ?? [] {
      testsLeft -= 1
      guard testsLeft > 0 else { return Verdicts(mayAllow: true, mayDeny: true) }
      guard question.overlaps(entry.region) else { continue }
      if entry.verdict != .deny { result.mayAllow = true }
      if entry.verdict != .allow { result.mayDeny = true }
      if result.mayAllow, result.mayDeny { return result }
      if entry.isWhole, question.isInside(entry.region) { return result }
    }
    result.mayAllow = true
    return result
  }
}

extension RuleLists {
  /// Whether the rules that could match flows say the same at both ends. Flows
  /// between pods are meant: at an address alone nothing is enforced, so that
  /// nothing changes there.
  func areMirrored(
    _ direction: FlowDirection, _ question: Question, _ other: FlowDirection,
    _ otherQuestion: Question, _ testsLeft: inout Int
  ) -> Bool {
    let left = matching(direction, question, &testsLeft)
    let right = matching(other, otherQuestion, &testsLeft)
    guard let left, let right, left.count == right.count else { return false }
    return zip(left, right).allSatisfy { $0.isWhole && $1.isWhole && $0.isMirror(of: $1) }
  }

  /// The rules that could match a flow, in order; `nil` where there are too many
  /// to tell.
  private func matching(
    _ direction: FlowDirection, _ question: Question, _ testsLeft: inout Int
  ) -> [Entry]? {
    var result: [Entry] = []
    for entry in lists[direction] ?? [] {
      testsLeft -= 1
      guard testsLeft > 0 else { return nil }
      guard question.overlaps(entry.region) else { continue }
      result.append(entry)
      if entry.isWhole, question.isInside(entry.region) { break }
    }
    return result
  }
}

extension RuleLists.Entry {
  /// Whether the rule says at the one end what another says at the other.
  fileprivate func isMirror(of other: Self) -> Bool {
    guard verdict == other.verdict, verdict != .other,
      region.traffic.map(Set.init) == other.region.traffic.map(Set.init)
    else { return false }
    // Addresses mean pods as peers, and nothing where a policy is applied.
    let terms = [region, other.region].flatMap { $0.targets.terms + ($0.peers?.terms ?? []) }
    guard terms.allSatisfy({ if case .pods = $0 { true } else { false } }) else { return false }
    return Set(region.targets.terms) == other.region.podPeers
      && Set(other.region.targets.terms) == region.podPeers
  }
}

extension FlowRegion {
  /// The peers, where any stands for all pods.
  fileprivate var podPeers: Set<EndpointTerm> {
    guard let peers else {
      return LabelTerm(namespaces: nil, pods: nil).map { [.pods($0)] } ?? []
    }
    return Set(peers.terms)
  }

  /// Whether every connection of this is, at its other end, in another region
  /// for certain.
  func isInside(opposite other: FlowRegion) -> Bool {
    guard let peers else { return false }
    let turned = FlowRegion(targets: peers, peers: targets, traffic: traffic)
    return turned.isSubset(of: other)
  }
}
