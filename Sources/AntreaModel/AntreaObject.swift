import Documents

/// `metadata` of an object that is rendered: a name, labels, annotations.
public struct ObjectMetadata: Sendable, Hashable {
  /// The name.
  public var name: String
  /// Labels.
  public var labels: [String: String]
  /// Annotations.
  public var annotations: [String: String]

  /// Creates metadata.
  public init(name: String, labels: [String: String] = [:], annotations: [String: String] = [:]) {
    self.name = name
    self.labels = labels
    self.annotations = annotations
  }

  var document: JSONValue {
    var object = JSONObject()
    if !annotations.isEmpty { object["annotations"] = Self.strings(annotations) }
    if !labels.isEmpty { object["labels"] = Self.strings(labels) }
    object["name"] = .string(name)
    return .object(object)
  }

  private static func strings(_ values: [String: String]) -> JSONValue {
    var object = JSONObject()
    for (key, value) in values { object[key] = .string(value) }
    return .object(object)
  }
}

/// A cluster-scoped object of `crd.antrea.io/v1beta1`.
public protocol AntreaObject: Sendable {
  /// The kind, for example `ClusterNetworkPolicy`.
  static var kind: String { get }
  /// Name, labels, annotations.
  var metadata: ObjectMetadata { get }
  /// `spec`.
  var spec: JSONValue { get }
}

/// The API version of every rendered object.
public let antreaAPIVersion = "crd.antrea.io/v1beta1"

extension AntreaObject {
  /// The whole object.
  public var document: JSONValue {
    var object = JSONObject()
    object["apiVersion"] = .string(antreaAPIVersion)
    object["kind"] = .string(Self.kind)
    object["metadata"] = metadata.document
    object["spec"] = spec
    return .object(object)
  }

  /// `Kind/name`.
  public var reference: String { "\(Self.kind)/\(metadata.name)" }
}
