import Documents
import Failures
import Planning

/// Where a value came from; a later case wins over an earlier one.
public enum SettingOrigin: Sendable, Hashable, CustomStringConvertible {
  /// Nobody gave it.
  case defaultValue
  /// The configuration file.
  case file(String)
  /// This environment variable.
  case environment(String)
  /// This flag.
  case flag(String)

  /// `default`, `file nsx-antrea.yaml`, `environment NSX_ANTREA_…`, `command line (…)`.
  public var description: String {
    switch self {
    case .defaultValue: "default"
    case .file(let path): "file \(path)"
    case .environment(let name): "environment \(name)"
    case .flag(let name): "command line (\(name))"
    }
  }
}

/// All settings of a run with where each came from.
public struct Settings: Sendable {
  /// One value with its origin.
  public struct Entry: Sendable, Hashable {
    /// The text, in the form of the environment; `nil` where there is none.
    public var text: String?
    /// Where it came from.
    public var origin: SettingOrigin
  }

  /// The values by name.
  public private(set) var entries: [String: Entry] = [:]
  /// The clusters of the file.
  public private(set) var clusters: [ClusterSettings] = []
  /// The NSX groups of the file that are filled with addresses of clusters.
  public private(set) var groups: [GroupSettings] = []
  /// Variables with the tool's prefix that name no setting: a misspelt one
  /// must not pass for one that was obeyed.
  public private(set) var unknownVariables: [String] = []
  /// The file that was read; `nil` for none.
  public private(set) var file: String?

  /// Merges defaults, a file, the environment and flags.
  ///
  /// - Parameters:
  ///   - document: The configuration file's content, already parsed.
  ///   - flags: Values from the command line by setting name.
  /// - Throws: ``Failure`` of kind usage that names the key and its origin.
  public init(
    document: JSONValue?, file: String?, environment: [String: String], flags: [String: String]
  ) throws {
    self.file = file
    for key in SettingKey.all {
      entries[key.name] = Entry(text: key.defaultValue, origin: .defaultValue)
    }
    // An empty file is one without settings.
    if let document, let file, !document.isNull {
      guard let object = document.object else {
        throw Failure(.usage, subject: file, cause: "is not a mapping", remedy: Self.hint)
      }
      try read(object, prefix: "", file: file)
      try GroupSettings.check(groups, clusters: clusters, at: "\(file): groups")
    }
    for key in SettingKey.all {
      if let text = environment[key.variable] {
        try set(key, text, .environment(key.variable))
      }
    }
    let variables = Set(SettingKey.all.map(\.variable))
    unknownVariables = environment.keys.filter {
      $0.hasPrefix(SettingKey.variablePrefix) && !variables.contains($0)
        && !$0.hasPrefix(SettingKey.variablePrefix + "TEST_")
    }.sorted()
    for (name, text) in flags.sorted(by: { $0.key < $1.key }) {
      guard let key = SettingKey.named(name) else { continue }
      try set(key, text, .flag(name))
    }
  }

  /// The same settings with some values set as by flags.
  func overriding(_ values: [String: String]) throws -> Settings {
    var result = self
    for (name, text) in values {
      guard let key = SettingKey.named(name) else { continue }
      try result.set(key, text, .flag(name))
    }
    return result
  }

  static let hint =
    "`nsx-antrea init` writes a starting configuration, docs/operate.md lists every key"

  private mutating func read(_ object: JSONObject, prefix: String, file: String) throws {
    for member in object {
      let name = prefix + member.key
      if name == "clusters" {
        guard let list = member.value.array else {
          throw Failure(
            .usage, subject: "\(file): clusters", cause: "is not a list", remedy: Self.hint)
        }
        clusters = try list.enumerated().map {
          try ClusterSettings($1, at: "\(file): clusters[\($0)]")
        }
        try checkUnique(file)
      } else if name == "groups" {
        groups = try GroupSettings.list(member.value, at: "\(file): groups")
      } else if let key = SettingKey.named(name) {
        if member.value.isNull { continue }
        try set(key, try text(of: member.value, key, file), .file(file))
      } else if let inner = member.value.object,
        SettingKey.all.contains(where: { $0.name.hasPrefix(name + ".") })
      {
        try read(inner, prefix: name + ".", file: file)
      } else {
        throw Failure(
          .usage, subject: "\(file): \(name)", cause: "is not a setting",
          remedy: nearest(name).map { "did you mean `\($0)`?" } ?? Self.hint)
      }
    }
  }

