import AntreaModel

/// A service, or the services of a rule, in Antrea's terms.
struct ResolvedService {
  var traffic = TrafficSet()
  /// Control ports of ALG services: exact only where the rule denies.
  var control = TrafficSet()
  var algNames: Set<String> = []
  /// Why the service cannot be translated.
  var problems: Set<Problem> = []

  mutating func formUnion(_ other: ResolvedService) {
    traffic.formUnion(other.traffic)
    control.formUnion(other.control)
    algNames.formUnion(other.algNames)
    problems.formUnion(other.problems)
  }

  /// The service at a path of which the snapshot knows nothing.
  static func missing(_ path: String) -> ResolvedService {
    ResolvedService(
      problems: [Problem(.danglingService, "service \(path) is not in the snapshot")])
  }
}
