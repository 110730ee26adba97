import AntreaModel
import Documents
import Failures

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

  /// A cluster that was to be planned for, and could not be.
  public struct Missing: Sendable, Hashable {
    /// Name of the cluster in the configuration.
    public var cluster: String
    /// Why there is no plan.
    public var failure: Failure

    /// Creates a note of a missing plan.
    public init(cluster: String, failure: Failure) {
      self.cluster = cluster
      self.failure = failure
    }
  }

  /// The clusters, in the order in which they were planned.
  public var entries: [Entry]
  /// The clusters without a plan: who approves has to know of them.
  public var missing: [Missing]

  /// Creates a file's contents.
  public init(_ entries: [Entry], missing: [Missing] = []) {
    self.entries = entries
    self.missing = missing
  }

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
    if !missing.isEmpty { object["missing"] = .array(missing.map(\.document)) }
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
    missing = []
    for (index, part) in (object["missing"]?.array ?? []).enumerated() {
      guard let entry = Missing(part), names.insert(entry.cluster).inserted else {
        throw .malformed(member: "missing[\(index)]")
      }
      missing.append(entry)
    }
  }
}

extension PlanFile.Missing {
  fileprivate var document: JSONValue {
    [
      "name": .string(cluster), "kind": .string(failure.kind.rawValue),
      "subject": .string(failure.subject), "cause": .string(failure.cause),
      "hint": failure.remedy.map { .string($0) } ?? .null,
    ]
  }

  fileprivate init?(_ document: JSONValue) {
    guard let name = document["name"]?.string,
      let kind = document["kind"]?.string.flatMap({ Failure.Kind(rawValue: $0) }),
      let subject = document["subject"]?.string, let cause = document["cause"]?.string
    else { return nil }
    self.init(
      cluster: name,
      failure: Failure(kind, subject: subject, cause: cause, remedy: document["hint"]?.string))
  }
}
