import Documents
import Foundation
import Sandbox
import Workflow
import YAMLCoding

/// What a request to the Kubernetes API needs a right for.
struct AccessRequest: Hashable, CustomStringConvertible {
  var verb: String
  var group: String
  var resource: String
  var namespace: String?
  var name: String?

  var description: String {
    "\(verb) \(resource).\(group) \([namespace, name].compactMap { $0 }.joined(separator: "/"))"
  }

  /// The requests that the API server checks for one of a server's log. Discovery,
  /// schemas, the version and reviews of one's own rights are everybody's.
  static func of(_ entry: RequestLog.Entry) -> [AccessRequest] {
    var parts = entry.path.split(separator: "/").map(String.init)
    guard parts.count > 2, parts.first == "api" || parts.first == "apis" else { return [] }
    let isCore = parts.removeFirst() == "api"
    let group = isCore ? "" : parts.removeFirst()
    parts.removeFirst()
    var namespace: String?
    if parts.first == "namespaces", parts.count > 2 {
      namespace = parts[1]
      parts.removeFirst(2)
    }
    guard let resource = parts.first, group != "authorization.k8s.io" else { return [] }
    let name = parts.count > 1 ? parts[1] : nil
    let part = parts.count > 2 ? "/\(parts[2])" : ""
    let verbs: [String] =
      switch entry.method {
      case "GET": [name == nil ? "list" : "get"]
      case "POST": ["create"]
      case "PUT": ["update"]
      // An apply that creates needs both.
      case "PATCH": entry.status == 201 ? ["patch", "create"] : ["patch"]
      case "DELETE": ["delete"]
      default: [entry.method]
      }
    return verbs.map {
      AccessRequest(
        verb: $0, group: group, resource: resource + part, namespace: namespace,
        // What is created has no name yet; a part of something that stands has.
        name: $0 == "create" && part.isEmpty ? nil : name)
    }
  }
}

extension AccessRequest {
  /// What a command needs.
  init(_ right: NeededRight) {
    self.init(
      verb: right.verb, group: right.group,
      resource: right.resource + (right.subresource.map { "/\($0)" } ?? ""),
      namespace: right.namespace, name: right.name)
  }
}

/// One right that a role gives.
struct Right: Hashable, CustomStringConvertible {
  var role: String
  /// Where it holds; `nil` for everywhere.
  var namespace: String?
  var verb: String
  var group: String
  var resource: String
  /// The object that it is bound to; `nil` for all.
  var name: String?

  var description: String {
    "\(role): \(verb) \(resource).\(group) \([namespace, name].compactMap { $0 }.joined(separator: "/"))"
  }

  func allows(_ request: AccessRequest) -> Bool {
    verb == request.verb && group == request.group && resource == request.resource
      && (namespace == nil || namespace == request.namespace)
      && (name == nil || name == request.name)
  }

  /// The rights of the roles in a file.
  static func read(_ file: String) throws -> [Right] {
    try examples(file).flatMap { document -> [Right] in
      guard ["Role", "ClusterRole"].contains(document["kind"]?.string ?? "") else { return [] }
      let role = document[path: "metadata", "name"]?.string ?? ""
      let namespace = document[path: "metadata", "namespace"]?.string
      func texts(_ value: JSONValue?) -> [String] { (value?.array ?? []).compactMap(\.string) }
      var rights: [Right] = []
      for rule in document["rules"]?.array ?? [] {
        let names = texts(rule["resourceNames"])
        for group in texts(rule["apiGroups"]) {
          for resource in texts(rule["resources"]) {
            for verb in texts(rule["verbs"]) {
              for name in names.isEmpty ? [nil] : names.map(Optional.some) {
                rights.append(
                  Right(
                    role: role, namespace: namespace, verb: verb, group: group,
                    resource: resource, name: name))
              }
            }
          }
        }
      }
      return rights
    }
  }
}

/// The documents of a file of `examples/`.
func examples(_ file: String) throws -> [JSONValue] {
  let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(packageRoot)/examples/\(file)"))
  return try YAMLReader.documents(Array(bytes))
}
