import AntreaModel
import Documents
import Reporting

/// Says how fresh a heartbeat is. Antrea writes one every minute (antrea facts, 9.3).
struct HeartbeatJudge {
  /// Seconds since 1970.
  let now: Int64
  /// Seconds after which a heartbeat is late, and after which it is given up.
  static let late: Int64 = 150
  static let lost: Int64 = 300
  /// Seconds that a heartbeat may lie ahead of our clock: of one that lies
  /// further ahead nobody can say how old it is.
  static let ahead: Int64 = 60

  /// Seconds since the newest heartbeat, negative for one ahead of our clock;
  /// `nil` where there is none.
  func age(_ conditions: [JSONValue]) -> Int64? {
    conditions.compactMap { $0["lastHeartbeatTime"]?.string.flatMap { KubernetesTime.seconds($0) } }
      .max().map { now - $0 }
  }

  /// The conditions that do not say yes.
  func troubles(_ conditions: [JSONValue]) -> [String] {
    conditions.filter { $0["status"]?.string != "True" }.map {
      let status = $0["status"]?.string ?? ""
      let reason = $0["message"]?.string ?? $0["reason"]?.string ?? ""
      return ($0["type"]?.string ?? "a condition")
        + " is \(status.isEmpty ? "unknown" : status.lowercased())"
        + (reason.isEmpty ? "" : " (\(reason))")
    }
  }
}

extension ClusterExamination {
  /// ``DoctorCheck/antreaController``.
  func antreaController(_ facts: Facts) throws -> [DoctorVerdict] {
    guard let info = try facts.controller.get() else {
      return [.failed("there is no AntreaControllerInfo")]
    }
    let conditions = info.document["controllerConditions"]?.array ?? []
    let judge = HeartbeatJudge(now: run.context.now())
    guard let age = judge.age(conditions) else { return [.failed("it has never reported")] }
    let text = "its last heartbeat is \(age) s old"
    if age > HeartbeatJudge.lost { return [.failed(text)] }
    let troubles = judge.troubles(conditions)
    if !troubles.isEmpty { return [.failed(troubles.joined(separator: ", "))] }
    if age < -HeartbeatJudge.ahead {
      return [.warning("its last heartbeat is \(-age) s ahead of our clock: its age says nothing")]
    }
    return [age > HeartbeatJudge.late ? .warning(text) : .ok(text)]
  }
}
