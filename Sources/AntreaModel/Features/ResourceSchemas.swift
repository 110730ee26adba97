import Documents

/// The schemas by which a cluster takes objects of Antrea's kinds. What a
/// schema does not have, the API server drops from an object, and a rule that
/// lost a field may match more.
public struct ResourceSchemas: Sendable {
  /// The API group and version that is written.
  public static let apiVersion = "crd.antrea.io/v1beta1"

  /// By kind.
  private var schemas: [String: JSONValue] = [:]

  /// Those of a cluster that has no kind of Antrea's.
  public static let empty = ResourceSchemas()

  private init() {}

  /// Reads the OpenAPI 3 document of ``apiVersion``.
  ///
  /// - Returns: `nil` where the document has no schemas at all.
  public init?(openAPI document: JSONValue) {
    guard let all = document[path: "components", "schemas"]?.object else { return nil }
    for member in all {
      for identity in member.value["x-kubernetes-group-version-kind"]?.array ?? [] {
        let version = "\(identity["group"]?.string ?? "")/\(identity["version"]?.string ?? "")"
        if version == Self.apiVersion, let kind = identity["kind"]?.string {
          schemas[kind] = member.value
        }
      }
    }
  }

  /// Reads CustomResourceDefinitions; other objects may be among them.
  ///
  /// - Returns: `nil` where none of them is Antrea's.
  public init?(definitions: [KubernetesObject]) {
    let found = definitions.filter {
      $0.kind == "CustomResourceDefinition"
        && $0.document[path: "spec", "group"]?.string == "crd.antrea.io"
    }
    if found.isEmpty { return nil }
    for definition in found {
      guard let kind = definition.document[path: "spec", "names", "kind"]?.string else { continue }
      for version in definition.document[path: "spec", "versions"]?.array ?? []
      where version["name"]?.string == "v1beta1" && version["served"]?.bool != false {
        schemas[kind] = version[path: "schema", "openAPIV3Schema"]
      }
    }
  }

  /// What objects use that the cluster's schemas do not have, each construct
  /// once, in order of kind and field.
  public func faults(in objects: [KubernetesObject]) -> [SchemaFault] {
    var found: [SchemaFault.Subject: [KubernetesObject.Reference]] = [:]
    for object in objects {
      var subjects: Set<SchemaFault.Subject> = []
      if object.apiVersion == Self.apiVersion, let schema = schemas[object.kind] {
        var walk = SchemaWalk(kind: object.kind)
        walk.visit(object.document["spec"] ?? .null, schema[path: "properties", "spec"], "spec")
        subjects = walk.subjects
      } else {
        subjects.insert(.init(kind: object.kind, field: "", value: nil))
      }
      for subject in subjects { found[subject, default: []].append(object.reference) }
    }
    return found.map { subject, objects in
      SchemaFault(
        subject: subject,
        objects: objects.sorted(by: { utf8Order($0.description, $1.description) < 0 }))
    }
    .sorted { utf8Order($0.subject.text, $1.subject.text) < 0 }
  }
}

/// Something that objects use and a cluster's schema does not have.
public struct SchemaFault: Sendable, Hashable {
  /// A construct: a field, or a value that a field does not take.
  public struct Subject: Sendable, Hashable {
    /// The kind of the objects.
    public var kind: String
    /// The field without indexes, for example `spec.egress[].to[].fqdn`; empty
    /// where the kind itself is not served.
    public var field: String
    /// The value that the field does not take; `nil` for an unknown field.
    public var value: String?

    var text: String { "\(kind) \(field) \(value ?? "")" }
  }

  /// What is not known.
  public var subject: Subject
  /// The objects that use it, in order of their names.
  public var objects: [KubernetesObject.Reference]

  /// Whether the API server would drop it without a word, unless it is asked to
  /// be strict.
  public var isPruned: Bool { subject.value == nil && !subject.field.isEmpty }

  /// What is missing, for a person.
  ///
  /// - Parameter version: the Antrea version of the cluster, where it is known.
  public func message(version: String?) -> String {
    let others = objects.count > 1 ? " and \(objects.count - 1) more" : ""
    let user = "\(objects.first?.description ?? subject.kind)\(others)"
    let cluster = version.map { "Antrea \($0)" } ?? "an Antrea version that could not be read"
    let first = AntreaFeature.first(subject).map { ", which Antrea has since \($0)" } ?? ""
    if subject.field.isEmpty {
      return "\(user): the cluster (\(cluster)) does not serve \(subject.kind) of "
        + "\(ResourceSchemas.apiVersion)\(first)"
    }
    if let value = subject.value {
      return "\(user): \(subject.field) is \(value)\(first); the cluster (\(cluster)) does not "
        + "take it"
    }
    return "\(user) uses \(subject.field)\(first); the cluster (\(cluster)) does not know it and "
      + "would drop it"
  }
}

/// Follows one object along its schema.
private struct SchemaWalk {
  let kind: String
  var subjects: Set<SchemaFault.Subject> = []

  mutating func visit(_ value: JSONValue, _ schema: JSONValue?, _ field: String) {
    guard let schema else {
      subjects.insert(.init(kind: kind, field: field, value: nil))
      return
    }
    // Only metadata is described elsewhere.
    if schema["$ref"] != nil || schema["x-kubernetes-preserve-unknown-fields"]?.bool == true {
      return
    }
    switch value {
    case .object(let object):
      for member in object {
        if let inner = schema["properties"]?[member.key] {
          visit(member.value, inner, "\(field).\(member.key)")
        } else if let inner = schema["additionalProperties"] {
          // The members are data; `true` stands for any.
          if inner.object != nil { visit(member.value, inner, field) }
        } else {
          visit(member.value, nil, "\(field).\(member.key)")
        }
      }
    case .array(let list):
      for element in list { visit(element, schema["items"], "\(field)[]") }
    default:
      guard let allowed = schema["enum"]?.array, !allowed.contains(value) else { return }
      subjects.insert(
        .init(kind: kind, field: field, value: value.string ?? value.description))
    }
  }
}
