import Documents

/// A container whose log is kept.
struct PodLogKey: Hashable, Sendable {
  var namespace: String
  var pod: String
  var container: String
}

extension KubernetesState {
  /// Adds lines to a log.
  func addLog(_ key: PodLogKey, _ lines: [(time: Int64, text: String)]) {
    logs[key, default: []] += lines
  }

  /// Answers `GET …/pods/NAME/log` as the API server passes on what the kubelet
  /// keeps. A followed log ends at once, as that of a container that has ended.
  func podLog(_ target: ResourceTarget, _ request: SandboxRequest) throws -> SandboxResponse {
    let pod = try existing(target)
    let containers = pod.list("spec", "containers").map { $0.text("name") }
    let wanted = request.query("container") ?? ""
    let name = target.name ?? ""
    if wanted.isEmpty, containers.count > 1 {
      throw KubernetesFault.badRequest(
        "a container name must be specified for pod \(name), choose one of: [\(containers.joined(separator: " "))]"
      )
    }
    let container = wanted.isEmpty ? containers.first ?? "" : wanted
    guard containers.contains(container) else {
      throw KubernetesFault.badRequest("container \(container) is not valid for pod \(name)")
    }
    var lines =
      logs[PodLogKey(namespace: target.namespace ?? "", pod: name, container: container)] ?? []
    if let since = request.query("sinceTime") {
      guard let seconds = Timestamps.seconds(String(since.prefix(19)) + "Z") else {
        throw KubernetesFault.badRequest("sinceTime: \(since) is no time")
      }
      lines.removeAll { $0.time < seconds * 1_000_000_000 }
    } else if let text = request.query("sinceSeconds"), let seconds = Int64(text) {
      lines.removeAll { $0.time < (options.now() - seconds) * 1_000_000_000 }
    }
    if let tail = request.query("tailLines").flatMap(Int.init) { lines = lines.suffix(tail) }
    let stamps = request.query("timestamps") == "true"
    let text = lines.map { (stamps ? Self.stamp($0.time) + " " : "") + $0.text + "\n" }
    return SandboxResponse(
      status: 200, headers: [(name: "Content-Type", value: "text/plain")],
      body: Array(text.joined().utf8))
  }

  /// RFC 3339 with nine digits of a second, as the kubelet writes it.
  private static func stamp(_ time: Int64) -> String {
    let whole = Timestamps.text(time / 1_000_000_000).dropLast()
    return "\(whole).\(String(1_000_000_000 + time % 1_000_000_000).dropFirst())Z"
  }
}
