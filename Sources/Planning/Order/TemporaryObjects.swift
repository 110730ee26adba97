import AntreaModel
import Documents

/// Makes the objects that stand beside others for the time of a run.
///
/// They bear our labels, so that a later run removes those that a stopped run
/// left behind.
struct TemporaryObjects {
  typealias Reference = KubernetesObject.Reference

  private let world: OrderWorld
  private let owner: String
  /// Priorities that are taken, by tier, in order.
  private let priorities: [Int: [Double]]

  init(_ world: OrderWorld, owner: String) {
    self.world = world
    self.owner = owner
    var taken: [Int: Set<Double>] = [:]
    for policies in [world.oldPolicies, world.newPolicies] {
      for policy in policies.values { taken[policy.tier, default: []].insert(policy.priority) }
    }
    priorities = taken.mapValues { $0.sorted() }
  }

  /// A copy of a live policy directly behind it, where it changes no decision;
  /// `nil` where there is no room.
  func copyBehind(_ reference: Reference) -> KubernetesObject? {
    guard let live = world.before[reference], live.kind == "ClusterNetworkPolicy",
      let policy = world.oldPolicies[reference]
    else { return nil }
    let priority = policy.priority.nextUp
    let neighbours = priorities[policy.tier] ?? []
    guard priority <= 10_000, !neighbours.contains(where: { $0 == priority }) else { return nil }
    return object(standingFor: live, suffix: "before") { spec in
      spec["priority"] = .number(priority)
    }
  }

  /// A copy of a group as it will be; children that are copied are the copies.
  func copy(of reference: Reference, _ names: [String: String]) -> KubernetesObject? {
    guard let object = world.after[reference] else { return nil }
    return self.object(standingFor: object, suffix: "after") { spec in
      spec.change("childGroups") { children in
        .array((children.array ?? []).map { Self.renamed($0, names) })
      }
    }
  }

  /// The name of the copy of a group.
  func nameOfCopy(_ reference: Reference) -> String { freeName(reference, suffix: "after") }

  /// A desired policy that refers to copies of groups.
  func redirected(_ reference: Reference, _ names: [String: String]) -> JSONValue? {
    guard let object = world.after[reference], case .object(var document) = object.document,
      case .object(var spec)? = document["spec"]
    else { return nil }
    func redirect(_ value: JSONValue) -> JSONValue {
      guard let entries = value.array else { return value }
      return .array(
        entries.map { entry in
          guard case .object(var members) = entry else { return entry }
          members.change("group") { Self.renamed($0, names) }
          return .object(members)
        })
    }
    spec.change("appliedTo", redirect)
    for direction in FlowDirection.allCases {
      spec.change(direction.name) { rules in
        .array(
          (rules.array ?? []).map { rule in
            guard case .object(var members) = rule else { return rule }
            for key in ["appliedTo", "from", "to"] { members.change(key, redirect) }
            return .object(members)
          })
      }
    }
    document["spec"] = .object(spec)
    return .object(document)
  }

  /// The desired group with the old members beside the new ones; `nil` where one
  /// object cannot have both.
  func widened(_ reference: Reference) -> JSONValue? {
    guard let old = world.before[reference]?.document["spec"]?.object,
      let object = world.after[reference], case .object(var document) = object.document,
      let new = document["spec"]?.object, old.keys == new.keys, old.count == 1,
      let key = old.keys.first, ["childGroups", "ipBlocks"].contains(key),
      let past = old[key]?.array, let future = new[key]?.array
    else { return nil }
    var spec = new
    spec[key] = .array(future + past.filter { !future.contains($0) })
    document["spec"] = .object(spec)
    return .object(document)
  }

  private static func renamed(_ name: JSONValue, _ names: [String: String]) -> JSONValue {
    name.string.flatMap { names[$0] }.map { .string($0) } ?? name
  }

  private func freeName(_ reference: Reference, suffix: String) -> String {
    let base = String(reference.name.prefix(200)) + "-" + suffix
    var name = base
    var number = 2
    while case let other = Reference(group: reference.group, kind: reference.kind, name: name),
      world.before[other] != nil || world.after[other] != nil
    {
      name = "\(base)-\(number)"
      number += 1
    }
    return name
  }

  private func object(
    standingFor original: KubernetesObject, suffix: String, _ change: (inout JSONObject) -> Void
  ) -> KubernetesObject? {
    guard var spec = original.document["spec"]?.object else { return nil }
    change(&spec)
    var annotations = JSONObject()
    for key in [Ownership.pathAnnotation, Ownership.displayNameAnnotation] {
      annotations[key] = original.annotations[key].map { .string($0) }
    }
    annotations[Ownership.temporaryAnnotation] = .string(original.reference.description)
    var labels = Ownership.labels(owner: owner)
    labels[ApplySet.memberLabel] = original.labels[ApplySet.memberLabel].map { .string($0) }
    let document: JSONValue = [
      "apiVersion": .string(antreaAPIVersion), "kind": .string(original.kind),
      "metadata": [
        "annotations": .object(annotations),
        "labels": .object(labels),
        "name": .string(freeName(original.reference, suffix: suffix)),
      ],
      "spec": .object(spec),
    ]
    return KubernetesObject(document)
  }
}

extension Ownership {
  /// The labels of an owner's objects.
  static func labels(owner: String) -> JSONObject {
    var labels = JSONObject()
    labels[managedByLabel] = .string(managedByValue)
    labels[ownerLabel] = .string(owner)
    return labels
  }
}
