import AntreaModel
import NSXModel

/// The rules on IGMP of one policy, which Antrea takes only in a policy of their
/// own. That policy stands right before the policy's other rules, and so has to
/// say of IGMP what the policy says: rules on all traffic are in it as well, up
/// to the last rule of all policies that names IGMP.
struct IGMPRules {
  /// A rule on IGMP with the NSX rule that it comes from.
  typealias Member = (rule: PolicyRule, origin: Rule)

  let ingress: IGMPSurroundings
  let egress: IGMPSurroundings
  private var items: [(sides: IGMPSides, origin: Rule)] = []

  init(ingress: IGMPSurroundings, egress: IGMPSurroundings) {
    self.ingress = ingress
    self.egress = egress
  }

  /// Adds a rule, in order.
  mutating func add(_ sides: IGMPSides, of rule: Rule) { items.append((sides, rule)) }

  /// The rules of both directions.
  ///
  /// - Parameter closes: whether a deny takes the place of a rule that cannot
  ///   stand before the others.
  /// - Returns: `refused` are rules that cannot.
  func assemble(
    closes: Bool
  ) -> (ingress: [Member], egress: [Member], refused: [Rule]) {
    // Nearly every policy ends here.
    guard ingress.isFollowed || egress.isFollowed || items.contains(where: \.sides.isNamed)
    else { return ([], [], []) }
    let ingress = side(\.ingress, ingress, closes)
    let egress = side(\.egress, egress, closes)
    let late = Set((ingress.refused + egress.refused).map(\.path))
    return (
      ingress.members, egress.members,
      items.map(\.origin).filter { late.contains($0.path) }
    )
  }

  private func side(
    _ side: KeyPath<IGMPSides, IGMPSides.Side>, _ surroundings: IGMPSurroundings, _ closes: Bool
  ) -> (members: [Member], refused: [Rule]) {
    var surroundings = surroundings
    var members: [Member] = []
    var refused: [Rule] = []
    // How many members there are up to the last one that names IGMP.
    var count = 0
    for (sides, origin) in items {
      switch sides[keyPath: side] {
      case .none: continue
      case .partly: surroundings.overtaken.insert(origin.action)
      case .rule(var rule):
        if surroundings.takes(origin.action, isNamed: sides.isNamed) {
          if !sides.isNamed { continue }
          refused.append(origin)
          if !closes { continue }
          rule.action = .drop
        }
        members.append((rule, origin))
        if sides.isNamed { count = members.count }
      }
    }
    if surroundings.isFollowed { return (members, refused) }
    if count == 0 { return ([], refused) }
    // What comes after the last rule that names IGMP may also be said here, and
    // is where agents keep IGMP apart from other traffic.
    let isWhole = !surroundings.isBlocked && surroundings.overtaken.isEmpty
    return (isWhole ? members : Array(members.prefix(count)), refused)
  }
}
