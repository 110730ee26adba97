import AntreaModel
import Documents

extension PlanStep {
  /// What a step is for. All but ``desired`` are there so that no flow falls
  /// into a gap between the old and the new policies.
  public enum Purpose: String, Sendable, Hashable, CaseIterable {
    /// The object becomes what is desired, or goes.
    case desired
    /// A group has its old and its new members for a while.
    case widen
    /// A temporary object is made.
    case standIn
    /// A policy refers to temporary groups for a while.
    case redirect
    /// A policy that does not change refers to its own groups again.
    case restore
    /// A temporary object goes.
    case remove
  }

  /// The identity of a step: one object may need several.
  public struct ID: Sendable, Hashable {
    /// The object.
    public var reference: KubernetesObject.Reference
    /// What the step is for.
    public var purpose: Purpose

    /// Creates an identity.
    public init(_ reference: KubernetesObject.Reference, _ purpose: Purpose = .desired) {
      self.reference = reference
      self.purpose = purpose
    }

    /// A total order that does not depend on the input.
    static func precedes(_ left: Self, _ right: Self) -> Bool {
      left.reference == right.reference
        ? left.purpose.rawValue < right.purpose.rawValue
        : KubernetesObject.Reference.precedes(left.reference, right.reference)
    }
  }

  /// The identity of the step.
  public var id: ID { ID(reference, purpose) }

  /// Whether the step is there for the order alone: its object is temporary, or
  /// gets contents that it does not keep.
  public var isPassing: Bool { purpose != .desired }
}

extension PlanStep.ID {
  /// The identity as a JSON object.
  var document: JSONValue {
    guard purpose != .desired, case .object(var object) = reference.document else {
      return reference.document
    }
    object["purpose"] = .string(purpose.rawValue)
    return .object(object)
  }

  /// Reads an identity; `nil` where a member is missing or has the wrong shape.
  init?(document: JSONValue) {
    guard let reference = KubernetesObject.Reference(document: document) else { return nil }
    self.init(reference)
    if let value = document["purpose"] {
      guard let purpose = value.string.flatMap(PlanStep.Purpose.init) else { return nil }
      self.purpose = purpose
    }
  }
}
