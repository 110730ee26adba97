import AntreaModel
import Documents

/// Reads Antrea's and Kubernetes' policies into rules about endpoints.
///
/// What it knows of Antrea beyond its documentation is how the controller turns
/// objects into groups of pods, and rules into flows of a Node.
struct AntreaReader {
  /// Where an object stands, which decides what its selectors mean.
  enum Scope {
    case cluster
    case namespace(String)

    var namespace: String? {
      if case .namespace(let name) = self { name } else { nil }
    }
  }

  let index: EndpointIndex
  let groups: [AntreaGroupName: KubernetesObject]
  var report: AntreaReport
  var tiers: [String: Int] = [
    "emergency": 50, "securityops": 100, "networkops": 150, "platform": 200, "application": 250,
    "baseline": 253,
  ]
  var groupCache: [AntreaGroupName: AntreaGroup] = [:]
  var podCache: [AntreaSelector: EndpointSet] = [:]
  var namespaceCache: [AntreaSelector: EndpointSet] = [:]
  /// The names and patterns of names that rules ask for.
  var hostNames: Set<String> = []
  /// The rules by direction.
  var rules = Directions<AntreaRuleEntry>()
  /// The pods that a Kubernetes policy isolates.
  var isolated = Directions<(policy: String, pods: EndpointSet)>()

  init(world: World, groups objects: [KubernetesObject], isStrict: Bool) {
    index = EndpointIndex(world)
    groups = Dictionary(
      objects.map { object in
        let isNamespaced = object.kind == "Group"
        let namespace = isNamespaced ? object.namespace ?? "default" : nil
        return (AntreaGroupName(namespace: namespace, name: object.name), object)
      }, uniquingKeysWith: { $1 })
    report = AntreaReport(isStrict: isStrict)
  }

  /// Adds a tier. The priorities between the system's tiers cannot be taken.
  mutating func readTier(_ object: KubernetesObject) throws(EvaluationError) {
    guard tiers[object.name] == nil else { return }
    let fields = AntreaFields(object: object.reference)
    do throws(EvaluationError) {
      let spec = object.document["spec"] ?? [:]
      guard let priority = try fields.number(spec, "priority", in: 0...255) else {
        throw fields.invalid("priority", "missing")
      }
      guard ![251, 252, 254, 255].contains(priority) else {
        throw fields.invalid("priority", "\(priority) is reserved")
      }
      tiers[object.name] = priority
    } catch {
      try report.leaveOut(error, fields)
    }
  }
}

/// A list for each direction.
struct Directions<Element> {
  var ingress: [Element] = []
  var egress: [Element] = []

  /// The list for a direction.
  subscript(_ direction: AntreaReader.Direction) -> [Element] {
    direction == .ingress ? ingress : egress
  }

  /// Adds to the list for a direction, in place.
  mutating func append(_ element: Element, to direction: AntreaReader.Direction) {
    switch direction {
    case .ingress: ingress.append(element)
    case .egress: egress.append(element)
    }
  }

  /// Shortens both lists.
  mutating func keep(ingress first: Int, egress second: Int) {
    ingress.removeLast(ingress.count - first)
    egress.removeLast(egress.count - second)
  }
}

extension Directions: Sendable where Element: Sendable {}

extension AntreaReader {
  /// The direction of a rule as seen from the pods that it is applied to.
  enum Direction: String, CaseIterable {
    case ingress
    case egress

    /// The member with the other ends.
    var peers: String { self == .ingress ? "from" : "to" }
  }
}
