import AntreaModel
import Documents
import Failures
import KubernetesClient
import YAMLCoding

/// What rendered objects use and a cluster's Antrea lacks.
struct FeatureFault: Sendable, Hashable {
  /// For a person, with the objects.
  var message: String
  /// The first object that uses it.
  var object: KubernetesObject.Reference?
}

extension Run {
  static let configMaps = APIResource(
    group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", isNamespaced: true)

  /// Compares objects with the schemas and the configuration of a cluster: one
  /// request, and one or two more where something is missing or a feature gate
  /// matters.
  ///
  /// - Parameter areWritten: Whether any is to be written. Where the cluster holds
  ///   all of them already, no schema can lose anything of them; a feature gate
  ///   may still be off.
  func featureFaults(
    of objects: [KubernetesObject], with client: KubernetesClient, cluster: String,
    areWritten: Bool = true
  ) async throws -> [FeatureFault] {
    let gates = FeatureGate.needed(by: objects)
    var schemas: ResourceSchemas?
    if areWritten {
      schemas = try await client.antreaSchemas(plurals: Self.antreaResources.map(\.plural))
    }
    let missing = schemas?.faults(in: objects) ?? []
    var faults: [FeatureFault] = []
    if areWritten, schemas == nil, let fault = try await unknownSchemas(client, cluster) {
      faults.append(fault)
    }
    if missing.isEmpty, gates.isEmpty { return faults }
    let info = try await readable {
      try await client.find(Self.controllerInfo, name: "antrea-controller")
    }
    let version = info?.document["version"]?.string
    faults += missing.map {
      FeatureFault(message: $0.message(version: version), object: $0.objects.first)
    }
    if gates.isEmpty { return faults }
    let namespace = info?.document[path: "podRef", "namespace"]?.string ?? "kube-system"
    let map = try await readable {
      try await client.find(Self.configMaps, namespace: namespace, name: "antrea-config")
    }
    guard let map else {
      let names = gates.keys.map(\.rawValue).sorted().joined(separator: ", ")
      log.warning(
        "cluster \(cluster): ConfigMap antrea-config of \(namespace) cannot be read, so whether \(names) is on is unknown"
      )
      return faults
    }
    return faults + (try gateFaults(gates, in: map, version: version))
  }

  /// The same for objects that a file holds; without definitions in it nothing
  /// can be told.
  static func featureFaults(
    of objects: [KubernetesObject], among live: [KubernetesObject]
  ) -> [FeatureFault] {
    let version = live.first { $0.kind == "AntreaControllerInfo" }?.document["version"]?.string
    return (ResourceSchemas(definitions: live)?.faults(in: objects) ?? []).map {
      FeatureFault(message: $0.message(version: version), object: $0.objects.first)
    }
  }

  /// Without schemas only the server can refuse what it does not know, when it
  /// is asked to be strict.
  private func unknownSchemas(
    _ client: KubernetesClient, _ cluster: String
  ) async throws -> FeatureFault? {
    let server = try await client.version()
    guard (server.major, server.minor) < (1, 25) else {
      log.warning(
        "cluster \(cluster): neither OpenAPI nor the CustomResourceDefinitions can be read, so fields that its Antrea does not know are only refused when they are written (fieldValidation=Strict)"
      )
      return nil
    }
    return FeatureFault(
      message: "Kubernetes \(server.gitVersion) drops unknown fields without a word, and the "
        + "CustomResourceDefinitions cannot be read to find them (examples/rbac.yaml has the right)"
    )
  }

  private func gateFaults(
    _ gates: [FeatureGate: [KubernetesObject.Reference]], in map: KubernetesObject,
    version: String?
  ) throws -> [FeatureFault] {
    var components: [JSONValue] = []
    for file in ["antrea-controller.conf", "antrea-agent.conf"] {
      guard let text = map.document[path: "data", file]?.string else { continue }
      do { components.append(try YAMLReader.document(Array(text.utf8))) } catch {
        log.warning("ConfigMap antrea-config: \(file) is not YAML: \(error)")
      }
    }
    return gates.sorted { $0.key.rawValue < $1.key.rawValue }.compactMap { gate, users in
      gate.fault(components: components, version: version, users: users).map {
        FeatureFault(message: $0, object: users.first)
      }
    }
  }

  /// What is read; `nil` where it may not be.
  private func readable(
    _ read: () async throws -> KubernetesObject?
  ) async throws -> KubernetesObject? {
    do { return try await read() } catch let error as KubernetesAPIError where error.isForbidden {
      return nil
    }
  }
}
