import AntreaModel
import Documents

/// A rule that never decides, with those that decide all its traffic before.
struct ShadowedRule {
  /// The NSX rule.
  var rule: NSXRuleReference
  /// What it would do.
  var action: PolicyAction
  /// The rules before it, policy after policy.
  var deciders: [NSXRuleReference]
  /// Whether one of them does something else.
  var isContradicted: Bool
}

/// An NSX rule and its policy, by path.
struct NSXRuleReference: Hashable {
  var policy: String
  var rule: String
}

/// Finds rules that can never decide, since rules that are evaluated earlier
/// match all that they match.
///
/// It judges the rendered rules, which say exactly what NSX's do. A rule is
/// found where each piece of its match (pods × peers × traffic) lies in those
/// of earlier rules; ports may be covered by several of them together. What it
/// finds is so; it may miss what only several rules cover in other ways.
struct ShadowSearch {
  /// Enough for tens of thousands of rules; an estate of rules that all
  /// contain each other is cut off.
  static let standardBudget = 12_000_000

  private struct Entry {
    var rule: Int
    var pods: [PodAtom]
    var peers: [PeerAtom]
    var traffic: [TrafficAtom]
    /// Whether the rule matches by something else as well, so that it neither
    /// covers others nor is covered.
    var isOpaque: Bool
  }

  private struct Cell: Hashable {
    var pods: Int
    var peer: Int
  }

  private let rules: [NSXRuleReference]
  private let actions: [PolicyAction]
  /// By direction, in order of evaluation.
  private let directions: [[Entry]]
  private var budget: WorkBudget
  /// Whether the search was cut off, so that there may be more.
  var isIncomplete: Bool { budget.isSpent }

  /// Reads the rules of a translation. Those that were refused are left out,
  /// also where a deny took their place.
  init(_ translation: Translation, budget: Int = standardBudget) {
    self.budget = WorkBudget(budget)
    let refused = Set(translation.findings.filter { $0.severity == .error }.compactMap(\.rule))
    let atoms = GroupAtoms(translation.clusterGroups)
    let priorities = Dictionary(
      translation.tiers.map { ($0.metadata.name, $0.priority) }
    ) { first, _ in first }
    let ordered = translation.policies.map(\.policy).sorted {
      let (a, b) = (priorities[$0.tier] ?? 0, priorities[$1.tier] ?? 0)
      return a == b ? $0.priority < $1.priority : a < b
    }
    var numbers: [String: Int] = [:]
    var rules: [NSXRuleReference] = []
    var actions: [PolicyAction] = []
    var ingress: [Entry] = []
    var egress: [Entry] = []
    for policy in ordered {
      guard let origin = translation.provenance[policy.reference] else { continue }
      func entries(_ list: [PolicyRule]) -> [Entry] {
        list.compactMap { rule in
          guard let path = origin.rules[rule.name]?.path, !refused.contains(path) else {
            return nil
          }
          let number = numbers[path] ?? rules.count
          if number == rules.count {
            numbers[path] = number
            rules.append(NSXRuleReference(policy: origin.path, rule: path))
            actions.append(rule.action)
          }
          return Entry(
            rule: number, pods: atoms.pods(rule.appliedTo), peers: atoms.peers(rule.peers),
            traffic: rule.trafficAtoms, isOpaque: !rule.isPlain)
        }
      }
      ingress += entries(policy.ingress)
      egress += entries(policy.egress)
    }
    self.rules = rules
    self.actions = actions
    directions = [ingress, egress]
  }

  /// The rules that never decide, policy after policy.
  mutating func find() -> [ShadowedRule] {
    var deciders: [Int: Set<Int>] = [:]
    var seen: Set<Int> = []
    var open: Set<Int> = []
    for entries in directions {
      for (entry, found) in zip(entries, search(entries)) {
        seen.insert(entry.rule)
        if let found {
          deciders[entry.rule, default: []].formUnion(found)
        } else {
          open.insert(entry.rule)
        }
      }
    }
    return seen.subtracting(open).sorted().compactMap { number in
      guard let found = deciders[number], !found.isEmpty else { return nil }
      return ShadowedRule(
        rule: rules[number], action: actions[number], deciders: found.sorted().map { rules[$0] },
        isContradicted: found.contains { actions[$0] != actions[number] })
    }
  }

  /// For each entry the earlier rules that decide all of it; `nil` where some
  /// of it is left.
  private mutating func search(_ entries: [Entry]) -> [Set<Int>?] {
    var index = AtomIndex()
    for entry in entries {
      for pods in entry.pods { _ = index.number(pods) }
      for peer in entry.peers { _ = index.number(peer) }
    }
    var ledgers: [Cell: TrafficLedger] = [:]
    var result: [Set<Int>?] = []
    result.reserveCapacity(entries.count)
    for (position, entry) in entries.enumerated() {
      if entry.isOpaque {
        result.append(nil)
        continue
      }
      let found = budget.isSpent ? nil : deciders(of: entry, entries, &index, ledgers)
      result.append(found.map { Set($0.map { entries[$0].rule }) })
      for pods in entry.pods {
        let number = index.number(pods)
        for peer in entry.peers {
          ledgers[Cell(pods: number, peer: index.number(peer)), default: TrafficLedger()]
            .add(entry.traffic, at: position)
        }
      }
    }
    return result
  }

  /// The positions of the entries that decide all of an entry.

  private mutating func deciders(
    of entry: Entry, _ entries: [Entry], _ index: inout AtomIndex,
    _ ledgers: [Cell: TrafficLedger]
  ) -> Set<Int>? {
    var positions: Set<Int> = []
    for pods in entry.pods {
      let around = index.containing(pods, &budget)
      for peer in entry.peers {
        let peers = index.containing(peer, &budget)
        budget.spend(around.count * peers.count)
        if budget.isSpent { return nil }
        let found = around.flatMap { pods in
          peers.compactMap { ledgers[Cell(pods: pods, peer: $0)] }
        }
        if found.isEmpty { return nil }
        for traffic in entry.traffic {
          let decided = TrafficLedger.deciders(
            of: traffic, in: found, except: { entries[$0].rule == entry.rule }, &budget)
          guard let decided else { return nil }
          positions.formUnion(decided)
        }
      }
    }
    return positions
  }
}
