import AntreaModel
import KubernetesClient
import Observation

/// A right that some command needs in a cluster: one verb of one rule of the
/// roles in `examples/`, which a test holds against this table.
public struct NeededRight: Sendable, Hashable {
  public var verb: String
  public var group: String
  public var resource: String
  public var subresource: String?
  /// `nil` for all, or a cluster-scoped resource.
  public var namespace: String?
  /// The object that it is about; `nil` for all.
  public var name: String?
  /// The role that grants it.
  public var role: String
  /// The file of `examples/` that the role stands in.
  public var file = "rbac.yaml"
  /// What cannot be done without it.
  public var purpose: String
  /// Whether hardly anything can be done without it.
  public var isEssential = false

  /// `patch clusternetworkpolicies`, for a person.
  public var text: String {
    let part = subresource.map { "/\($0)" } ?? ""
    let object = name.map { " \($0)" } ?? ""
    return "\(verb) \(resource)\(part)\(object)" + (namespace.map { " in \($0)" } ?? "")
  }

  /// The RBAC rule that grants it, as it stands in a role.
  public var rule: String {
    let part = subresource.map { "/\($0)" } ?? ""
    let names = name.map { ", resourceNames: [\($0)]" } ?? ""
    return
      "{apiGroups: [\(group.isEmpty ? "\"\"" : group)], resources: [\(resource)\(part)]\(names), verbs: [\(verb)]}"
  }

  /// The rights of what the settings switch on.
  ///
  /// - Parameter antreaNamespace: Where Antrea runs.
  public static func all(_ settings: Settings, antreaNamespace: String) -> [NeededRight] {
    let namespace = settings.text("apply.lockNamespace") ?? "kube-system"
    var rights = reading(antreaNamespace) + writing
    rights.append(
      NeededRight(
        verb: "get", group: "", resource: "configmaps", namespace: namespace,
        role: "nsx-antrea-read", purpose: "plan (the parent of the ApplySet)"))
    if settings.flag("apply.lock") { rights += lock(namespace) }
    rights += ["create", "patch"].map {
      NeededRight(
        verb: $0, group: "", resource: "configmaps", namespace: namespace,
        role: "nsx-antrea-lock", purpose: "apply (the parent of the ApplySet)")
    }
    if settings.flag("inventory.enabled") || !settings.list("report.parts").isEmpty {
      rights += inventory(namespace)
    }
    return rights + troubleshooting(antreaNamespace, lockNamespace: namespace)
  }

  private static func rights(
    _ verbs: [String], _ group: String, _ resources: [String], names: [String?] = [nil],
    namespace: String? = nil, role: String, purpose: String, isEssential: Bool = false
  ) -> [NeededRight] {
    resources.flatMap { resource in
      names.flatMap { name in
        verbs.map { verb in
          NeededRight(
            verb: verb, group: group, resource: resource, namespace: namespace, name: name,
            role: role, purpose: purpose, isEssential: isEssential)
        }
      }
    }
  }

  private static let ours = ["tiers", "clustergroups", "clusternetworkpolicies"]

  private static func reading(_ antreaNamespace: String) -> [NeededRight] {
    let role = "nsx-antrea-read"
    return rights(["list"], "crd.antrea.io", ours, role: role, purpose: "plan", isEssential: true)
      + rights(
        ["list"], "crd.antrea.io", ["networkpolicies", "groups"], role: role,
        purpose: "plan (others' use of our tiers, connectivity)")
      + rights(
        ["list"], "networking.k8s.io", ["networkpolicies"], role: role,
        purpose: "plan (connectivity)")
      + rights(
        ["list"], "", ["nodes", "namespaces", "pods", "services"], role: role,
        purpose: "plan (connectivity), reach")
      + rights(
        ["get"], "", ["namespaces"], names: ["kube-system"], role: role,
        purpose: "plan (the cluster's identity)")
      + rights(
        ["get"], "apiextensions.k8s.io", ["customresourcedefinitions"],
        names: ours.map { "\($0).crd.antrea.io" }, role: role,
        purpose: "plan (fields that an older Antrea lacks)")
      + rights(
        ["get"], "crd.antrea.io", ["antreacontrollerinfos"], names: ["antrea-controller"],
        role: role, purpose: "plan (Antrea's version)")
      + rights(
        ["get"], "", ["configmaps"], names: ["antrea-config"], namespace: antreaNamespace,
        role: role, purpose: "plan (feature gates)")
      + rights(
        ["list"], "crd.antrea.io", ["antreaagentinfos"], role: role, purpose: "health, doctor")
      + rights(
        ["list"], "stats.antrea.io",
        [
          "antreaclusternetworkpolicystats", "antreanetworkpolicystats", "networkpolicystats",
        ], role: role, purpose: "stats, report statistics")
  }

  private static let writing =
    rights(
      ["get", "create", "patch", "delete"], "crd.antrea.io", ours, role: "nsx-antrea-apply",
      purpose: "apply")
    + rights(
      ["update"], "crd.antrea.io", ["clustergroups", "clusternetworkpolicies"],
      role: "nsx-antrea-apply", purpose: "apply (where fields of others are taken away)")

  private static func lock(_ namespace: String) -> [NeededRight] {
    rights(
      ["get", "create", "update"], "coordination.k8s.io", ["leases"], namespace: namespace,
      role: "nsx-antrea-lock", purpose: "apply (the lock)")
  }

  private static func inventory(_ namespace: String) -> [NeededRight] {
    let role = "nsx-antrea-inventory"
    let lists = [
      ("discovery.k8s.io", ["endpointslices"]),
      ("networking.k8s.io", ["ingresses", "servicecidrs"]),
      ("gateway.networking.k8s.io", ["gateways"]),
      ("crd.antrea.io", ["antreacontrollerinfos", "egresses", "externalippools", "ippools"]),
    ].flatMap { group, resources in
      rights(["list"], group, resources, role: role, purpose: "report inventory")
    }
    let record = "report (the record of its end)"
    return lists
      + rights(["create"], "", ["configmaps"], namespace: namespace, role: role, purpose: record)
      + rights(
        ["patch"], "", ["configmaps"], names: [RunRecord.name], namespace: namespace, role: role,
        purpose: record)
  }
}
