import Documents
import YAMLCoding

/// The merged kubeconfig files of a user.
public struct Kubeconfig: Sendable {
  /// A named entry with the file that it stands in.
  struct Entry: Sendable {
    var value: JSONValue
    var file: String

    /// A text of the entry; an empty one counts as missing, as in kubectl.
    func text(_ key: String) -> String? {
      guard let text = value[key]?.string, !text.isEmpty else { return nil }
      return text
    }

    /// A path of the entry, resolved against its file.
    func path(_ key: String) -> String? {
      text(key).map { LocalFile.resolve($0, besides: file) }
    }
  }

  /// The files that were read.
  public private(set) var files: [String] = []
  /// Name of the current context.
  public private(set) var currentContext: String?
  var contexts: [String: Entry] = [:]
  var clusters: [String: Entry] = [:]
  var users: [String: Entry] = [:]

  /// The names of all contexts, sorted.
  public var contextNames: [String] { contexts.keys.sorted() }

  /// Reads and merges files: the first one that names an entry wins.
  ///
  /// - Parameters:
  ///   - paths: The files in their order.
  ///   - missingIsError: Whether each must exist; those of `KUBECONFIG` need not.
  /// - Throws: ``KubeconfigError``.
  public init(paths: [String], missingIsError: Bool = true) throws {
    for path in paths {
      if !missingIsError, !LocalFile.exists(path) { continue }
      try merge(path)
    }
    if files.isEmpty { throw KubeconfigError.noFile(searched: paths) }
  }

  /// Reads what kubectl would: a given file, else the list in `KUBECONFIG`,
  /// else `~/.kube/config`.
  ///
  /// - Throws: ``KubeconfigError``.
  public static func load(
    path: String? = nil, environment: [String: String]
  ) throws -> Kubeconfig {
    if let path { return try Kubeconfig(paths: [path]) }
    let list = (environment["KUBECONFIG"] ?? "").split(separator: ":").map(String.init)
    if !list.isEmpty { return try Kubeconfig(paths: list, missingIsError: false) }
    let home = environment["HOME"] ?? ""
    return try Kubeconfig(paths: ["\(home)/.kube/config"], missingIsError: false)
  }

  private mutating func merge(_ path: String) throws {
    let document: JSONValue
    do {
      document = try YAMLReader.document(try LocalFile.read(path), source: path)
    } catch let error as YAMLSyntaxError {
      throw KubeconfigError.invalid(
        file: path, detail: "line \(error.line), column \(error.column): \(error.reason)")
    }
    files.append(path)
    if document.isNull { return }
    guard document.object != nil else {
      throw KubeconfigError.invalid(file: path, detail: "it is not a mapping")
    }
    if let kind = document["kind"]?.string, kind != "Config" {
      throw KubeconfigError.invalid(file: path, detail: "its kind is \(kind), not Config")
    }
    if currentContext == nil, let name = document["current-context"]?.string, !name.isEmpty {
      currentContext = name
    }
    try merge(document["contexts"], member: "context", into: \.contexts, path)
    try merge(document["clusters"], member: "cluster", into: \.clusters, path)
    try merge(document["users"], member: "user", into: \.users, path)
  }

  private mutating func merge(
    _ list: JSONValue?, member: String, into entries: WritableKeyPath<Kubeconfig, [String: Entry]>,
    _ path: String
  ) throws {
    guard let list, !list.isNull else { return }
    guard let elements = list.array else {
      throw KubeconfigError.invalid(file: path, detail: "`\(member)s` is not a list")
    }
    for element in elements {
      guard let name = element["name"]?.string else {
        throw KubeconfigError.invalid(file: path, detail: "a \(member) has no name")
      }
      guard self[keyPath: entries][name] == nil else { continue }
      let value = element[member] ?? .null
      for key in Self.texts {
        guard let found = value[key], !found.isNull, found.string == nil else { continue }
        throw KubeconfigError.invalid(
          file: path, detail: "`\(key)` of the \(member) \(name) is not a text; put it in quotes")
      }
      self[keyPath: entries][name] = Entry(value: value, file: path)
    }
  }

  /// Members that are texts. An unquoted number or `yes` in their place must
  /// not count as missing: a token would become no credentials.
  private static let texts = [
    "cluster", "user", "namespace", "server", "certificate-authority",
    "certificate-authority-data", "tls-server-name", "proxy-url", "client-certificate",
    "client-certificate-data", "client-key", "client-key-data", "token", "tokenFile", "username",
    "password",
  ]
}
