/// Which audit lines are wanted. What is empty or `nil` restricts nothing.
public struct AuditFilter: Sendable, Hashable {
  /// A rule, or all rules of a policy.
  public struct Target: Sendable, Hashable {
    /// The name of the policy object.
    public var policy: String
    /// The name of the rule; `nil` for all.
    public var rule: String?

    /// Creates a target.
    public init(policy: String, rule: String?) {
      self.policy = policy
      self.rule = rule
    }
  }

  /// Microseconds since 1970: not before, and not after.
  public var since: Int64?
  public var until: Int64?
  /// What was done.
  public var actions: Set<AuditLine.Action>
  /// Any of these.
  public var targets: [Target] {
    didSet { compile() }
  }

  private var compiled: [(policy: [UInt8], rule: [UInt8]?)] = []

  /// Creates a filter.
  public init(
    since: Int64? = nil, until: Int64? = nil, actions: Set<AuditLine.Action> = [],
    targets: [Target] = []
  ) {
    self.since = since
    self.until = until
    self.actions = actions
    self.targets = targets
    compile()
  }

  /// Whether it lets every line through.
  public var isOpen: Bool { since == nil && until == nil && actions.isEmpty && targets.isEmpty }

  /// Whether a line is wanted.
  public func allows(_ record: AuditLine, in line: UnsafeRawBufferPointer) -> Bool {
    if let since, record.time < since { return false }
    if let until, record.time > until { return false }
    if !actions.isEmpty, !actions.contains(record.action) { return false }
    if compiled.isEmpty { return true }
    return compiled.contains { target in
      // The kind stands before the name.
      Self.ends(record.policy, line, with: target.policy)
        && target.rule.map { Self.equals(record.rule, line, $0) } ?? true
    }
  }

  private mutating func compile() {
    compiled = targets.map { (Array($0.policy.utf8), $0.rule.map { Array($0.utf8) }) }
  }

  private static func equals(
    _ span: AuditSpan, _ line: UnsafeRawBufferPointer, _ text: [UInt8]
  ) -> Bool {
    guard Int(span.count) == text.count else { return false }
    for index in text.indices where line[Int(span.start) + index] != text[index] { return false }
    return true
  }

  private static func ends(
    _ span: AuditSpan, _ line: UnsafeRawBufferPointer, with text: [UInt8]
  ) -> Bool {
    let start = Int(span.start) + Int(span.count) - text.count
    guard start > Int(span.start), line[start - 1] == UInt8(ascii: ":") else { return false }
    for index in text.indices where line[start + index] != text[index] { return false }
    return true
  }

  /// Filters are equal where they ask for the same.
  public static func == (left: AuditFilter, right: AuditFilter) -> Bool {
    left.since == right.since && left.until == right.until && left.actions == right.actions
      && left.targets == right.targets
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(since)
    hasher.combine(until)
    hasher.combine(targets)
  }
}

/// Reads a stream of bytes as an audit log: lines that a filter lets through are
/// counted, or handed over.
public struct AuditReader: Sendable {
  private var splitter = LineSplitter()
  private var parser = AuditLineParser()
  private let filter: AuditFilter
  /// What was counted.
  public private(set) var summary: AuditSummary

  /// Creates a reader.
  public init(filter: AuditFilter = AuditFilter(), capacity: Int = 65_536) {
    self.filter = filter
    summary = AuditSummary(capacity: capacity)
  }

  /// Takes more bytes, and counts only.
  public mutating func add(_ bytes: UnsafeRawBufferPointer) { add(bytes) { _, _ in } }

  /// Takes the end of a stream, and counts only.
  public mutating func end() { end { _, _ in } }

  /// Takes more bytes.
  ///
  /// - Parameter wanted: Called with each line that the filter lets through.
  public mutating func add(
    _ bytes: UnsafeRawBufferPointer,
    wanted: (AuditLine, UnsafeRawBufferPointer) throws -> Void
  ) rethrows {
    var splitter = splitter
    self.splitter = LineSplitter()
    defer { self.splitter = splitter }
    try splitter.add(bytes) { try read($0, wanted) }
  }

  /// Takes the end of a stream; another may follow.
  public mutating func end(
    wanted: (AuditLine, UnsafeRawBufferPointer) throws -> Void
  ) rethrows {
    var splitter = splitter
    self.splitter = LineSplitter()
    try splitter.end { try read($0, wanted) }
  }

  /// Takes one line without its line feed, of whatever stream.
  public mutating func addLine(
    _ line: UnsafeRawBufferPointer,
    wanted: (AuditLine, UnsafeRawBufferPointer) throws -> Void
  ) rethrows {
    try read(line, wanted)
  }

  private mutating func read(
    _ line: UnsafeRawBufferPointer,
    _ wanted: (AuditLine, UnsafeRawBufferPointer) throws -> Void
  ) rethrows {
    guard let record = parser.parse(line) else { return summary.pass(isAudit: false) }
    guard filter.isOpen || filter.allows(record, in: line) else {
      return summary.pass(isAudit: true)
    }
    summary.add(record, in: line)
    try wanted(record, line)
  }
}
