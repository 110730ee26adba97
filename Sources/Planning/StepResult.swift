/// How a step of a plan ended.
public enum StepResult: Sendable, Hashable {
  /// The cluster took the write.
  case succeeded
  /// There was nothing left to do, for example the object was gone already.
  case skipped(String)
  /// The write failed, for a reason in one sentence.
  case failed(String)
  /// The step was never sent, because of what failed before it.
  case blocked(String)
}
