import AntreaModel
import Documents
import Failures
import Inventory
import NSXClient
import Reporting

/// Which Traceflow request of NSX is run, and how.
public struct NSXTraceOptions: Sendable, Hashable {
  /// `--trace-timeout`, in seconds.
  public var timeout: Int
  /// Whether the result is written to the request as a tag.
  public var tagsResult: Bool

  /// Creates options.
  public init(timeout: Int = TraceflowSpec.defaultTimeout, tagsResult: Bool = false) {
    self.timeout = timeout
    self.tagsResult = tagsResult
  }
}

extension Run {
  private static let traceRequests = "/policy/api/v1/infra/antrea/traceflows"
  /// The scope of the tag with a result.
  private static let resultScope = "nsx-antrea:traceflow"

  /// `traceflow --nsx-requests`: lists what people asked NSX to trace in the
  /// cluster.
  public func listTraceRequests(source: DesiredSource) async throws -> ExitStatus {
    let site = try await traceSite(source)
    let requests = try await withNSX { connection in
      let clusters = try await inventoryIDs(of: site.cluster, connection)
      return try await traceRequests(connection)
        .map { NSXTraceRequest(object: $0, identities: site.identities) }
        .filter { clusters.contains($0.cluster) }
    }
    var table = TextTable(["ID", "NAME", "FROM", "TO", "TRAFFIC", "LAST RESULT"])
    for request in requests {
      table.add(
        [request.id, request.displayName, request.from, request.to, request.traffic].map(
          TextStyle.printable) + [Self.result(of: request.object) ?? "-"])
    }
    print(
      text: requests.isEmpty
        ? "NSX has no traceflow request for cluster \(site.cluster.name)\n"
        : table.render(style: TextStyle(color: color)),
      json: [
        "schemaVersion": 1, "cluster": .string(site.cluster.name),
        "requests": .array(
          requests.map { request in
            [
              "id": .string(request.id), "displayName": .string(request.displayName),
              "from": .string(request.from), "to": .string(request.to),
              "traffic": .string(request.traffic),
              "lastResult": Self.result(of: request.object).map { .string($0) } ?? .null,
              "request": request.object,
            ]
          }),
      ])
    return .success
  }

  /// `traceflow --nsx-request ID`: runs what somebody asked NSX for. NSX takes
  /// observations from the adapter alone, so that the result is told here, and
  /// written to the request only as a tag, where that is asked for.
  public func traceRequest(
    _ id: String, _ options: NSXTraceOptions, source: DesiredSource
  ) async throws -> ExitStatus {
    guard !id.isEmpty, !id.contains("/") else {
      throw TraceQuestion.refusal(
        "--nsx-request \(id)", "is no id", "`nsx-antrea traceflow --nsx-requests` lists them")
    }
    let site = try await traceSite(source)
    return try await withNSX { connection in
      let request = NSXTraceRequest(
        object: try await traceRequest(id, connection),
        identities: site.identities)
      guard try await inventoryIDs(of: site.cluster, connection).contains(request.cluster) else {
        throw Failure(
          .invalidInput, subject: "traceflow request \(id) of NSX",
          cause: "is about container cluster \(request.cluster), not \(site.cluster.name)",
          remedy: "choose the cluster with --cluster, or set its inventoryID in the configuration")
      }
      let question = try request.question(timeout: options.timeout)
      let trace = try TracePlanning(site.subject, random: context.random).plan(question)
      try await site.session.removeLeftovers()
      let (report, leftover) = try await site.report(trace, tellsPhases: true)
      print(text: TraceText.render(report, color: color), json: report.document)
      if let leftover { tell(leftover, cluster: site.cluster.name) }
      let result = status(of: report, nil, leftover)
      if options.tagsResult {
        try await write(report, to: request, connection)
      } else {
        talk(
          "NSX shows no result: only VMware's adapter can write one; --tag-result puts it on the request as a tag"
        )
      }
      return result
    }
  }

  /// What people asked this NSX for, of all clusters.
  ///
  /// - Throws: ``Failure`` of kind invalidInput for an NSX that takes no such
  ///   requests.
  private func traceRequests(_ connection: NSXConnection) async throws -> [JSONValue] {
    do { return try await connection.list(Self.traceRequests) } catch let error as NSXAPIError
      where error.reaction == .notFound
    {
      let version = try await connection.version()
      throw Failure(
        .invalidInput, subject: "NSX \(version.text)",
        cause:
          "takes no traceflow requests for Antrea clusters (\(Self.traceRequests) is not there)",
        remedy: "trace with --from and --to; a later NSX has requests")
    }
  }

  private func traceRequest(_ id: String, _ connection: NSXConnection) async throws -> JSONValue {
    do {
      return try await connection.get("\(Self.traceRequests)/\(id)")
    } catch let error as NSXAPIError where error.reaction == .notFound {
      // An NSX without any requests says the same.
      _ = try await traceRequests(connection)
      throw Failure(
        .invalidInput, subject: "traceflow request \(id) of NSX",
        cause: "is not there; NSX removes requests that are idle for two hours",
        remedy: "`nsx-antrea traceflow --nsx-requests` lists those that are")
    }
  }

  /// The ids by which NSX's inventory knows a cluster: the configured one, else
  /// those of Antrea clusters of its name, whoever reports them.
  private func inventoryIDs(
    of cluster: ClusterSettings, _ connection: NSXConnection
  ) async throws -> Set<String> {
    if let id = cluster.inventoryID { return [id] }
    let plane = cluster.controlPlane?.split(separator: "/").last.map(String.init)
    let names = [cluster.name, plane ?? cluster.name]
    // What VMware's adapter reports bears the id of its control plane's node.
    let node = Self.controlPlane(of: cluster, among: try await controlPlanes(connection))?[
      "node_id"]?
      .string
    let same = try await connection.listInventory(.cluster).filter {
      names.contains($0["display_name"]?.string ?? "")
        && $0["cni_type"]?.string?.lowercased() == "antrea"
    }
    return Set(
      same.compactMap { $0["external_id"]?.string } + [node].compactMap(\.self)
        + [InventoryCluster.derivedID(of: cluster.name)])
  }

  /// Puts the result on the request in place of an earlier one.
  private func write(
    _ report: TraceReport, to request: NSXTraceRequest, _ connection: NSXConnection
  ) async throws {
    var object = request.object.object ?? JSONObject()
    var tags = (object["tags"]?.array ?? []).filter { $0["scope"]?.string != Self.resultScope }
    // NSX takes 256 characters.
    tags.append([
      "scope": .string(Self.resultScope),
      "tag": .string(String(TraceText.line(report).prefix(256))),
    ])
    object["tags"] = .array(tags)
    _ = try await connection.json(
      .put, "\(Self.traceRequests)/\(request.id)", body: .object(object))
    talk("NSX: request \(request.id) is tagged \(Self.resultScope)")
  }

  private static func result(of object: JSONValue) -> String? {
    let tag = (object["tags"]?.array ?? []).first { $0["scope"]?.string == resultScope }
    return tag?["tag"]?.string.map(TextStyle.printable)
  }
}
