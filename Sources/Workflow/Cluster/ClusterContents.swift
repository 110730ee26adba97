import AntreaModel
import Planning
import Reporting

/// What is known of a cluster: its objects, and the kinds whose objects are not
/// known.
struct ClusterContents: Sendable {
  /// A kind whose objects are not known, or only by name.
  struct Gap: Sendable, Hashable {
    /// The kind in words, in the plural, for example `Kubernetes NetworkPolicies`.
    var kind: String
    /// Why, for example `may not be listed`.
    var reason: String
  }

  /// The objects, of every kind that was asked for.
  var objects: [KubernetesObject]
  /// What is missing.
  var gaps: [Gap] = []
  /// Rare kinds that may not be listed. Hardly any cluster has objects of them, so
  /// that only who needs certainty asks.
  var unseen: [Gap] = []
  /// The ApplySet of our objects; `nil` where no cluster was asked.
  var applySet: ApplySet.View?

  /// The uid of namespace kube-system, which is a cluster's identity; `nil` where
  /// namespaces were not read.
  var identity: String? {
    objects.first {
      $0.kind == "Namespace" && $0.reference.group.isEmpty && $0.name == "kube-system"
    }?.uid
  }

  /// Whether it is known which namespaces there are.
  var hasNamespaces: Bool {
    objects.contains { $0.kind == "Namespace" && $0.reference.group.isEmpty }
  }

  /// Whether it is known which pods there are; without them nothing can be
  /// said about connectivity.
  var hasPods: Bool {
    objects.contains { $0.kind == "Pod" && $0.reference.group.isEmpty }
      && !gaps.contains { $0.kind == ClusterKind.pods.plural }
  }

  /// Why there are no pods to judge with; `nil` where there are.
  var missingPods: String? {
    if hasPods { return nil }
    return gaps.first { $0.kind == ClusterKind.pods.plural }.map { "pods \($0.reason)" }
      ?? "there are no pods"
  }

  /// What is missing, a line for each kind.
  var gapTexts: [String] { gaps.map { "\($0.kind) \($0.reason)" } }

  /// What a plan is made from: tiers, groups and policies of Antrea.
  var policyObjects: [KubernetesObject] {
    objects.filter { object in
      ClusterKind.policies.contains {
        $0.resource.group == object.reference.group && $0.resource.kind == object.kind
      }
    }
  }

  /// `namespace/workload` by `namespace/pod`.
  var workloadLabels: [String: String] {
    var labels: [String: String] = [:]
    for pod in objects where pod.kind == "Pod" && pod.reference.group.isEmpty {
      labels["\(pod.namespace ?? "")/\(pod.name)"] = WorkloadLabels.label(of: pod)
    }
    return labels
  }
}
