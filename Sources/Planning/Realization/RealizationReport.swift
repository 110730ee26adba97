import AntreaModel
import Documents

/// How far the policies and groups of one cluster are realized.
public struct RealizationReport: Sendable, Hashable {
  /// The objects, in a fixed order.
  public private(set) var objects: [ObjectRealization]

  /// Puts objects together; tiers, which have no status, are left out.
  public init(_ objects: [ObjectRealization]) {
    self.objects = objects.filter {
      [.policy, .group].contains(AntreaKinds.role(of: $0.reference))
    }
    .sorted { KubernetesObject.Reference.precedes($0.reference, $1.reference) }
  }

  /// What is wanted, with nothing known of it yet.
  ///
  /// - Parameter wanted: Objects as they should be, tiers among them.
  public init(awaiting wanted: [KubernetesObject]) {
    self.init(wanted.map { ObjectRealization(missing: $0.reference) })
  }

  /// The policies.
  public var policies: [ObjectRealization] {
    objects.filter { AntreaKinds.role(of: $0.reference) == .policy }
  }
  /// The groups.
  public var groups: [ObjectRealization] {
    objects.filter { AntreaKinds.role(of: $0.reference) == .group }
  }
  /// What is still waited for.
  public var pending: [ObjectRealization] { objects.filter { !$0.isDone } }
  /// Whether nothing is waited for.
  public var isDone: Bool { objects.allSatisfy(\.isDone) }

  /// Takes what was read of some of the objects now. What is not there is missing.
  ///
  /// - Parameter asked: The objects that were asked for.
  public mutating func update(
    _ asked: Set<KubernetesObject.Reference>, with live: [KubernetesObject]
  ) {
    let found = Dictionary(live.map { ($0.reference, $0) }) { first, _ in first }
    for index in objects.indices where asked.contains(objects[index].reference) {
      let reference = objects[index].reference
      objects[index] =
        found[reference].map { ObjectRealization($0) } ?? ObjectRealization(missing: reference)
    }
  }

  /// The report in JSON: counts, and the objects that are not done.
  public var document: JSONValue {
    func count(_ list: [ObjectRealization], _ states: ObjectRealization.State...) -> JSONValue {
      .integer(Int64(list.count { states.contains($0.state) }))
    }
    return [
      "policies": [
        "total": .integer(Int64(policies.count)), "realized": count(policies, .realized),
        "noTargets": count(policies, .noTargets), "unreported": count(policies, .unreported),
        "failed": count(policies, .failed),
        "pending": count(policies, .pending, .realizing, .missing),
      ],
      "groups": [
        "total": .integer(Int64(groups.count)), "computed": count(groups, .realized),
      ],
      "notRealized": .array(pending.map(\.document)),
    ]
  }
}
