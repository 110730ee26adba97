import AntreaModel

/// Something in the cluster that was left out of the evaluation: what was
/// decided without it may be decided otherwise by it.
public struct NotEvaluated: Sendable, Hashable, CustomStringConvertible {
  /// The object.
  public var object: KubernetesObject.Reference
  /// The rule, where it is about one; else it is the object that was left out.
  public var rule: String?
  /// What cannot be evaluated.
  public var construct: String

  /// One line.
  public var description: String {
    "\(object)\(rule.map { " rule \($0)" } ?? ""): \(construct)"
  }
}

/// Where Antrea does something else than an object seems to say. It was
/// evaluated as Antrea does it.
public struct AntreaDeviation: Sendable, Hashable, CustomStringConvertible {
  /// The object.
  public var object: KubernetesObject.Reference
  /// The rule, where it is about one.
  public var rule: String?
  /// The field.
  public var field: String
  /// What Antrea makes of it.
  public var effect: String

  /// One line.
  public var description: String {
    "\(object)\(rule.map { " rule \($0)" } ?? ""): \(field): \(effect)"
  }
}

/// Collects what a reader of Antrea's objects has to tell beside its rules, or
/// refuses it where objects have to be beyond doubt.
struct AntreaReport {
  /// Whether what cannot be evaluated, and what does not do what it says, is an
  /// error.
  let isStrict: Bool
  private(set) var notEvaluated: [NotEvaluated] = []
  private(set) var deviations: [AntreaDeviation] = []

  init(isStrict: Bool) { self.isStrict = isStrict }

  /// Leaves a construct out; an error where that must not be.
  mutating func leaveOut(
    _ construct: String, _ fields: AntreaFields
  ) throws(EvaluationError) {
    if isStrict { throw .notEvaluated(fields.object, construct: construct) }
    add(construct, fields)
  }

  /// Leaves out what could not be read; an error where that must not be.
  mutating func leaveOut(
    _ error: EvaluationError, _ fields: AntreaFields
  ) throws(EvaluationError) {
    if isStrict { throw error }
    switch error {
    case .invalid(_, let field, let reason): add("\(field): \(reason)", fields)
    case .notEvaluated(_, let construct): add(construct, fields)
    }
  }

  /// Notes that Antrea does something else than a field says; an error where
  /// objects have to do what they say.
  mutating func deviate(
    _ field: String, _ effect: String, _ fields: AntreaFields
  ) throws(EvaluationError) {
    if isStrict { throw fields.invalid(field, effect) }
    note(field, effect, fields)
  }

  /// Notes what is as Antrea's documentation says, but may surprise.
  mutating func note(_ field: String, _ effect: String, _ fields: AntreaFields) {
    let deviation = AntreaDeviation(
      object: fields.object, rule: fields.rule, field: field, effect: effect)
    if !deviations.contains(deviation) { deviations.append(deviation) }
  }

  private mutating func add(_ construct: String, _ fields: AntreaFields) {
    let item = NotEvaluated(object: fields.object, rule: fields.rule, construct: construct)
    if !notEvaluated.contains(item) { notEvaluated.append(item) }
  }
}
