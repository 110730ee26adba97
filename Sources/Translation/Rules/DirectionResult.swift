import AntreaModel
import NSXModel

/// One direction of a rule as far as it could be translated.
struct DirectionResult {
  /// What becomes one Antrea rule, or two where multicast stands apart.
  struct Piece {
    var targets: [PolicyTarget]
    var part: TrafficPart
    var peers: PeerSide
    /// What tells its name from the other pieces'.
    var mark: String
  }

  let direction: RuleDirection
  let suffix: String
  let ends: RuleEnds
  let names: PodNames
  let target: ClusterTarget
  var budget = SelectorBudget()
  /// `nil` where the pods cannot be told.
  private(set) var pods: PodSide?
  private(set) var parts: [(origin: Int, part: TrafficPart, peers: PeerSide)] = []
  private(set) var problems: [Problem] = []
  /// Set where earlier rules took some of the traffic.
  private(set) var pieces: [Piece]?

  init(
    _ direction: RuleDirection, _ ends: RuleEnds, _ names: PodNames, _ target: ClusterTarget
  ) {
    self.direction = direction
    self.ends = ends
    self.names = names
    self.target = target
    suffix = ends.directions.count > 1 ? (direction == .in ? "-in" : "-out") : ""
    do {
      pods = try ends.own(direction).resolve(names, &budget)
    } catch {
      problems = error.list
    }
  }

  /// Adds one part of the traffic. Where its peers cannot be told, the part
  /// stands with as few as are certain to have all, which only a deny may use.
  ///
  /// - Parameter origin: its place among the rule's parts.
  mutating func add(_ part: TrafficPart, _ origin: Int) {
    guard let family = ends.family(of: part) else { return }
    let other = ends.other(direction)
    do {
      let peers = try other.resolve(target, family: family, names, &budget)
      parts.append((origin, part, peers))
    } catch {
      problems += error.list
      parts.append((origin, part, other.closed(target, family: family, names, &budget)))
    }
  }

  /// Takes out what jumped to Application before.
  ///
  /// - Parameter all: the rule's traffic, whose parts were added.
  /// - Returns: whether something jumped.
  mutating func subtract(_ jumps: [Jump], of all: [TrafficPart]) -> Bool {
    do throws(Problems) {
      let whole = try ends.boxes(direction, all, &budget)
      var rest = RuleRest(whole, direction, target)
      for jump in jumps { try rest.subtract(jump, &budget) }
      if rest.jumps.isEmpty { return false }
      // Neither names nor applications are in the sets that were computed with.
      if !ends.domainNames.isEmpty || all.contains(where: { !$0.applications.isEmpty }) {
        throw Problems(list: [
          Problem(
            .jumpRemainder, "\(rest.jumps[0].rule) jumps with some of the traffic of a profile")
        ])
      }
      pieces = try pieces(of: rest, whole)
      return true
    } catch {
      problems += error.list
      return false
    }
  }

  /// Notes why the rule cannot be translated in this direction.
  mutating func refuse(_ problem: Problem) { problems.append(problem) }

  private mutating func pieces(
    of rest: RuleRest, _ whole: [RuleBox]
  ) throws(Problems) -> [Piece] {
    guard case .targets(let targets) = pods else { return [] }
    let candidates = ends.groups + rest.jumps.flatMap(\.groups)
    var result: [Piece] = []
    do throws(Problem) {
      for box in rest.boxes {
        let from = whole.first { $0.origin == box.origin }
        let known = parts.first { $0.origin == box.origin }?.peers
        let peers =
          if let known, box.peers == from?.peers { known } else {
            try PeerSide(box.peers, names, candidates: candidates, &budget)
          }
        let targets =
          box.pods == from?.pods
          ? targets
          : try names.references(box.pods, candidates: candidates, &budget).map(\.target)
        let number = rest.boxes.count > 1 ? "-rest\(result.count + 1)" : ""
        result.append(
          Piece(
            targets: targets, part: box.part, peers: peers, mark: mark(of: box.part) + number))
      }
    } catch {
      let names = rest.jumps.map(\.rule).joined(separator: ", ")
      throw Problems(list: [
        Problem(.jumpRemainder, "\(names) jumps with some of its traffic: \(error.message)")
      ])
    }
    return result
  }

  private func mark(of part: TrafficPart) -> String {
    parts.count > 1 && part.kind != .ports ? "-\(part.kind.rawValue)" : ""
  }

  /// Refuses multicast peers where Antrea has no action for them.
  mutating func checkMulticast(_ action: RuleAction) {
    guard action == .reject, direction == .out else { return }
    let sides = pieces?.map(\.peers) ?? parts.map(\.peers)
    if sides.contains(where: \.hasMulticast) {
      problems.append(
        Problem(.multicastAddress, "the excluded addresses leave multicast, which has no Reject"))
    }
  }

  /// Puts a bound in the place of pods that cannot be told: the deny stands at
  /// least where the rule was.
  mutating func close() {
    if pods != nil { return }
    let bound = ends.own(direction).bound(&budget)
    if bound.isEmpty {
      pods = .nothing
    } else if let set = try? bound.widened(&budget),
      let references = try? names.references(set, candidates: ends.groups, &budget)
    {
      pods = .targets(references.map(\.target))
    } else {
      pods = .everyPod
    }
  }

  /// The Antrea rules.
  func rules(_ draft: RuleDraft) -> [PolicyRule] {
    guard case .targets(let targets) = pods ?? .everyPod else { return [] }
    let pieces =
      self.pieces
      ?? parts.map {
        Piece(targets: targets, part: $0.part, peers: $0.peers, mark: mark(of: $0.part))
      }
    var rules: [PolicyRule] = []
    for piece in pieces {
      let list: [PolicyPeer]
      switch piece.peers {
      case .nothing: continue
      case .any: list = []
      case .peers(let peers): list = peers
      }
      let suffix = suffix + piece.mark
      // Antrea takes multicast networks only in rules of their own.
      let multicast = list.filter(\.isMulticast)
      if multicast.isEmpty || multicast.count == list.count {
        rules.append(
          draft.rule(suffix: suffix, targets: piece.targets, peers: list, part: piece.part))
      } else {
        let others = list.filter { !$0.isMulticast }
        rules.append(
          draft.rule(suffix: suffix, targets: piece.targets, peers: others, part: piece.part))
        rules.append(
          draft.rule(
            suffix: suffix + "-multicast", targets: piece.targets, peers: multicast,
            part: piece.part))
      }
    }
    return rules
  }
}
