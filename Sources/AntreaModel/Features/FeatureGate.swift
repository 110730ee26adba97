import Documents

/// A switch in Antrea's configuration without which a construct that the
/// schema has does nothing, or is refused.
public enum FeatureGate: String, Sendable, Hashable, CaseIterable {
  /// `l7Protocols`.
  case layerSeven = "L7NetworkPolicy"
  /// `protocols[].igmp`, and multicast addresses.
  case multicast = "Multicast"

  /// Whether Antrea has it on without being told.
  ///
  /// - Parameter release: `nil` where the version is unknown; the oldest that
  ///   serves what is written counts then.
  public func isOnByDefault(_ release: AntreaRelease?) -> Bool {
    switch self {
    case .layerSeven: false
    case .multicast: (release ?? AntreaRelease(1, 13)) >= AntreaRelease(1, 12)
    }
  }

  /// The gates that objects need, with the objects that do, in order of their
  /// names.
  public static func needed(
    by objects: [KubernetesObject]
  ) -> [FeatureGate: [KubernetesObject.Reference]] {
    var result: [FeatureGate: [KubernetesObject.Reference]] = [:]
    for object in objects where object.kind == "ClusterNetworkPolicy" {
      let rules =
        (object.document[path: "spec", "ingress"]?.array ?? [])
        + (object.document[path: "spec", "egress"]?.array ?? [])
      if rules.contains(where: { $0["l7Protocols"] != nil }) {
        result[.layerSeven, default: []].append(object.reference)
      }
      if rules.contains(where: { $0["protocols"]?.array?.contains { $0["igmp"] != nil } == true }) {
        result[.multicast, default: []].append(object.reference)
      }
    }
    return result.mapValues { $0.sorted { utf8Order($0.description, $1.description) < 0 } }
  }

  /// What to tell where the gate is off; `nil` where it is on.
  ///
  /// - Parameters:
  ///   - components: the configurations of the controller and the agents
  ///     (`antrea-controller.conf`, `antrea-agent.conf`), parsed.
  ///   - version: the Antrea version of the cluster, where it is known.
  public func fault(
    components: [JSONValue], version: String?, users: [KubernetesObject.Reference]
  ) -> String? {
    let release = version.flatMap { AntreaRelease($0) }
    let isOn = components.allSatisfy {
      $0[path: "featureGates", rawValue]?.bool ?? isOnByDefault(release)
    }
    if isOn { return nil }
    let others = users.count > 1 ? " and \(users.count - 1) more" : ""
    return "\(users.first?.description ?? "a policy")\(others) needs Antrea's feature gate "
      + "\(rawValue), which is off in antrea-config"
  }
}
