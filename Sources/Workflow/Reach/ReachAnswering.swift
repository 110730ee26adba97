import AntreaModel
import Failures
import Reachability
import Reporting

/// Answers questions about a subject.
struct ReachAnswering {
  private let subject: ReachSubject
  private let finder: EndpointFinder

  init(_ subject: ReachSubject) {
    self.subject = subject
    finder = EndpointFinder(subject.inventory, workloads: subject.workloads)
  }

  /// Answers a question.
  ///
  /// - Throws: ``Failure`` for names that are not known or have several meanings.
  func answer(_ question: ReachQuestion, _ traffic: Traffic?) throws -> ReachAnswer {
    let from = try finder.find(question.from ?? "", option: "--from", takesServices: false)
    let to = try finder.find(question.to ?? "", option: "--to", takesServices: true)
    let flows = try ReachFlows(subject.inventory, from: from, to: to).flows(traffic)
    var limits = subject.limits
    let decide = decider(for: flows.world, &limits)
    var groups = RowGroups(subject.workloads)
    for flow in flows.list {
      groups.add(flow, SidesText(decide(flow), names: subject.names))
    }
    return ReachAnswer(
      subject: subject.title, from: from.label, to: to.label,
      traffic: traffic.map { "\($0)".lowercased() } ?? "the ports of the Service",
      rows: groups.rows,
      limits: limits)
  }

  /// What decides flows of a world.
  private func decider(for world: World, _ limits: inout [String]) -> (Flow) -> Decision {
    switch subject.rules {
    case .objects(let objects):
      let evaluator = AntreaEvaluator(live: objects, world: world)
      limits += evaluator.notEvaluated.map(\.description)
      return { evaluator.decide($0) }
    case .nsx(let side):
      let evaluator = NSXEvaluator(
        side.snapshot, policies: side.policies, world: world, reading: subject.reading)
      return { evaluator.decide($0) }
    }
  }
}
