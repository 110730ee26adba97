import AntreaModel
import Documents
import HTTPTransport

extension KubernetesClient {
  /// The CustomResourceDefinitions of the kinds that are written.
  private static let definitions = APIResource(
    group: "apiextensions.k8s.io", version: "v1", kind: "CustomResourceDefinition",
    plural: "customresourcedefinitions", isNamespaced: false)

  /// The schemas by which the server takes Antrea's objects: one request where
  /// it has OpenAPI 3 (Kubernetes 1.24 and later), which every user may read.
  ///
  /// - Parameter plurals: the resources whose definitions are read where it has
  ///   not.
  /// - Returns: `nil` where the server shows neither to this user.
  /// - Throws: ``KubernetesAPIError`` for refused credentials, `TransportError`
  ///   where the server cannot be reached.
  public func antreaSchemas(plurals: [String]) async throws -> ResourceSchemas? {
    if let document = try await shown({
      try await json(Call(path: "/openapi/v3/apis/\(ResourceSchemas.apiVersion)"))
    }), let schemas = ResourceSchemas(openAPI: document) {
      return schemas
    }
    var found: [KubernetesObject] = []
    for plural in plurals {
      let definition = try await shown {
        // A kind that nobody defined is known to be missing.
        [try await find(Self.definitions, name: "\(plural).crd.antrea.io")].compactMap(\.self)
      }
      guard let definition else { return nil }
      found += definition
    }
    return ResourceSchemas(definitions: found) ?? ResourceSchemas.empty
  }

  /// What is read; `nil` where the server does not show it to this user.
  private func shown<Value>(_ read: () async throws -> Value) async throws -> Value? {
    do {
      return try await read()
    } catch let error as KubernetesAPIError where !error.isUnauthorized && !error.isTransient {
      return nil
    } catch let error as TransportError where error.reason == .malformed {
      // What OpenAPI does not have is answered without a Status.
      return nil
    }
  }
}
