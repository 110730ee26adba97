import AntreaModel
import Documents

/// A place where no order of steps keeps what the old and the new policies
/// agree on: while the plan is carried out, some flow may be decided otherwise
/// than both of them decide it.
public struct OrderGap: Sendable, Hashable {
  /// Why no order keeps it; stable, part of the JSON form.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// One direction would be opened before the other is closed.
    case opensBeforeClosing
    /// Each object would have to be written before the other.
    case cycle
    /// There are too many changes to look at both ends of connections together.
    case tooLarge
  }

  /// The class.
  public var code: Code
  /// The direction that is concerned: `ingress` or `egress`; `nil` for both.
  public var direction: String?
  /// The objects, in order.
  public var objects: [KubernetesObject.Reference]

  /// Creates a gap.
  public init(_ code: Code, direction: String? = nil, objects: [KubernetesObject.Reference]) {
    self.code = code
    self.direction = direction
    self.objects = objects
  }

  /// The gap in one sentence without a full stop.
  public var message: String {
    let shown = objects.prefix(5).map(\.description).joined(separator: ", ")
    let list = objects.count > 5 ? "\(shown) and \(objects.count - 5) more" : shown
    switch code {
    case .opensBeforeClosing:
      return
        "while \(list) change, a connection that was denied in one direction and will be denied in the other may pass for a moment (\(direction ?? "one direction") opens first)"
    case .cycle:
      return
        "\(list) must each change before the other: what old and new policies agree on may be decided otherwise for a moment"
    case .tooLarge:
      return
        "so much changes at once that the order was proven for each direction of traffic, but not for both together"
    }
  }

  /// The gap as a JSON object.
  var document: JSONValue {
    var object = JSONObject()
    object["code"] = .string(code.rawValue)
    object["direction"] = direction.map { .string($0) }
    object["objects"] = .array(objects.map(\.document))
    object["message"] = .string(message)
    return .object(object)
  }

  /// Reads a gap; `nil` where a member is missing or has the wrong shape.
  init?(document: JSONValue) {
    guard let code = document["code"]?.string.flatMap(Code.init),
      let objects = document["objects"]?.array
    else { return nil }
    self.init(code, direction: document["direction"]?.string, objects: [])
    for value in objects {
      guard let reference = KubernetesObject.Reference(document: value) else { return nil }
      self.objects.append(reference)
    }
  }
}
