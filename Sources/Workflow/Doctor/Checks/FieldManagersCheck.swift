import AntreaModel
import Documents

extension ClusterExamination {
  /// Managers whose fields are nobody's concern. Antrea's controller writes status
  /// alone, by whatever name, and that is not looked at.
  private static let harmless: Set<String> = [Ownership.fieldManager, "antrea-controller"]

  /// ``DoctorCheck/fieldManagers``.
  func fieldManagers(_ facts: Facts) throws -> [DoctorVerdict] {
    let ours = try facts.live.get().filter {
      $0.labels[Ownership.managedByLabel] == Ownership.managedByValue
        && $0.labels[Ownership.vendorLabel] == nil
    }
    var found: [String: [String]] = [:]
    for object in ours {
      for entry in object.document[path: "metadata", "managedFields"]?.array ?? [] {
        guard let manager = entry["manager"]?.string, !Self.harmless.contains(manager),
          (entry["subresource"]?.string ?? "").isEmpty,
          entry[path: "fieldsV1", "f:spec"] != nil
        else { continue }
        found[manager, default: []].append(object.reference.description)
      }
    }
    if found.isEmpty { return [.ok("\(ours.count) objects of ours, and no other writer")] }
    return found.sorted { utf8Order($0.key, $1.key) < 0 }.map { manager, objects in
      let more = objects.count > 1 ? " and \(objects.count - 1) more" : ""
      return .warning("\(manager) owns fields of \(objects[0])\(more)")
    }
  }
}
