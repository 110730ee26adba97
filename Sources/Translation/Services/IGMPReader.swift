import AntreaModel
import NSXModel

/// What a rule does with IGMP in one direction.
enum IGMPRole: Equatable {
  /// Nothing: no IGMP can match.
  case none
  /// It matches all IGMP of its pods, as an Antrea rule on IGMP does.
  case whole
  /// It matches some IGMP, by the other side or by an action that Antrea lacks
  /// there; a rule that names IGMP does not end here.
  case partly
  /// It names IGMP, and Antrea cannot do the same.
  case refused(String)
}

/// Decides what a rule does with IGMP. Antrea filters it by the pod alone: the
/// reports that a pod sends, and the general queries that its agent sends to
/// it.
struct IGMPReader {
  let rule: Rule
  let traffic: RuleTraffic
  /// `nil` where the profiles could not be read.
  let match: ProfileMatch?
  /// The families of the cluster's pods; `nil` where they are unknown.
  let families: Set<IPFamily>?
  /// The rules before that may jump to Application with some of the traffic.
  let jumps: [Jump]

  /// The role in a direction in which pods can match.
  func role(_ direction: RuleDirection) -> IGMPRole {
    let isIn = direction == .in
    if !traffic.namesIGMP, !traffic.isEverything {
      // The rule is refused; a deny in its place is one of IGMP too.
      return traffic.mayHaveIGMP && !isImpossible(isIn) ? .partly : .none
    }
    if let cause = cause(isIn: isIn) ?? jumpCause(direction) {
      return traffic.namesIGMP ? .refused(cause) : isImpossible(isIn) ? .none : .partly
    }
    return .whole
  }

  /// Whether no traffic at all can match.
  private func isImpossible(_ isIn: Bool) -> Bool {
    if case .names = match { return true }
    return isIn
      ? isAny(rule.sources) && rule.areSourcesExcluded
      : isAny(rule.destinations) && rule.areDestinationsExcluded
  }

  private func jumpCause(_ direction: RuleDirection) -> String? {
    let jump = jumps.first { jump in
      jump.boxes(direction).contains { $0.part.isEverything || $0.part.kind == .igmp }
    }
    return jump.map { "\($0.rule) may jump with IGMP" }
  }

  private func cause(isIn: Bool) -> String? {
    switch rule.action {
    case .allow, .drop: break
    default: return "the action is neither ALLOW nor DROP"
    }
    if match != .everything { return "IGMP with a profile" }
    if let cause = familyCause { return cause }
    // The destination of IGMP is a multicast address, which is no pod's.
    if !isAny(rule.destinations) || rule.areDestinationsExcluded {
      return "the destinations are not ANY"
    }
    if isIn, !isAny(rule.sources) || rule.areSourcesExcluded {
      return "the sources are not ANY, and the direction is IN"
    }
    return nil
  }
}

extension IGMPReader {
  /// A rule on IGMP of Antrea's has no family.
  private var familyCause: String? {
    switch rule.ipProtocol {
    case .both, .unknown: return nil
    case .ipv4: return families == [.v4] ? nil : "the IP protocol is IPV4 alone"
    case .ipv6: return families == [.v6] ? nil : "the IP protocol is IPV6 alone"
    }
  }
}

/// What a rule does with IGMP in both directions.
struct IGMPSides {
  /// One direction of a rule.
  enum Side {
    case none
    case partly
    case rule(PolicyRule)
  }

  var ingress = Side.none
  var egress = Side.none
  /// Whether the rule's services name IGMP.
  var isNamed = false

  /// Whether no IGMP rule comes of it that the services name.
  var isEmpty: Bool {
    guard isNamed else { return true }
    if case .rule = ingress { return false }
    if case .rule = egress { return false }
    return true
  }

  /// Sets a direction. Of a refused rule a deny of all IGMP stands for what is
  /// not known.
  mutating func set(
    _ role: IGMPRole, isRefused: Bool, _ side: DirectionResult, _ draft: RuleDraft
  ) {
    let isIn = side.direction == .in
    let result: Side
    switch role {
    case .none: return
    case .partly where !isRefused: result = .partly
    default:
      guard case .targets(let targets) = side.pods ?? PodSide.everyPod else { return }
      var rule = draft.igmpRule(suffix: side.suffix, targets: targets, isIn: isIn)
      if isRefused { rule.action = .drop }
      result = .rule(rule)
    }
    if isIn { ingress = result } else { egress = result }
  }
}
