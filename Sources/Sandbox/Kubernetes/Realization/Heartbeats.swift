import Documents

extension KubernetesState {
  private static let members = [
    "antreaagentinfos.crd.antrea.io": "agentConditions",
    "antreacontrollerinfos.crd.antrea.io": "controllerConditions",
  ]
  /// How often Antrea writes its heartbeats (antrea facts, 9.3).
  private static let interval: Int64 = 60

  /// An object as it is when Antrea has gone on writing heartbeats since the start;
  /// one that was late then stays late. All others are given back as they are.
  func beating(_ object: JSONValue, _ kind: ResourceKind) -> JSONValue {
    guard let member = Self.members[kind.groupResource],
      let conditions = object[member]?.array,
      !monitoring.silent.contains(object.text("metadata", "name"))
    else { return object }
    let beats = (options.now() - started) / Self.interval * Self.interval
    guard beats > 0 else { return object }
    var result = object
    result.setMember(
      at: [member],
      to: .array(
        conditions.map { condition in
          guard let time = condition["lastHeartbeatTime"]?.string.flatMap(Timestamps.seconds)
          else { return condition }
          var beaten = condition
          beaten.setMember(
            at: ["lastHeartbeatTime"], to: .string(Timestamps.text(time + beats)))
          return beaten
        }))
    return result
  }
}
