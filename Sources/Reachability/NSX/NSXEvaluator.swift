import AntreaModel
import NSXModel

/// Decides flows as NSX's distributed firewall would for the policies of one
/// cluster: by category, sequence number and rule; the first match decides, at
/// the source for what leaves and at the destination for what enters; without a
/// match the flow passes.
///
/// It reads the snapshot alone and knows nothing of the translation. Where a
/// rule may match or not by something that the snapshot does not tell (a group
/// that is missing, a context profile, a schedule), the outcome is
/// ``Outcome/undetermined``.
public struct NSXEvaluator: ReachabilityEvaluator {
  /// The rules between two endpoints.
  public struct Path: Sendable {
    let family: IPFamily
    /// Positions in the evaluator's entries, with how certainly they match.
    let egress: [(index: Int, truth: Truth)]?
    let ingress: [(index: Int, truth: Truth)]?
  }

  public let world: World
  public let traffic: TrafficSpace
  /// The groups that rules use, as names for their members.
  public let groupNames: [GroupName]
  let entries: [NSXRuleEntry]

  /// Reads the policies that span a control plane.
  ///
  /// - Parameter controlPlane: its NSX path or its id.
  public init(
    _ snapshot: NSXSnapshot, controlPlane: String, world: World,
    reading: NSXReading = NSXReading()
  ) {
    let plane =
      snapshot.controlPlanes.first {
        !$0.common.isMarkedForDelete && ($0.id == controlPlane || $0.path == controlPlane)
      }?.path
    let spanned = snapshot.spans.filter {
      $0.clusterPath == plane ?? controlPlane
        || plane == nil && $0.clusterPath.hasSuffix("/\(controlPlane)")
    }
    let paths = Set(spanned.map(\.policyPath))
    self.init(
      snapshot, policies: snapshot.policies.filter { paths.contains($0.path) }, world: world,
      reading: reading)
  }

  /// Reads given policies of a snapshot.
  public init(
    _ snapshot: NSXSnapshot, policies: [SecurityPolicy], world: World,
    reading: NSXReading = NSXReading()
  ) {
    var reader = NSXRuleReader(snapshot, world, reading)
    entries = reader.entries(policies.filter { !$0.common.isMarkedForDelete })
    groupNames = reader.groupMembers.compactMap { path, members in
      guard let group = snapshot.groups[path], !members.isEmpty else { return nil }
      let name = group.common.displayName
      return GroupName(name.isEmpty ? group.common.id : name, members: members)
    }.sorted { $0.name < $1.name }
    var space = TrafficSpace()
    for rule in entries { for match in rule.traffic ?? [] { match.divide(&space) } }
    traffic = space
    self.world = world
  }

  public func path(from source: Endpoint, to destination: Endpoint) -> Path {
    let family = source.address.family
    func candidates(at own: Endpoint, isEgress: Bool) -> [(index: Int, truth: Truth)]? {
      guard own.isEnforced else { return nil }
      var result: [(index: Int, truth: Truth)] = []
      for (index, rule) in entries.enumerated() {
        if let only = rule.family, only != family { continue }
        let truth = Truth.all([
          isEgress ? rule.isEgress : rule.isIngress, rule.enforced[own.index],
          rule.sources[source.index], rule.destinations[destination.index], rule.certainty,
        ])
        if truth != .no { result.append((index, truth)) }
      }
      return result
    }
    return Path(
      family: family, egress: candidates(at: source, isEgress: true),
      ingress: candidates(at: destination, isEgress: false))
  }

  public func decide(_ traffic: Traffic, on path: Path) -> Decision {
    Decision(
      egress: decide(traffic, path.family, path.egress),
      ingress: decide(traffic, path.family, path.ingress))
  }

  private func decide(
    _ traffic: Traffic, _ family: IPFamily, _ candidates: [(index: Int, truth: Truth)]?
  ) -> SideDecision {
    var hasJumped = false
    for (index, truth) in candidates ?? [] {
      let rule = entries[index]
      if hasJumped, !rule.isApplication { continue }
      var matches = truth
      if let services = rule.traffic {
        matches = matches && Truth.any(services.lazy.map { $0.matches(traffic, family) })
      }
      switch (matches, rule.effect) {
      case (.no, _): continue
      case (.maybe, _): return SideDecision(.undetermined, by: rule.reference)
      case (.yes, .decide(let outcome)): return SideDecision(outcome, by: rule.reference)
      case (.yes, .jumpToApplication): hasJumped = true
      }
    }
    return .unmatched
  }
}
