import Documents

/// Antrea's admission rules and the parts of its schema that an API server
/// would not let pass, or would let pass and Antrea then misread, as an offline
/// check over a set of objects that are applied together.
public enum AdmissionRules {
  /// Everything that would be refused.
  ///
  /// - Parameter documents: Tier, ClusterGroup and ClusterNetworkPolicy objects;
  ///   others are passed over.
  public static func violations(in documents: [JSONValue]) -> [AdmissionViolation] {
    var check = AdmissionCheck()
    for document in documents {
      guard let object = KubernetesObject(document) else {
        check.report(.schema, "an object without apiVersion, kind or name")
        continue
      }
      check.begin(object.kind, object.name)
      check.metadata(document)
      switch object.kind {
      case "Tier": check.tier(document["spec"] ?? .null)
      case "ClusterGroup": check.group(document["spec"] ?? .null)
      case "ClusterNetworkPolicy": check.policy(document["spec"] ?? .null)
      default: break
      }
    }
    check.finish()
    return check.violations
  }
}

/// The state of a check over several objects.
struct AdmissionCheck {
  /// Tiers that a policy may name without an object.
  static let systemTiers: [String: Int64] = [
    "emergency": 50, "securityops": 100, "networkops": 150, "platform": 200, "application": 250,
    "baseline": 253,
  ]

  private(set) var violations: [AdmissionViolation] = []
  private(set) var object = ""
  private(set) var name = ""
  private var seen: Set<String> = []
  private var tierPriorities: [Int64: String] = [:]
  private var tierNames: Set<String> = []
  private var usedTiers: [(object: String, tier: String)] = []
  private var children: [String: [String]] = [:]
  private var groupNames: Set<String> = []
  private var groupReferences: [(object: String, group: String)] = []
  private var places: [String: String] = [:]

  mutating func begin(_ kind: String, _ name: String) {
    object = "\(kind)/\(name)"
    self.name = name
    if !seen.insert(object).inserted { report(.schema, "two objects of this name") }
  }

  mutating func report(_ rule: AdmissionViolation.Rule, _ message: String) {
    violations.append(AdmissionViolation(object: object, rule: rule, message: message))
  }

  mutating func metadata(_ document: JSONValue) {
    if !LabelSyntax.isSubdomain(name) { report(.schema, "metadata.name \(name)") }
    for label in document[path: "metadata", "labels"]?.object?.members ?? [] {
      if !LabelSyntax.isQualifiedName(label.key) { report(.schema, "label key \(label.key)") }
      if !LabelSyntax.isValue(label.value.string ?? " ") {
        report(.schema, "value of label \(label.key)")
      }
    }
    for annotation in document[path: "metadata", "annotations"]?.object?.members ?? []
    where !LabelSyntax.isQualifiedName(annotation.key) || annotation.value.string == nil {
      report(.schema, "annotation \(annotation.key)")
    }
    let size = document[path: "metadata", "annotations"]?.object?.members.reduce(0) {
      $0 + $1.key.utf8.count + ($1.value.string?.utf8.count ?? 0)
    }
    // Kubernetes' TotalAnnotationSizeLimitB.
    if let size, size > 256 << 10 { report(.schema, "annotations of \(size) bytes") }
  }

  mutating func tier(_ spec: JSONValue) {
    tierNames.insert(name)
    guard let priority = spec["priority"]?.integer, (0...255).contains(priority) else {
      return report(.schema, "spec.priority is not 0 to 255")
    }
    if [251, 252, 254, 255].contains(priority) {
      report(.webhook(40), "priority \(priority) is reserved")
    }
    if priority == 220 { report(.webhook(41), "priority 220 is reserved") }
    if let other = tierPriorities.updateValue(name, forKey: priority) {
      report(.webhook(42), "priority \(priority) is \(other)'s")
    }
    if Self.systemTiers.contains(where: { $0.value == priority && $0.key != name }) {
      report(.webhook(42), "priority \(priority) is a system tier's")
    }
  }

  mutating func group(_ spec: JSONValue) {
    groupNames.insert(name)
    let fields = spec.object?.keys ?? []
    switch Set(fields) {
    case ["namespaceSelector", "podSelector"], ["namespaceSelector", "externalEntitySelector"]:
      break
    case let set where set.count == 1: break
    default: report(.webhook(46), "fields \(fields.joined(separator: ", "))")
    }
    for key in ["podSelector", "namespaceSelector", "externalEntitySelector", "nodeSelector"] {
      if let selector = spec[key] { self.selector(selector, .webhook(47)) }
    }
    if let blocks = spec["ipBlocks"]?.array { addresses(blocks, rule: 48, mixRule: 49) }
    if let names = spec["childGroups"]?.array?.compactMap(\.string) {
      if names.isEmpty { report(.schema, "empty childGroups") }
      if names.contains(name) { report(.webhook(50), "the group is its own child") }
      children[name] = names
    }
    if let reference = spec["serviceReference"] {
      for key in ["name", "namespace"] where reference[key]?.string?.isEmpty != false {
        report(.schema, "serviceReference without \(key)")
      }
    }
  }

  /// Notes a policy's tier and priority.
  mutating func place(tier: String, priority: Double) {
    usedTiers.append((object, tier))
    let key = "\(tier.lowercased()) \(priority)"
    if let other = places.updateValue(object, forKey: key) {
      report(.schema, "same tier and priority as \(other): the order is open")
    }
  }

  /// Notes a reference to a ClusterGroup.
  mutating func reference(group: String) { groupReferences.append((object, group)) }

  /// Reports what only shows over all objects.
  mutating func finish() {
    let legacy: Set = [
      "Emergency", "SecurityOps", "NetworkOps", "Platform", "Application", "Baseline",
    ]
    for (object, tier) in usedTiers
    where !tierNames.contains(tier) && Self.systemTiers[tier] == nil && !legacy.contains(tier) {
      self.object = object
      report(.webhook(1), "tier \(tier) is missing")
    }
    if Set(tierPriorities.keys).union(Self.systemTiers.values).count > 20 {
      report(.webhook(39), "more than 20 tiers")
    }
    for (object, group) in groupReferences where !groupNames.contains(group) {
      self.object = object
      report(.schema, "group \(group) is missing and would match nothing")
    }
    for (parent, names) in children.sorted(by: { $0.key < $1.key }) {
      object = "ClusterGroup/\(parent)"
      for child in names {
        if children[child] != nil { report(.webhook(52), "child \(child) has children") }
        if !groupNames.contains(child) { report(.schema, "child \(child) is missing") }
      }
    }
  }
}
