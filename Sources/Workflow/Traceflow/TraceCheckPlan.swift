import AntreaModel
import Failures
import Reachability
import Reporting

/// One connection that a check asks for.
struct TraceCheckProbe: Sendable {
  /// The check, by its position in the file.
  var check: Int
  /// What is traced.
  var question: TraceQuestion
}

/// Finds the connections of checks.
struct TraceCheckPlan {
  private let subject: ReachSubject
  private let finder: EndpointFinder
  private let checks: [TraceCheck]
  private let timeout: Int

  init(_ checks: [TraceCheck], _ subject: ReachSubject, timeout: Int) {
    self.checks = checks
    self.subject = subject
    self.timeout = timeout
    finder = EndpointFinder(subject.inventory, workloads: subject.workloads)
  }

  /// The connections of all checks, in the order of the file.
  var probes: [TraceCheckProbe] {
    checks.enumerated().flatMap { index, check in
      check.destinations.flatMap { to in
        check.traffics.flatMap { port in
          sources(of: check, to, port).map { from in
            TraceCheckProbe(
              check: index,
              question: check.question(from: from, to: to, port: port, timeout: timeout))
          }
        }
      }
    }
  }

  private func sources(of check: TraceCheck, _ to: String, _ port: String?) -> [String] {
    guard case .others = check.sources else {
      if case .named(let names) = check.sources { return names }
      return []
    }
    var excepted: Set<Workload> = []
    for other in checks where other.expectation != check.expectation {
      guard case .named(let names) = other.sources, isSame(other, check, to, port) else { continue }
      for name in names { excepted.formUnion(pods(name, option: "--from")) }
    }
    let destination = Set(pods(to, option: "--to"))
    var taken: Set<String> = []
    var list: [String] = []
    for pod in subject.inventory.workloads where !pod.isHostNetwork && !excepted.contains(pod) {
      // A pod does not speak to itself through policies.
      if destination == [pod] { continue }
      let name = "\(pod.namespace)/\(pod.name)"
      if taken.insert(subject.workloads[name] ?? name).inserted { list.append("pod:\(name)") }
    }
    return list
  }

  /// Whether another check is about the same destination and traffic.
  private func isSame(
    _ other: TraceCheck, _ check: TraceCheck, _ to: String, _ port: String?
  ) -> Bool {
    let wanted = Set(pods(to, option: "--to"))
    let isSameEnd = other.destinations.contains { name in
      name == to || !wanted.isDisjoint(with: pods(name, option: "--to"))
    }
    func traffic(_ check: TraceCheck, _ port: String?) -> AskedTraffic? {
      (try? check.question(from: "", to: "", port: port, timeout: 1).traffic()).flatMap(\.self)
    }
    let own = traffic(check, port)
    // What allows less than all of it does not stand for all of it.
    let isWhole = other.sourcePort == nil || other.sourcePort == check.sourcePort
    return isSameEnd && isWhole && other.isIPv6 == check.isIPv6
      && other.traffics.contains { traffic(other, $0)?.words == own?.words }
  }

  private func pods(_ name: String, option: String) -> [Workload] {
    let found = try? finder.find(name, option: option, takesServices: option == "--to")
    return found?.pods ?? []
  }
}
