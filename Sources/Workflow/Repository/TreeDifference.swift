import AntreaModel
import Documents
import Failures
import GitRepository
import Reporting

/// The files of one cluster's tree that differ between two moments.
struct TreeDifference {
  /// The file that tells where objects come from.
  static let provenance = "provenance.json"

  /// Paths below the cluster's folder.
  var paths: [String]
  /// `provenance.json` as it was; `nil` where there was no tree.
  var old: JSONValue?
  /// `provenance.json` as it is.
  var new: JSONValue?
  /// The bytes that a path had; `nil` where there was no file.
  var before: (String) throws(GitError) -> [UInt8]?
  /// The bytes that it has.
  var after: (String) throws(GitError) -> [UInt8]?

  /// What they mean in NSX.
  ///
  /// - Parameter problem: Is told what cannot be read: a person may have edited
  ///   the tree, and that is no reason to tell nothing.
  func changes(problem: (String) -> Void) throws(GitError) -> [NSXChange] {
    // Only what both sides have is compared; most of a first tree is new.
    var oldObjects: [String: KubernetesObject] = [:]
    var newObjects: [String: KubernetesObject] = [:]
    var places: [String: [String]] = [:]
    for path in paths {
      guard let key = Self.key(of: path) else { continue }
      let isOld = old?["objects"]?[key] != nil
      let isNew = new?["objects"]?[key] != nil
      guard isOld, isNew else { continue }
      places[key, default: []].append(path)
    }
    for (key, paths) in places {
      for path in paths {
        if let bytes = try before(path) {
          oldObjects[key] = object(bytes, path, problem)
        }
        if let bytes = try after(path) {
          newObjects[key] = object(bytes, path, problem)
        }
      }
    }
    return NSXChanges.between(
      HistoricTree(provenance: old, objects: oldObjects),
      HistoricTree(provenance: new, objects: newObjects), touched: Set(places.keys))
  }

  /// A `provenance.json`; `nil` when the bytes are none.
  static func document(_ bytes: [UInt8]?, problem: (String) -> Void) -> JSONValue? {
    guard let bytes else { return nil }
    do { return try JSONValue(json: bytes) } catch {
      problem("\(provenance): \(error)")
      return nil
    }
  }

  private func object(
    _ bytes: [UInt8], _ path: String, _ problem: (String) -> Void
  ) -> KubernetesObject? {
    do { return try ObjectFiles.objects(of: bytes, named: path).first } catch {
      problem("\(path): \(error)")
      return nil
    }
  }

  /// The key in `provenance.json` of the object that a file holds; `nil` for
  /// files that hold none.
  static func key(of path: String) -> String? {
    let parts = path.split(separator: "/")
    guard parts.count >= 2, let file = parts.last, file.hasSuffix(".yaml") else { return nil }
    let name = file.dropLast(5)
    switch parts[0] {
    case "tiers": return "Tier/\(name)"
    case "groups": return "ClusterGroup/\(name)"
    case "policies": return "ClusterNetworkPolicy/\(name)"
    default: return nil
    }
  }
}
