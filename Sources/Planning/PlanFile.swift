import AntreaModel
import Documents

/// Plans of several clusters as `plan --out` saves them, with what a reader
/// needs to judge them and nothing of the clusters' credentials.
public struct PlanFile: Sendable, Hashable {
  /// What names the format, and its version.
  public static let format = "nsx-antrea-plan/1"

  /// One cluster's part.
  public struct Entry: Sendable, Hashable {
    /// Name of the cluster in the configuration.
    public var cluster: String
    /// What is to be done.
    public var plan: Plan
    /// What that means for connectivity, as JSON; `nil` where it was not judged.
    public var connectivity: JSONValue?
    /// The same as text, without colours.
    public var connectivityText: String?
    /// What NSX calls the objects that change, in the form of `objects` of
    /// `provenance.json`.
    public var names: JSONValue
    /// `findings.json` of the tree.
    public var findings: [JSONValue]

    /// Creates an entry; names of objects that do not change are left out.
    public init(
      cluster: String, plan: Plan, connectivity: JSONValue? = nil,
      connectivityText: String? = nil, names: JSONValue = [:], findings: [JSONValue] = []
    ) {
      self.cluster = cluster
      self.plan = plan
      self.connectivity = connectivity
      self.connectivityText = connectivityText
      self.names = Self.needed(names, by: plan)
      self.findings = findings
    }

    /// The names of what changes, and of the groups that it refers to.
    private static func needed(_ names: JSONValue, by plan: Plan) -> JSONValue {
      var keys: Set<String> = []
      for step in plan.steps where step.action != .unchanged {
        keys.insert("\(step.reference.kind)/\(step.reference.name)")
        for document in [step.manifest, step.former] {
          guard let object = document.flatMap({ KubernetesObject($0) }) else { continue }
          for other in AntreaKinds.references(of: object) {
            keys.insert("\(other.kind)/\(other.name)")
          }
        }
      }
      var result = JSONObject()
      for member in names.object?.members ?? [] where keys.contains(member.key) {
        var entry = JSONObject()
        for key in ["displayName", "path", "rules"] { entry[key] = member.value[key] }
        result[member.key] = .object(entry)
      }
      return .object(result)
    }
  }

  /// The clusters, in the order in which they were planned.
  public var entries: [Entry]

  /// Creates a file's contents.
  public init(_ entries: [Entry]) { self.entries = entries }

  /// The file as JSON. Its digest finds damage and edits; it is no signature.
  public var document: JSONValue {
    var object = JSONObject()
    object["schemaVersion"] = 1
    object["format"] = .string(Self.format)
    object["clusters"] = .array(
      entries.map { entry in
        var part = JSONObject()
        part["name"] = .string(entry.cluster)
        part["plan"] = entry.plan.document
        part["connectivity"] = entry.connectivity ?? .null
        part["connectivityText"] = entry.connectivityText.map { .string($0) }
        part["names"] = entry.names
        part["findings"] = .array(entry.findings)
        return .object(part)
      })
    let digest = Self.digest(of: .object(object))
    object["digest"] = .string(digest)
    return .object(object)
  }

  private static func digest(of body: JSONValue) -> String {
    "sha256:" + hexText(SHA256.hash(JSONWriter.compact(body)))
  }

  /// Reads a file.
  ///
  /// - Throws: ``PlanDocumentError`` for everything that is not exactly what
  ///   this version writes.
  public init(bytes: [UInt8]) throws(PlanDocumentError) {
    let document: JSONValue
    do { document = try JSONValue(json: bytes) } catch {
      throw .unreadable("\(error)")
    }
    guard case .object(var object) = document, let format = object["format"]?.string,
      format.hasPrefix("nsx-antrea-plan/")
    else { throw .notAPlan }
    guard format == Self.format else { throw .unsupportedVersion(format) }
    let digest = object["digest"]?.string
    object["digest"] = nil
    guard digest == Self.digest(of: .object(object)) else { throw .digestMismatch }
    guard let clusters = object["clusters"]?.array else { throw .malformed(member: "clusters") }
    var names: Set<String> = []
    entries = []
    for (index, part) in clusters.enumerated() {
      guard let name = part["name"]?.string, names.insert(name).inserted,
        let plan = part["plan"], let findings = part["findings"]?.array
      else { throw .malformed(member: "clusters[\(index)]") }
      let connectivity = part["connectivity"] ?? .null
      entries.append(
        Entry(
          cluster: name, plan: try Plan(document: plan),
          connectivity: connectivity.isNull ? nil : connectivity,
          connectivityText: part["connectivityText"]?.string, names: part["names"] ?? [:],
          findings: findings))
    }
  }
}
