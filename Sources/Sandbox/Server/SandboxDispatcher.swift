import Documents

/// Stands between the connections and a service: control requests, faults and
/// the log.
struct SandboxDispatcher: Sendable {
  let service: any SandboxService
  let log: RequestLog
  let faults: FaultScript
  /// How long every answer takes on its way.
  var latency = Duration.zero
  /// How far the clock in `Date` is ahead of ours.
  var clockSkew = Duration.zero

  /// Answers a request; what is wrong on purpose stands in the answer's fault.
  func respond(to request: SandboxRequest) async -> SandboxResponse {
    if request.segments.first == "sandbox" { return control(request) }
    if latency > .zero { try? await Task.sleep(for: latency) }
    let rule = faults.rule(for: request)
    await rule?.action?()
    if let fault = rule?.fault, fault == .closeBeforeAnswer || fault == .silence {
      log.append(request, status: 0)
      return SandboxResponse(status: 0, fault: fault)
    }
    var response: SandboxResponse
    if let canned = rule?.response {
      response = canned
    } else {
      response = await service.respond(to: request)
    }
    if let fault = rule?.fault { response.fault = fault }
    if response.fault == .garbage {
      response.status = 200
      response.headers = [(name: "Content-Type", value: "text/html")]
      response.body = Array("<html><body><h1>It works!</h1></body></html>\n".utf8)
    }
    if response.fault == .corruptGzip {
      response.headers.append((name: "Content-Encoding", value: "gzip"))
      // The first bytes are right, so that only unpacking tells.
      response.body = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3] + Array("no deflate stream".utf8)
    }
    if case .delay(let duration) = response.fault { try? await Task.sleep(for: duration) }
    log.append(request, status: response.status)
    // As every Go server and every proxy before NSX does.
    if !response.headers.contains(where: { $0.name.lowercased() == "date" }) {
      let seconds = SystemTime.milliseconds() / 1000 + clockSkew.components.seconds
      response.headers.append((name: "Date", value: HTTPDate.text(seconds)))
    }
    return response
  }

  private func control(_ request: SandboxRequest) -> SandboxResponse {
    switch (request.method, request.path) {
    case ("GET", "/sandbox/requests"): return .json(200, log.document)
    case ("DELETE", "/sandbox/requests"):
      log.clear()
      return SandboxResponse(status: 204)
    case ("POST", "/sandbox/faults"):
      do {
        faults.set(try FaultScript.rules(json: request.body))
        return SandboxResponse(status: 204)
      } catch let error as FaultScriptError {
        return .json(400, ["message": .string(error.reason)])
      } catch {
        return .json(400, ["message": .string("\(error)")])
      }
    default: return .json(404, ["message": "no such control request"])
    }
  }
}
