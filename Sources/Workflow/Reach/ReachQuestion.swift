/// What `reach` and `explain --from --to` ask.
public struct ReachQuestion: Sendable, Hashable {
  /// Rows and columns of a matrix.
  public enum Matrix: String, Sendable, CaseIterable {
    /// Namespaces of the cluster.
    case namespaces
    /// Groups that policies use.
    case groups
  }

  /// What `--expect` makes a failure.
  public enum Expectation: String, Sendable, CaseIterable {
    /// The flow must pass.
    case allow
    /// The flow must be stopped.
    case deny
  }

  /// `--from`; `nil` for everybody.
  public var from: String?
  /// `--to`; `nil` for everybody.
  public var to: String?
  /// `--port`, for example `443/tcp`.
  public var port: String?
  /// `--protocol`.
  public var protocolName: String?
  /// `--matrix`.
  public var matrix: Matrix?
  /// `--desired`: ask about the cluster as it is after the plan.
  public var isDesired: Bool
  /// `--expect`.
  public var expectation: Expectation?
  /// Whether all rules that match are told, not only the deciding ones.
  public var explains: Bool
  /// `--cluster-objects`.
  public var clusterObjects: String?

  /// Creates a question.
  public init(
    from: String? = nil, to: String? = nil, port: String? = nil, protocolName: String? = nil,
    matrix: Matrix? = nil, isDesired: Bool = false, expectation: Expectation? = nil,
    explains: Bool = false, clusterObjects: String? = nil
  ) {
    self.from = from
    self.to = to
    self.port = port
    self.protocolName = protocolName
    self.matrix = matrix
    self.isDesired = isDesired
    self.expectation = expectation
    self.explains = explains
    self.clusterObjects = clusterObjects
  }
}
