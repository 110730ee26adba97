import KubernetesClient

extension ClusterExamination {
  /// ``DoctorCheck/clusterVersion``: the first Kubernetes that refuses unknown
  /// fields when it is asked to (`fieldValidation=Strict`) is 1.25.
  func clusterVersion(_ version: ServerVersion) -> [DoctorVerdict] {
    if (version.major, version.minor) < (1, 25) {
      return [.warning("Kubernetes \(version.gitVersion) drops unknown fields without a word")]
    }
    return [.ok(version.gitVersion)]
  }
}
