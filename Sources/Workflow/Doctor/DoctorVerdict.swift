import Documents
import Failures

/// What one check found about one thing.
struct DoctorVerdict: Sendable {
  /// How a check ended.
  enum State: String, Sendable, CaseIterable {
    /// As it should be.
    case ok
    /// Works now, and will not for long or not for everything.
    case warning
    /// Does not work.
    case failed
    /// Could not be looked at, or has nothing to look at.
    case skipped
  }

  var state: State
  /// What was found, without a full stop.
  var message: String
  /// What to do about just this, where the check's general way out is not enough.
  var hint: String?
  /// The class of the failure, which decides the exit status.
  var kind: Failure.Kind

  static func ok(_ message: String) -> Self {
    Self(state: .ok, message: message, kind: .failed)
  }
  static func warning(_ message: String, _ hint: String? = nil) -> Self {
    Self(state: .warning, message: message, hint: hint, kind: .failed)
  }
  static func failed(
    _ message: String, _ hint: String? = nil, kind: Failure.Kind = .failed
  ) -> Self {
    Self(state: .failed, message: message, hint: hint, kind: kind)
  }
  static func skipped(_ reason: String, _ hint: String? = nil) -> Self {
    Self(state: .skipped, message: reason, hint: hint, kind: .failed)
  }
  static func failed(_ failure: Failure) -> Self {
    .failed("\(failure.subject): \(failure.cause)", failure.remedy, kind: failure.kind)
  }
}

/// A verdict with the check that it is of.
struct DoctorResult: Sendable {
  var check: DoctorCheck
  /// `site`, `NSX`, or the cluster's name.
  var subject: String
  var verdict: DoctorVerdict

  /// What to do: just about this, else what the check says in general. Nothing
  /// where nothing is wrong.
  var hint: String? {
    switch verdict.state {
    case .ok: nil
    case .skipped: verdict.hint
    case .warning, .failed: verdict.hint ?? check.mend
    }
  }

  var document: JSONValue {
    [
      "check": .string(check.rawValue), "area": .string(check.area.rawValue),
      "subject": .string(subject), "state": .string(verdict.state.rawValue),
      "message": .string(verdict.message), "what": .string(check.what), "why": .string(check.why),
      "hint": hint.map { .string($0) } ?? .null,
    ]
  }
}
