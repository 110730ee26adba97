import Documents
import Sandbox
import Testing
import Workflow

@Suite("Traceflow requests of NSX")
struct NSXTraceTests {
  private static let cluster = "6a2b8a4e-0000-4000-8000-000000000001"

  private static func request(
    _ id: String, from: String, to: String?, packet: JSONValue? = nil, cluster: String = cluster
  ) -> JSONValue {
    var object: JSONObject = JSONObject()
    object["resource_type"] = "AntreaTraceflowConfig"
    object["id"] = .string(id)
    object["display_name"] = .string("Request \(id)")
    object["path"] = .string("/infra/antrea/traceflows/\(id)")
    object["container_cluster_id"] = .string(cluster)
    object["source_external_id"] = .string(from)
    object["destination_external_id"] = to.map { .string($0) }
    object["packet"] = packet
    return .object(object)
  }

  private static let requests: [JSONValue] = [
    request(
      "tcp", from: "uid-job-1", to: "uid-db-1",
      packet: [
        "resourceType": "FIELDS_PACKET_DATA", "transportType": "UNICAST",
        "ipHeader": ["protocol": 6],
        "transportHeader": ["tcpHeader": ["srcPort": 4000, "dstPort": 5432, "tcpFlags": 2]],
      ]),
    request("ping", from: "uid-web-1", to: "uid-db-1"),
    request(
      "away", from: "uid-web-1", to: nil,
      packet: ["resourceType": "FIELDS_PACKET_DATA", "ipHeader": ["dstIp": "198.51.100.9"]]),
    request("gone", from: "uid-of-nobody", to: "uid-db-1"),
    request(
      "bytes", from: "uid-web-1", to: "uid-db-1", packet: ["resourceType": "BINARY_PACKET_DATA"]),
    request("foreign", from: "uid-web-1", to: "uid-db-1", cluster: "another"),
  ]

  private func withRequests(_ body: (TestSite) async throws -> Void) async throws {
    try await withSite(
      objects: TestSite.estate + Self.requests, kubernetes: TraceEstate.objects
    ) { site in
      let lines = try String(contentsOfFile: "\(site.folder)/nsx-antrea.yaml", encoding: .utf8)
        .replacingOccurrences(
          of: "    kubeconfig: kubeconfig",
          with: "    kubeconfig: kubeconfig\n    inventoryID: \(Self.cluster)")
      try site.write("nsx-antrea.yaml", lines)
      _ = await site.run { try await $0.sync(DesiredSource()) }
      site.clock = ManualClock(isHasty: true).clock
      try await body(site)
    }
  }

  @Test("those for this cluster are listed by the names of its pods")
  func list() async throws {
    try await withRequests { site in
      let answer = await site.run { try await $0.listTraceRequests(source: DesiredSource()) }
      #expect(answer.status == .success, "\(answer.talk)")
      #expect(answer.output.contains("pod:shop/job-1"), "\(answer.output)")
      #expect(answer.output.contains("uid-of-nobody (not in the cluster)"))
      #expect(answer.output.contains("198.51.100.9"))
      #expect(!answer.output.contains("foreign"))
      let json = await site.run(["output": "json"]) {
        try await $0.listTraceRequests(source: DesiredSource())
      }
      let document = try JSONValue(json: json.output)
      #expect(document["requests"]?.array?.count == 5)
    }
  }

  @Test("those of VMware's adapter are found by the id of the control plane's node")
  func node() async throws {
    let objects = TestSite.estate.map { object -> JSONValue in
      guard object["resource_type"] == "ClusterControlPlane", var plane = object.object else {
        return object
      }
      plane["node_id"] = "node-of-shop-prod"
      return .object(plane)
    }
    let request = Self.request(
      "by-node", from: "uid-web-1", to: "uid-db-1", cluster: "node-of-shop-prod")
    try await withSite(objects: objects + [request], kubernetes: TraceEstate.objects) { site in
      let answer = await site.run { try await $0.listTraceRequests(source: DesiredSource()) }
      #expect(answer.output.contains("by-node"), "\(answer.output)\(answer.talk)")
    }
  }

  @Test("an NSX that takes no requests, and an id that is not there, are told apart")
  func missing() async throws {
    try await withRequests { site in
      let gone = await site.run {
        try await $0.traceRequest("missing", NSXTraceOptions(), source: DesiredSource())
      }
      #expect(gone.status == .invalidInput, "\(gone.talk)")
      #expect(gone.talk.contains("traceflow request missing of NSX: is not there"), "\(gone.talk)")
      #expect(gone.talk.contains("--nsx-requests"), "\(gone.talk)")
      site.managerServer.faults.set([
        .init(
          pathPrefix: "/policy/api/v1/infra/antrea/traceflows", count: nil,
          response: .json(
            404, ["httpStatus": "NOT_FOUND", "error_code": 404, "error_message": "?"]))
      ])
      let old = await site.run { try await $0.listTraceRequests(source: DesiredSource()) }
      #expect(old.status == .invalidInput, "\(old.talk)")
      #expect(old.talk.contains("takes no traceflow requests for Antrea clusters"), "\(old.talk)")
      let one = await site.run {
        try await $0.traceRequest("tcp", NSXTraceOptions(), source: DesiredSource())
      }
      #expect(one.status == .invalidInput)
      #expect(one.talk.contains("takes no traceflow requests for Antrea clusters"), "\(one.talk)")
      #expect(await site.traceflows() == [])
    }
  }

  @Test("one is run by its id; its result is told here, and is a tag on request")
  func run() async throws {
    try await withRequests { site in
      func trace(_ id: String, tags: Bool = false) async -> (
        status: ToolStatus, output: String, talk: String
      ) {
        await site.run {
          try await $0.traceRequest(
            id, NSXTraceOptions(tagsResult: tags), source: DesiredSource())
        }
      }
      let told = await trace("tcp")
      #expect(told.status == .success, "\(told.talk)")
      #expect(told.output.contains("5432/tcp from 4000: dropped by rule 1003"), "\(told.output)")
      #expect(told.talk.contains("NSX shows no result: only VMware's adapter can write one"))
      let tagged = await trace("tcp", tags: true)
      #expect(tagged.status == .success, "\(tagged.talk)")
      _ = await trace("tcp", tags: true)
      let object = try #require(await site.manager.object(at: "/infra/antrea/traceflows/tcp"))
      let tags = try #require(object["tags"]?.array)
      #expect(tags.count == 1 && tags[0]["scope"] == "nsx-antrea:traceflow")
      #expect(tags[0]["tag"]?.string?.hasPrefix("dropped by rule 1003") == true, "\(tags)")
      #expect(object[path: "packet", "transportHeader", "tcpHeader", "dstPort"] == 5432)
      let list = await site.run { try await $0.listTraceRequests(source: DesiredSource()) }
      #expect(list.output.contains("dropped by rule 1003"))

      #expect(await trace("ping").output.contains("icmp echo request"))
      #expect(await trace("away").output.contains("left the cluster's network"))
      for id in ["gone", "bytes", "foreign", "missing"] {
        let refused = await trace(id)
        #expect([.invalidInput, .failed].contains(refused.status), "\(id): \(refused.talk)")
      }
      #expect(await site.traceflows() == [])
    }
  }
}
