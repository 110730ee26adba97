import AntreaModel
import Documents
import KubernetesClient

extension ClusterExamination {
  private static let definitions = APIResource(
    group: "apiextensions.k8s.io", version: "v1", kind: "CustomResourceDefinition",
    plural: "customresourcedefinitions", isNamespaced: false)

  /// ``DoctorCheck/antreaDefinitions``.
  func antreaDefinitions(_ facts: Facts) async throws -> [DoctorVerdict] {
    var verdicts: [DoctorVerdict] = []
    for resource in Run.antreaResources {
      let name = "\(resource.plural).\(resource.group)"
      guard let definition = try await facts.client.find(Self.definitions, name: name) else {
        verdicts.append(.failed("there is no CustomResourceDefinition \(name)", "install Antrea"))
        continue
      }
      let conditions = definition.document[path: "status", "conditions"]?.array ?? []
      let isEstablished = conditions.contains {
        $0["type"]?.string == "Established" && $0["status"]?.string == "True"
      }
      if !isEstablished {
        verdicts.append(
          .failed("\(name) is not established", "see its conditions: another may hold its names"))
      }
      let stored = (definition.document[path: "status", "storedVersions"]?.array ?? [])
        .compactMap(\.string)
      let old = stored.filter { $0 != resource.version }
      if !old.isEmpty {
        verdicts.append(
          .warning("objects of \(name) may still be stored as \(old.joined(separator: ", "))"))
      }
    }
    return verdicts.isEmpty
      ? [.ok("established, and everything is stored as v1beta1")] : verdicts
  }
}
