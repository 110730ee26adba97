import Documents
import Sandbox

/// Calls a manager without a network.
struct ManagerClient {
  static let policies = "/policy/api/v1/infra/domains/default/security-policies"
  static let groups = "/policy/api/v1/infra/domains/default/groups"

  let service: ManagerService
  // admin:Sandbox!2026
  var headers = [(name: "Authorization", value: "Basic YWRtaW46U2FuZGJveCEyMDI2")]

  init(_ estate: Estate = .example, _ change: (inout ManagerOptions) -> Void = { _ in }) {
    var options = ManagerOptions()
    options.rateLimit = 0
    options.pendingDeletion = .seconds(600)
    change(&options)
    service = ManagerService(
      objects: estate.nsxObjects, memberIPs: estate.memberIPs, options: options)
  }

  func send(
    _ method: String, _ target: String, _ body: JSONValue? = nil,
    headers more: [(name: String, value: String)] = []
  ) async -> (status: Int, body: JSONValue) {
    let response = await service.respond(
      to: SandboxRequest(
        method: method, target: target, headers: headers + more,
        body: body.map(JSONWriter.compact) ?? []))
    return (response.status, (try? JSONValue(json: response.body)) ?? .null)
  }

  func get(_ target: String) async -> JSONValue { await send("GET", target).body }

  /// All members of a list.
  func list(_ path: String, _ query: String = "") async -> [JSONValue] {
    var items: [JSONValue] = []
    var cursor: String?
    repeat {
      let suffix = cursor.map { "&cursor=\($0)" } ?? ""
      let page = await get("\(path)?\(query)\(suffix)")
      items += page["results"]?.array ?? []
      cursor = page["cursor"]?.string
    } while cursor != nil
    return items
  }
}

extension JSONValue {
  func with(_ key: String, _ value: JSONValue?) -> JSONValue {
    var object = object ?? JSONObject()
    object[key] = value
    return .object(object)
  }
}
