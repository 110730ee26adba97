import Documents

/// One condition of `agentConditions` or `controllerConditions`.
public struct AntreaCondition: Sendable, Hashable {
  /// For example `OVSDBConnectionUp`.
  public var type: String
  /// `True`, `False` or `Unknown`.
  public var status: String
  /// When it was last reported, in seconds since 1970.
  public var heartbeat: Int64?
  /// One word, maybe empty.
  public var reason: String
  /// For people, maybe empty.
  public var message: String

  /// Reads a list of conditions.
  static func list(_ value: JSONValue?) -> [AntreaCondition] {
    (value?.array ?? []).map { document in
      func text(_ key: String) -> String { document[key]?.string ?? "" }
      return AntreaCondition(
        type: text("type"), status: text("status"),
        heartbeat: UTCTime.seconds(text("lastHeartbeatTime")), reason: text("reason"),
        message: text("message"))
    }
  }

  /// The condition in words, for a reason.
  var text: String {
    let more = [reason, message].filter { !$0.isEmpty }.joined(separator: ": ")
    return "\(type) is \(status)" + (more.isEmpty ? "" : " (\(more))")
  }

  /// The condition in JSON.
  public var document: JSONValue {
    [
      "type": .string(type), "status": .string(status), "lastHeartbeatTime": heartbeat.time,
      "reason": .string(reason), "message": .string(message),
    ]
  }
}
