import Documents
import Synchronization

/// The rules by which a server misbehaves on purpose.
public final class FaultScript: Sendable {
  /// What happens to which requests.
  public struct Rule: Sendable {
    /// The method; `nil` for any.
    public var method: String?
    /// What the raw path starts with.
    public var pathPrefix: String
    /// The first matching request that is affected, from 1.
    public var occurrence: Int
    /// How many matching requests are affected from there on; `nil` for all.
    public var count: Int?
    /// What the server does wrong with the answer.
    public var fault: SandboxResponse.Fault?
    /// An answer in place of the service's.
    public var response: SandboxResponse?
    /// Runs before the request is answered, for changes in the middle of a
    /// client's reading.
    public var action: (@Sendable () async -> Void)?

    /// Creates a rule; without a fault, an answer and an action it does
    /// nothing.
    public init(
      method: String? = nil, pathPrefix: String = "", occurrence: Int = 1, count: Int? = 1,
      fault: SandboxResponse.Fault? = nil, response: SandboxResponse? = nil,
      action: (@Sendable () async -> Void)? = nil
    ) {
      self.method = method
      self.pathPrefix = pathPrefix
      self.occurrence = occurrence
      self.count = count
      self.fault = fault
      self.response = response
      self.action = action
    }
  }

  private struct State {
    var rules: [(rule: Rule, seen: Int)] = []
  }

  private let state = Mutex(State())

  /// Creates a script.
  public init(_ rules: [Rule] = []) { set(rules) }

  /// Replaces all rules and starts counting anew.
  public func set(_ rules: [Rule]) {
    state.withLock { $0.rules = rules.map { (rule: $0, seen: 0) } }
  }

  /// Adds a rule.
  public func add(_ rule: Rule) { state.withLock { $0.rules.append((rule: rule, seen: 0)) } }

  /// The first rule that affects this request. Every matching rule counts it.
  func rule(for request: SandboxRequest) -> Rule? {
    state.withLock { state in
      var found: Rule?
      for index in state.rules.indices {
        let rule = state.rules[index].rule
        guard rule.method == nil || rule.method == request.method,
          request.path.hasPrefix(rule.pathPrefix)
        else { continue }
        state.rules[index].seen += 1
        let seen = state.rules[index].seen
        guard found == nil, seen >= rule.occurrence else { continue }
        if let count = rule.count, seen >= rule.occurrence + count { continue }
        found = rule
      }
      return found
    }
  }
}
