/// One resource of an API server in one version.
public struct APIResource: Sendable, Hashable {
  /// API group, empty for the core group.
  public var group: String
  /// Version, for example `v1beta1`.
  public var version: String
  /// Kind, for example `ClusterNetworkPolicy`.
  public var kind: String
  /// Name in paths, for example `clusternetworkpolicies`.
  public var plural: String
  /// Whether its objects live in namespaces.
  public var isNamespaced: Bool
  /// What can be done with it, for example `list`; empty when not known.
  public var verbs: Set<String>

  /// Creates a resource.
  public init(
    group: String, version: String, kind: String, plural: String, isNamespaced: Bool,
    verbs: Set<String> = []
  ) {
    self.group = group
    self.version = version
    self.kind = kind
    self.plural = plural
    self.isNamespaced = isNamespaced
    self.verbs = verbs
  }

  /// `group/version`, or the version alone for the core group.
  public var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

  /// Path of a collection or an object.
  ///
  /// - Parameters:
  ///   - namespace: `nil` for all namespaces, or for a cluster-scoped resource.
  ///   - name: `nil` for the collection.
  public func path(namespace: String? = nil, name: String? = nil, subresource: String? = nil)
    -> String
  {
    var path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
    if isNamespaced, let namespace { path += "/namespaces/\(percentEncoded(namespace))" }
    path += "/\(plural)"
    if let name { path += "/\(percentEncoded(name))" }
    if let subresource { path += "/\(subresource)" }
    return path
  }
}

/// Encodes all but RFC 3986's unreserved characters.
func percentEncoded(_ text: String) -> String {
  var output: [UInt8] = []
  let digits = Array("0123456789ABCDEF".utf8)
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      output.append(byte)
    default: output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: output, as: UTF8.self)
}
