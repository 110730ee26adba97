extension ClusterExamination {
  /// ``DoctorCheck/antreaKinds``.
  func antreaKinds(_ facts: Facts) throws -> [DoctorVerdict] {
    let served = try facts.discovery.get()
    var verdicts: [DoctorVerdict] = []
    for resource in Run.antreaResources {
      let versions = served.servedVersions(group: resource.group, kind: resource.kind)
      if versions.isEmpty {
        verdicts.append(.failed("\(resource.kind) of \(resource.group) is not served"))
      } else if !versions.contains(resource.version) {
        verdicts.append(
          .failed("\(resource.kind) is served as \(versions.joined(separator: ", ")) only"))
      }
    }
    if verdicts.isEmpty {
      let kinds = Run.antreaResources.map(\.kind).joined(separator: ", ")
      return [.ok("\(kinds) as crd.antrea.io/v1beta1")]
    }
    return verdicts
  }
}
