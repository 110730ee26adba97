import AntreaModel
import Documents

/// A Kubernetes Service by its names.
struct ServiceName: Hashable, Comparable {
  var namespace: String
  var name: String

  static func < (left: ServiceName, right: ServiceName) -> Bool {
    (left.namespace, left.name) < (right.namespace, right.name)
  }
}

/// Pods by labels that also stand behind some Services, and behind none of
/// others. What a Service selects is not known here: only labels alone, or one
/// Service alone, have a form in Antrea.
struct PodTerm: Hashable {
  /// Conditions on labels; with a Service also those of its namespace.
  private(set) var selector: SelectorTerm
  /// Services that all of the pods stand behind, sorted.
  private(set) var services: [ServiceName] = []
  /// Services that none of the pods stands behind, sorted.
  private(set) var excludedServices: [ServiceName] = []

  /// Every pod.
  static let everyPod = PodTerm.selector(.everyPod)

  /// Pods by labels.
  static func selector(_ term: SelectorTerm) -> PodTerm { PodTerm(term) }

  /// The pods behind a Service.
  static func service(name: String, namespace: String) -> PodTerm? {
    PodTerm(.everyPod, [ServiceName(namespace: namespace, name: name)], [])
  }

  private init(_ selector: SelectorTerm) { self.selector = selector }

  /// - Returns: `nil` where no pod can be in the term: a Service has pods of its
  ///   own namespace only.
  private init?(
    _ selector: SelectorTerm, _ services: Set<ServiceName>, _ excluded: Set<ServiceName>
  ) {
    var selector = selector
    for service in services {
      guard let term = SelectorTerm.namespace(service.namespace),
        let both = selector.intersection(term)
      else { return nil }
      selector = both
    }
    if !services.isDisjoint(with: excluded) { return nil }
    self.selector = selector
    self.services = services.sorted()
    excludedServices = excluded.filter { selector.canHavePods(of: $0.namespace) }.sorted()
  }

  /// Whether there is no condition.
  var isEveryPod: Bool { selector.isEveryPod && services.isEmpty && excludedServices.isEmpty }

  /// The pods that are in both terms; `nil` where none can be.
  func intersection(_ other: PodTerm) -> PodTerm? {
    guard let both = selector.intersection(other.selector) else { return nil }
    if services.isEmpty, other.services.isEmpty, excludedServices.isEmpty,
      other.excludedServices.isEmpty
    {
      return PodTerm(both)
    }
    return PodTerm(
      both, Set(services).union(other.services),
      Set(excludedServices).union(other.excludedServices))
  }

  /// Whether certainly no pod is in both terms.
  func isDisjoint(from other: PodTerm) -> Bool {
    selector.isDisjoint(from: other.selector)
      || services.contains(where: other.excludedServices.contains)
      || excludedServices.contains(where: other.services.contains)
  }

  /// Whether certainly all pods of this term are in the other one.
  func isSubset(of other: PodTerm) -> Bool {
    if !selector.isSubset(of: other.selector) { return false }
    if other.services.isEmpty, other.excludedServices.isEmpty { return true }
    return other.services.allSatisfy(services.contains)
      && other.excludedServices.allSatisfy {
        excludedServices.contains($0) || !selector.canHavePods(of: $0.namespace)
      }
  }

  /// The pods that are not in the term, as a union of terms.
  var complement: [PodTerm] {
    // Who is in another namespace is not behind the Service either, so that its
    // namespace needs no term of its own.
    let labels =
      services.isEmpty
      ? selector.complement
      : selector.complement.filter { piece in
        services.contains { piece.canHavePods(of: $0.namespace) }
      }
    return labels.map { PodTerm($0) }
      + services.compactMap { PodTerm(.everyPod, [], [$0]) }
      + excludedServices.compactMap { PodTerm(.everyPod, [$0], []) }
  }

  /// The union of both where it is one term.
  func merged(with other: PodTerm) -> PodTerm? {
    guard services.isEmpty, other.services.isEmpty, excludedServices.isEmpty,
      other.excludedServices.isEmpty
    else { return nil }
    return selector.merged(with: other.selector).map { PodTerm($0) }
  }

  /// Labels alone; `nil` where Services are part of the term.
  var labels: SelectorTerm? {
    services.isEmpty && excludedServices.isEmpty ? selector : nil
  }

  /// The one Service that is all of the term.
  var service: ServiceName? {
    guard services.count == 1, let service = services.first, excludedServices.isEmpty,
      selector == SelectorTerm.namespace(service.namespace)
    else { return nil }
    return service
  }

  /// The term as a ClusterGroup; `nil` where Antrea has no form for it.
  var members: ClusterGroup.Members? {
    if let labels { return .workloads(labels.selector) }
    return service.map { .service(name: $0.name, namespace: $0.namespace) }
  }

  /// A term with a form that has all of these pods, and perhaps more.
  var widened: PodTerm {
    if labels != nil || service != nil { return self }
    let service = services.first.flatMap { PodTerm(.everyPod, [$0], []) }
    return service ?? PodTerm(selector)
  }

  /// A text that is the same for the same term, for order and hashes.
  var key: String {
    if labels != nil { return "selector \(selector.key)" }
    if let service { return "service \(service.namespace)/\(service.name)" }
    let behind = services.map { "service \($0.namespace)/\($0.name)" }
    let notBehind = excludedServices.map { "not service \($0.namespace)/\($0.name)" }
    return (["selector \(selector.key)"] + behind + notBehind).joined(separator: " and ")
  }

  /// Terms without repetition, in order of their keys.
  static func sorted(_ terms: [PodTerm]) -> [PodTerm] {
    if terms.count < 2 { return terms }
    return Set(terms).map { ($0.key, $0) }.sorted { utf8Order($0.0, $1.0) < 0 }.map(\.1)
  }
}
