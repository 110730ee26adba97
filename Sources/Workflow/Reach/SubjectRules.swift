import Reachability

/// The rules of a subject over a world.
struct SubjectRules {
  private enum Evaluator {
    case nsx(NSXEvaluator)
    case cluster(AntreaEvaluator)
  }

  private let evaluator: Evaluator
  /// The groups that the rules use, by name.
  let groups: [GroupName]

  init(_ subject: ReachSubject, _ world: World) {
    switch subject.rules {
    case .objects(let objects):
      evaluator = .cluster(AntreaEvaluator(live: objects, world: world))
      groups = GroupName.ofClusterGroups(objects, world)
    case .nsx(let side):
      let nsx = NSXEvaluator(
        side.snapshot, policies: side.policies, world: world, reading: subject.reading)
      evaluator = .nsx(nsx)
      groups = nsx.groupNames
    }
  }

  /// What was left out, and what is not defined.
  var limits: [String] {
    guard case .cluster(let evaluator) = evaluator else { return [] }
    return evaluator.notEvaluated.map(\.description)
      + evaluator.ties.map { "a defined order of \($0.joined(separator: ", "))" }
  }

  /// Where Antrea does something else than objects seem to say.
  var notes: [String] {
    guard case .cluster(let evaluator) = evaluator else { return [] }
    return AntreaSurprise.lines(evaluator.deviations)
  }

  /// Decides a flow.
  func decide(_ flow: Flow) -> Decision {
    switch evaluator {
    case .nsx(let evaluator): evaluator.decide(flow)
    case .cluster(let evaluator): evaluator.decide(flow)
    }
  }

  /// Every rule on the way of a flow.
  func explain(_ flow: Flow) -> FlowExplanation {
    switch evaluator {
    case .nsx(let evaluator): FlowExplanation(flow, by: evaluator)
    case .cluster(let evaluator): FlowExplanation(flow, by: evaluator)
    }
  }

  /// The rules as sets, for flows that are sent to a Service or to none.
  func book(through service: KubernetesService.Name?) -> RuleBook {
    switch evaluator {
    case .nsx(let evaluator): evaluator.rules
    case .cluster(let evaluator): evaluator.rules(through: service)
    }
  }
}

extension ReachSubject {
  /// What the rules mention.
  var vocabulary: Vocabulary {
    switch rules {
    case .objects(let objects): Vocabulary(objects: objects)
    case .nsx(let side): Vocabulary(side.snapshot, policies: side.policies)
    }
  }
}
