extension ClusterExamination {
  /// ``DoctorCheck/controlPlane``.
  func controlPlane() -> [DoctorVerdict] {
    if cluster.select != nil { return [.ok("policies are chosen by `select`")] }
    guard let controlPlanes else { return [.skipped("NSX could not be asked")] }
    let wanted = cluster.controlPlane ?? cluster.name
    let found = controlPlanes.contains {
      [$0["id"]?.string, $0["display_name"]?.string, $0["path"]?.string].contains(wanted)
    }
    if found { return [.ok("NSX knows \(wanted)")] }
    let known = controlPlanes.compactMap { $0["id"]?.string }
    return [
      .warning(
        "NSX has no control plane \(wanted)",
        "known: \(known.joined(separator: ", ")); or choose policies by `select`")
    ]
  }
}