  private func checkUnique(_ file: String) throws {
    var seen: Set<String> = []
    for cluster in clusters where !seen.insert(cluster.name).inserted {
      throw Failure(
        .usage, subject: "\(file): clusters", cause: "two clusters are named \(cluster.name)",
        remedy: "cluster names are folders of the repository: give each its own")
    }
  }

  private func text(of value: JSONValue, _ key: SettingKey, _ file: String) throws -> String {
    switch value {
    case .string(let text): return text
    // YAML 1.1 reads a bare `on` as true.
    case .bool(let value) where key.form == .choice(["on", "off"]): return value ? "on" : "off"
    case .bool(let value): return value ? "true" : "false"
    case .integer(let value): return String(value)
    case .array(let list) where key.form == .list:
      return try list.map { element in
        guard let text = element.string else {
          throw Failure(
            .usage, subject: "\(file): \(key.name)", cause: "has an element that is not a text")
        }
        return text
      }.joined(separator: ",")
    default:
      throw Failure(
        .usage, subject: "\(file): \(key.name)", cause: "has a value of the wrong kind",
        remedy: key.help)
    }
  }

  private mutating func set(_ key: SettingKey, _ text: String, _ origin: SettingOrigin) throws {
    func refuse(_ expected: String) -> Failure {
      let shown = key.isSecret ? "the value" : "`\(text)`"
      return Failure(
        .usage, subject: "\(key.name) (\(origin))", cause: "\(shown) is not \(expected)",
        remedy: key.help)
    }
    switch key.form {
    case .text, .list: break
    case .flag: if text != "true", text != "false" { throw refuse("true or false") }
    case .number: if Int(text) == nil { throw refuse("a whole number") }
    case .duration:
      if Self.duration(text) == nil { throw refuse("a duration such as 30s, 5m or 1h") }
    case .choice(let words):
      if !words.contains(text) { throw refuse("one of \(words.joined(separator: ", "))") }
    case .budget:
      guard DeletionBudget(parsing: text) != nil else {
        throw refuse("a number, or a percentage up to 100%")
      }
    case .shard:
      // An empty one counts as none, as everywhere.
      guard text.isEmpty || Shard(parsing: text) != nil else {
        throw refuse("i/n with i from 0 to n - 1, for example 0/4")
      }
    }
    entries[key.name] = Entry(text: text, origin: origin)
  }

  private func nearest(_ name: String) -> String? {
    let wanted = name.lowercased()
    let last = wanted.split(separator: ".").last.map(String.init) ?? wanted
    return SettingKey.all.first { $0.name.lowercased() == wanted }?.name
      ?? SettingKey.all.first { $0.name.lowercased().hasSuffix("." + last) }?.name
  }

  /// Parses `500ms`, `30s`, `5m`, `1h`.
  public static func duration(_ text: String) -> Duration? {
    let units: [(String, Int64)] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)]
    for (suffix, milliseconds) in units where text.hasSuffix(suffix) {
      if let number = Int64(text.dropLast(suffix.count)), number >= 0, number < 1 << 40 {
        return .milliseconds(number * milliseconds)
      }
    }
    return nil
  }

  // MARK: Reading

  /// The text of a setting; an empty one counts as none.
  public func text(_ name: String) -> String? {
    guard let text = entries[name]?.text, !text.isEmpty else { return nil }
    return text
  }

  /// Whether a flag is set.
  public func flag(_ name: String) -> Bool { entries[name]?.text == "true" }

  /// The elements of a list.
  public func list(_ name: String) -> [String] {
    (text(name) ?? "").split(separator: ",").map { element in
      String(element.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }.filter { !$0.isEmpty }
  }

  /// A number, checked when it was read.
  public func number(_ name: String) -> Int? { text(name).flatMap { Int($0) } }

  /// A duration, checked when it was read.
  public func duration(_ name: String) -> Duration? { text(name).flatMap { Self.duration($0) } }

  /// A path of a file, taken from the folder of the configuration file when it
  /// was given there.
  public func path(_ name: String, home: String?) -> String? {
    guard let entry = entries[name], let text = entry.text, !text.isEmpty else { return nil }
    if case .file(let file) = entry.origin {
      return Files.resolve(text, relativeTo: Files.folder(of: file), home: home)
    }
    return Files.resolve(text, relativeTo: "", home: home)
  }
}
