import NSXClient

extension NSXExamination {
  /// The first NSX with policies for Antrea clusters, and the first that imports
  /// Kubernetes' own (NSX facts, 7).
  private static let first = NSXVersion(3, 2)
  private static let firstImport = NSXVersion(4, 2)

  /// ``DoctorCheck/nsxVersion``.
  func nsxVersion(_ version: NSXVersion) -> [DoctorVerdict] {
    if version < Self.first {
      return [.failed("\(version.text) has no policies for Antrea clusters")]
    }
    let lacks = version < Self.firstImport ? "; NSX's own import of NetworkPolicies needs 4.2" : ""
    return [.ok(version.text + lacks)]
  }
}
