import AntreaModel
import Foundation
import KubernetesClient

let server = "https://k8s.test:6443"

let policies = APIResource(
  group: "crd.antrea.io", version: "v1beta1", kind: "ClusterNetworkPolicy",
  plural: "clusternetworkpolicies", isNamespaced: false)

let pods = APIResource(
  group: "", version: "v1", kind: "Pod", plural: "pods", isNamespaced: true)

/// A folder that goes away with the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(
      path: "kube-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path.hasSuffix("/") ? String(url.path.dropLast()) : url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and gives its path.
  @discardableResult
  func write(_ name: String, _ text: String, executable: Bool = false) throws -> String {
    let file = "\(path)/\(name)"
    let folder = file[..<(file.lastIndex(of: "/") ?? file.startIndex)]
    try FileManager.default.createDirectory(
      atPath: String(folder), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    if executable {
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
    }
    return file
  }
}
