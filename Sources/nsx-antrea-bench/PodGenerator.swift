import AntreaModel
import Reachability

/// Makes the pods that the groups of ``SnapshotGenerator`` select, with the
/// labels that deployments have. The same size gives the same pods.
struct PodGenerator {
  let size: EstateSize

  /// The network of the pods.
  static let network = CIDR("10.244.0.0/14")

  /// Two replicas for each application that a group selects, as far as the
  /// number of pods goes, and every tenth pod of one that no group knows.
  func pods() -> [Workload] {
    (0..<size.pods).map { index in
      // Group numbers that end in 9 hold addresses.
      let application = index / 2 * 7919 % size.groups / 10 * 10 + index / 2 % 9
      let isKnown = index / 2 % 10 != 3
      let namespace = isKnown ? "ns-\(application % 200)" : "other-\(index / 2 % 150)"
      return Workload(
        name: "app-\(application)-\(index * 2_654_435_761 % 0xFF_FFFF)-\(index % 2)",
        namespace: namespace,
        namespaceLabels: ["team": "team-\(namespace.count % 7)", "env": "prod"],
        labels: [
          "app": isKnown ? "app-\(application)" : "unknown-\(index / 20)",
          "app.kubernetes.io/name": "app-\(application)",
          "app.kubernetes.io/version": "1.\(index % 23).0",
          "pod-template-hash": "\(index * 40_503 % 0xFFFF)", "tier": "tier-\(application % 3)",
        ],
        addresses: [
          IPAddress(family: .v4, value: (10 << 24 | 244 << 16) + UInt128(index) + 2)
        ])
    }
  }
}
