import AntreaModel
import Documents

/// The ApplySet (Kubernetes enhancement 3659) that the objects of one owner form
/// in a cluster: a ConfigMap that other tools find and respect, and a label on
/// each member.
///
/// Nothing is found by it: what is ours is found by labels in complete lists,
/// so that a parent that was lost or is out of date loses no object.
public struct ApplySet: Sendable, Hashable {
  /// Label of a member: the id of its set.
  public static let memberLabel = "applyset.kubernetes.io/part-of"
  static let idLabel = "applyset.kubernetes.io/id"
  static let toolingAnnotation = "applyset.kubernetes.io/tooling"
  static let kindsAnnotation = "applyset.kubernetes.io/contains-group-kinds"
  private static let tool = "nsx-antrea"

  /// The owner label of the members.
  public var owner: String
  /// The namespace of the parent.
  public var namespace: String

  /// Creates a set.
  public init(owner: String, namespace: String) {
    self.owner = owner
    self.namespace = namespace
  }

  /// The name of the parent.
  public var parentName: String { "nsx-antrea-\(owner)" }

  /// The id: a function of the parent's identity alone.
  public var id: String {
    let hash = SHA256.hash("\(parentName).\(namespace).ConfigMap.".utf8)
    return "applyset-\(Self.base64URL(hash))-v1"
  }

  /// Base64 for URLs, without padding (RFC 4648, section 5).
  private static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
    let alphabet = Array(
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var text: [UInt8] = []
    var buffer = 0
    var bits = 0
    for byte in bytes {
      buffer = buffer << 8 | Int(byte)
      bits += 8
      while bits >= 6 {
        bits -= 6
        text.append(alphabet[buffer >> bits & 63])
      }
      buffer &= (1 << bits) - 1
    }
    if bits > 0 { text.append(alphabet[buffer << (6 - bits) & 63]) }
    return String(decoding: text, as: UTF8.self)
  }

  /// The parent for a server-side apply.
  ///
  /// - Parameters:
  ///   - kinds: The kinds that it is to name, as `Kind.group`.
  ///   - version: Version of the tool.
  public func parent(kinds: Set<String>, version: String) -> JSONValue {
    [
      "apiVersion": "v1", "kind": "ConfigMap",
      "metadata": [
        "name": .string(parentName), "namespace": .string(namespace),
        "labels": [
          Self.idLabel: .string(id), Ownership.managedByLabel: .string(Ownership.managedByValue),
          Ownership.ownerLabel: .string(owner),
        ],
        "annotations": [
          Self.toolingAnnotation: .string("\(Self.tool)/v\(version)"),
          Self.kindsAnnotation: .string(Self.text(of: kinds)),
        ],
      ],
    ]
  }

  private static func text(of kinds: Set<String>) -> String {
    kinds.sorted { utf8Order($0, $1) < 0 }.joined(separator: ",")
  }

  /// How the parent in a cluster stands to this set.
  public func standing(of live: KubernetesObject?) -> Standing {
    guard let live else { return .absent }
    let tooling = live.annotations[Self.toolingAnnotation]
    let tool = tooling.map { String($0.prefix { $0 != "/" }) }
    guard tool == Self.tool else {
      return .foreign(tooling.map { "it belongs to \($0)" } ?? "it is no ApplySet of nsx-antrea")
    }
    guard live.labels[Self.idLabel] == id else {
      return .foreign("its label \(Self.idLabel) is not \(id)")
    }
    let list = live.annotations[Self.kindsAnnotation] ?? ""
    return .present(kinds: Set(list.split(separator: ",").map(String.init)))
  }

  /// A set, and what a cluster has in the place of its parent.
  public struct View: Sendable, Hashable {
    /// The set.
    public var set: ApplySet
    /// What stands in its parent's place.
    public var standing: Standing

    /// Creates a view.
    public init(_ set: ApplySet, _ standing: Standing) {
      self.set = set
      self.standing = standing
    }

    /// Whether objects get the label of members.
    ///
    /// - Parameter hasWrites: Whether the set would come into being now.
    func labels(_ hasWrites: Bool) -> Bool {
      switch standing {
      case .present: true
      case .absent: hasWrites
      case .foreign, .unreadable: false
      }
    }
  }

  /// What a cluster has in the place of the parent.
  public enum Standing: Sendable, Hashable {
    /// There is none.
    case absent
    /// It is there and names these kinds.
    case present(kinds: Set<String>)
    /// It belongs to somebody else, for a reason.
    case foreign(String)
    /// It may not be read: no ApplySet is kept.
    case unreadable
  }
}

extension Plan {
  /// The name of the binding to an ApplySet.
  static let applySetBinding = "applySet"

  /// Whose objects the plan is about.
  public var scope: PlanScope {
    PlanScope(owner: owner, applySet: bindings[Self.applySetBinding])
  }

  /// The kinds of an ApplySet's members, as `Kind.group`: those from before to
  /// after the plan.
  ///
  /// - Parameter isOver: Whether the plan was carried out, so that what it
  ///   deletes counts no more.
  public func memberKinds(isOver: Bool) -> Set<String> {
    var kinds: Set<String> = []
    for step in steps where !step.notes.contains(.sharedTier) {
      if isOver, step.action == .delete || step.isPassing { continue }
      if step.action == .blocked, step.live == nil { continue }
      kinds.insert("\(step.reference.kind).\(step.reference.group)")
    }
    return kinds
  }
}

extension PlanPolicy {
  /// Whose objects a plan is about.
  var scope: PlanScope { PlanScope(owner: owner, applySet: applySet?.set.id) }
}

extension KubernetesObject {
  /// The object as a member of the set that the live one is a member of.
  func member(as live: KubernetesObject) -> KubernetesObject {
    guard let id = live.labels[ApplySet.memberLabel], labels[ApplySet.memberLabel] == nil else {
      return self
    }
    return member(of: id)
  }

  /// The object as a member of a set, by its id.
  func member(of id: String) -> KubernetesObject {
    guard case .object(var document) = document else { return self }
    document.update("metadata") { value in
      var metadata = value.object ?? JSONObject()
      var labels = metadata["labels"]?.object ?? JSONObject()
      labels[ApplySet.memberLabel] = .string(id)
      metadata["labels"] = .object(labels)
      value = .object(metadata)
    }
    return KubernetesObject(.object(document)) ?? self
  }
}
