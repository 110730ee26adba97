import AntreaModel
import Documents

/// Finds policies that VMware's adapter already enforces for the same NSX
/// policies: two engines would then decide on the same traffic.
enum VendorDuplicates {
  private static let displayName = "ccp-adapter.antrea.tanzu.vmware.com/display-name"
  private static let tierPrefix = "nsx-category-"
  private static let categories = ["emergency", "infrastructure", "environment", "application"]

  /// `NSX display name (vendor's object name)` of each, sorted.
  static func find(desired: [KubernetesObject], live: [KubernetesObject]) -> [String] {
    let vendors = live.filter {
      $0.label(Ownership.vendorLabel) != nil && AntreaKinds.role(of: $0.reference) == .policy
    }
    if vendors.isEmpty { return [] }
    var tiers: [String: Set<String>] = [:]
    for object in desired where AntreaKinds.role(of: object.reference) == .policy {
      guard let name = object.annotation(Ownership.displayNameAnnotation) else { continue }
      tiers[name, default: []].insert(category(of: object, prefix: "nsx-") ?? "")
    }
    var found: Set<String> = []
    for object in vendors {
      guard let name = object.annotation(displayName), let wanted = tiers[name],
        let category = category(of: object, prefix: tierPrefix),
        wanted.contains(category) || wanted.contains("")
      else { continue }
      found.insert("\"\(name)\" (\(object.name))")
    }
    return found.sorted { utf8Order($0, $1) < 0 }
  }

  private static func category(of object: KubernetesObject, prefix: String) -> String? {
    let tier = object.document[path: "spec", "tier"]?.string ?? ""
    guard tier.hasPrefix(prefix) else { return nil }
    let name = String(tier.dropFirst(prefix.count))
    return categories.contains(name) ? name : nil
  }
}
