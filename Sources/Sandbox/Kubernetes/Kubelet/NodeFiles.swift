import Documents

/// How the kubelets of a cluster give away what lies below `/var/log`.
public struct KubeletBehaviour: Sendable {
  /// Whether they do (`enableSystemLogHandler`).
  public var servesLogs = true
  /// Whether parts of files can be had.
  public var answersRanges = true

  /// Creates the defaults of a kubelet.
  public init() {}
}

/// The files below `/var/log` of the nodes.
struct NodeFiles: Sendable {
  /// By node, then by path below `/var/log`.
  private var files: [String: [String: [UInt8]]] = [:]

  subscript(node: String, path: String) -> [UInt8]? {
    get { files[node]?[path] }
    set { files[node, default: [:]][path] = newValue }
  }

  /// Answers a request as Go's file server does.
  ///
  /// - Parameter path: Below `/var/log`; with a slash at its end for a folder.
  func answer(_ node: String, _ path: String, range: String?) -> SandboxResponse {
    if path.isEmpty || path.hasSuffix("/") { return folder(node, path) }
    guard let bytes = files[node]?[path] else { return Self.text(404, "404 page not found") }
    guard let range, range.hasPrefix("bytes="), !bytes.isEmpty else {
      return SandboxResponse(
        status: 200, headers: [(name: "Content-Type", value: "text/plain; charset=utf-8")],
        body: bytes)
    }
    let ends = range.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let first = Int(ends[0]), first < bytes.count else {
      var response = Self.text(416, "invalid range: failed to overlap")
      response.headers.append((name: "Content-Range", value: "bytes */\(bytes.count)"))
      return response
    }
    let last = min(Int(ends[1]) ?? bytes.count - 1, bytes.count - 1)
    return SandboxResponse(
      status: 206,
      headers: [
        (name: "Content-Type", value: "text/plain; charset=utf-8"),
        (name: "Content-Range", value: "bytes \(first)-\(last)/\(bytes.count)"),
      ], body: Array(bytes[first...max(first, last)]))
  }

  private func folder(_ node: String, _ path: String) -> SandboxResponse {
    let inside = (files[node] ?? [:]).keys.filter { $0.hasPrefix(path) }
      .map { $0.dropFirst(path.count) }
    // Agents make this one when they start.
    guard !inside.isEmpty || "antrea/networkpolicy/".hasPrefix(path) else {
      return Self.text(404, "404 page not found")
    }
    let names = Set(
      inside.map { rest in
        rest.firstIndex(of: "/").map { String(rest[...$0]) } ?? String(rest)
      })
    let links = names.sorted().map { "<a href=\"\($0)\">\($0)</a>\n" }
    return SandboxResponse(
      status: 200, headers: [(name: "Content-Type", value: "text/html; charset=utf-8")],
      body: Array("<!doctype html>\n<pre>\n\(links.joined())</pre>\n".utf8))
  }

  static func text(_ status: Int, _ text: String) -> SandboxResponse {
    SandboxResponse(
      status: status, headers: [(name: "Content-Type", value: "text/plain; charset=utf-8")],
      body: Array("\(text)\n".utf8))
  }
}

/// A request that the API server passes on to a kubelet:
/// `/api/v1/nodes/NODE/proxy/…`.
struct KubeletRequest: Sendable {
  var node: String
  /// What follows `proxy`.
  var path: String

  init?(_ request: SandboxRequest) {
    let segments = request.segments
    guard segments.count >= 5, segments.starts(with: ["api", "v1", "nodes"]),
      segments[4] == "proxy"
    else { return nil }
    node = segments[3]
    path = segments.dropFirst(5).joined(separator: "/")
    if !path.isEmpty, request.path.hasSuffix("/") { path += "/" }
  }
}

extension KubernetesState {
  /// Answers what a kubelet is asked by way of the API server.
  func kubelet(_ asked: KubeletRequest, _ request: SandboxRequest) throws -> SandboxResponse {
    guard let nodes = catalogue.resource(named: "nodes"),
      store.object("nodes", ObjectKey(namespace: "", name: asked.node)) != nil
    else {
      throw KubernetesFault(
        code: 404, reason: "NotFound", message: "nodes \"\(asked.node)\" not found",
        name: asked.node, kind: "nodes")
    }
    count("get", nodes)
    guard request.method == "GET" else { return NodeFiles.text(405, "Method Not Allowed") }
    guard asked.path.hasPrefix("logs/") else { return NodeFiles.text(404, "404 page not found") }
    guard options.kubelet.servesLogs else {
      return NodeFiles.text(405, "logs endpoint is disabled.")
    }
    writeAuditLogs()
    return nodeFiles.answer(
      asked.node, String(asked.path.dropFirst("logs/".count)),
      range: options.kubelet.answersRanges ? request.header("Range") : nil)
  }

  func changeFile(
    _ node: String, _ path: String, _ change: @Sendable ([UInt8]?) -> [UInt8]?
  ) {
    nodeFiles[node, path] = change(nodeFiles[node, path])
  }
}

extension KubernetesService {
  /// Refuses, or passes on, a request for a kubelet.
  func kubelet(
    _ asked: KubeletRequest, _ request: SandboxRequest, _ caller: KubernetesState.Caller
  ) async throws -> SandboxResponse {
    let isDenied = options.denials.contains {
      $0.matches(verb: "get", group: "", resource: "nodes/proxy")
    }
    guard !isDenied else {
      throw KubernetesFault(
        code: 403, reason: "Forbidden",
        message: "nodes \"\(asked.node)\" is forbidden: User \"\(caller.user)\" cannot get "
          + "resource \"nodes/proxy\" in API group \"\" at the cluster scope",
        name: asked.node, kind: "nodes")
    }
    return try await state.kubelet(asked, request)
  }

  /// Changes a file of a node.
  ///
  /// - Parameters:
  ///   - path: Below `/var/log`.
  ///   - change: Is given what it holds, `nil` where there is none, and gives what it
  ///     holds then.
  public func changeFile(
    of node: String, _ path: String, _ change: @Sendable ([UInt8]?) -> [UInt8]?
  ) async {
    await state.changeFile(node, path, change)
  }
}
