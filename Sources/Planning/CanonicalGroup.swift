import Documents

/// Canonical spec of an Antrea ClusterGroup or Group.
enum CanonicalGroup {
  static func spec(_ members: JSONObject) -> JSONObject {
    var spec = members
    CanonicalList.selectors(of: &spec)
    spec.change("ipBlocks") { CanonicalList.set($0, CanonicalList.block) }
    spec.change("childGroups") { CanonicalList.set($0) { $0 } }
    return spec
  }
}
