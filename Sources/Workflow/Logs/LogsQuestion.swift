import AuditLog

/// What `logs` is asked for.
public struct LogsQuestion: Sendable {
  /// Whose logs.
  public enum Component: String, Sendable, Hashable, CaseIterable {
    case controller, agent, all
  }

  /// Which trees name the rules, and which clusters are read.
  public var source: DesiredSource
  public var component = Component.all
  /// Only the agents of these nodes, and the controller on them.
  public var nodes: [String] = []
  /// Seconds since 1970.
  public var since: Int64?
  public var until: Int64?
  /// The lines at the end of each log.
  public var tail: Int?
  /// Whether to go on with what is written from now on.
  public var follow = false
  /// Audit logs in files instead of a cluster's; `-` for standard input.
  public var files: [String] = []
  /// Only audit lines, of these NSX policies and rules: path, id, name, or the name
  /// of the object.
  public var policies: [String] = []
  public var rules: [String] = []
  /// Only audit lines of these actions.
  public var actions: Set<AuditLine.Action> = []
  /// Only audit lines, of any rule.
  public var audit = false
  /// Numbers instead of lines.
  public var summary = false
  /// How many flows and rules a summary names.
  public var top = 10

  /// Creates a question.
  public init(_ source: DesiredSource) { self.source = source }

  /// Whether only audit lines are wanted.
  var isAboutAudit: Bool {
    audit || summary || !files.isEmpty || !policies.isEmpty || !rules.isEmpty || !actions.isEmpty
  }

  /// The action of a name, in any case.
  public static func action(_ name: String) -> AuditLine.Action? {
    AuditLine.Action.allCases.first { $0.text.lowercased() == name.lowercased() }
  }

  /// Sets the actions by their names; what is none is left out.
  public mutating func setActions(_ names: [String]) {
    actions = Set(names.compactMap { Self.action($0) })
  }

  /// Seconds since 1970 of `--since` and `--until`: a time, or how long ago.
  ///
  /// - Returns: `nil` for what is neither.
  public static func moment(_ text: String, now: Int64) -> Int64? {
    if let age = Settings.duration(text) { return now - age.components.seconds }
    if text.hasSuffix("d"), let days = Int64(text.dropLast()), days >= 0, days < 1 << 20 {
      return now - days * 86_400
    }
    return KubernetesTime.seconds(text)
  }
}
