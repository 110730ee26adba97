import AntreaModel
import Documents
import Failures
import Planning
import Testing

@Suite("Plan files")
struct PlanFileTests {
  private func file() throws -> PlanFile {
    var random = SeededGenerator(seed: 11)
    let live = try estate(&random).map { try asLive($0) }
    let plan = Planner.plan(
      desired: try estate(&random), live: live,
      policy: PlanPolicy(owner: owner, bindings: ["clusterUID": "u", "commit": "c"]))
    let names: JSONValue = [
      "ClusterGroup/leaf-0": ["displayName": "Leaf", "path": "/infra/leaf", "revision": 3],
      "ClusterGroup/nowhere": ["displayName": "Unused", "path": "/infra/unused"],
    ]
    return PlanFile([
      PlanFile.Entry(
        cluster: "a", plan: plan, connectivity: ["proof": ["verdict": "equal"]],
        connectivityText: "Connectivity: proved\n", names: names, findings: [["code": "x"]])
    ])
  }

  @Test("What is saved reads back, with the names that it needs")
  func roundTrip() throws {
    let bytes = JSONWriter.pretty(try file().document)
    let read = try PlanFile(bytes: bytes)
    #expect(JSONWriter.pretty(read.document) == bytes)
    let entry = try #require(read.entries.first)
    #expect(entry.names == ["ClusterGroup/leaf-0": ["displayName": "Leaf", "path": "/infra/leaf"]])
    #expect(entry.connectivityText == "Connectivity: proved\n" && entry.findings.count == 1)
  }

  @Test("A cluster without a plan is kept with the reason, and stands once")
  func missing() throws {
    var saved = try file()
    let failure = Failure(.unreachable, subject: "cluster b", cause: "no answer", remedy: "wait")
    saved.missing = [PlanFile.Missing(cluster: "b", failure: failure)]
    let read = try PlanFile(bytes: JSONWriter.pretty(saved.document))
    #expect(read.missing == saved.missing)
    #expect(JSONWriter.pretty(read.document) == JSONWriter.pretty(saved.document))
    saved.missing[0].cluster = "a"
    #expect(throws: PlanDocumentError.malformed(member: "missing[0]")) {
      try PlanFile(bytes: JSONWriter.pretty(saved.document))
    }
  }

  @Test("What the cluster stored otherwise than it was approved is named")
  func alterations() throws {
    var random = SeededGenerator(seed: 3)
    let plan = Planner.plan(
      desired: try estate(&random), live: [], policy: PlanPolicy(owner: owner))
    let step = try #require(plan.steps.first { $0.reference.kind == "ClusterNetworkPolicy" })
    let manifest = try #require(step.manifest.flatMap { KubernetesObject($0) })
    #expect(step.alterations(in: try asLive(manifest)) == [])
    guard case .object(var document) = manifest.document,
      case .object(var spec)? = document["spec"]
    else { throw PlanDocumentError.notAPlan }
    spec["priority"] = 77
    document["spec"] = .object(spec)
    let stored = try #require(KubernetesObject(.object(document)))
    #expect(step.alterations(in: try asLive(stored)) == ["spec.priority"])
  }

  @Test("A file that is cut anywhere, or has one other byte, is one error")
  func damage() throws {
    let bytes = JSONWriter.pretty(try file().document)
    for length in stride(from: 0, to: bytes.count - 1, by: 97) {
      #expect(throws: PlanDocumentError.self, "\(length) bytes") {
        try PlanFile(bytes: Array(bytes[..<length]))
      }
    }
    var random = SeededGenerator(seed: 5)
    for _ in 0..<300 {
      var damaged = bytes
      let place = Int.random(in: 0..<bytes.count, using: &random)
      guard damaged[place] != UInt8(ascii: " "), damaged[place] != UInt8(ascii: "\n") else {
        continue
      }
      damaged[place] ^= 1
      // White space that turns into other white space changes nothing.
      #expect(throws: PlanDocumentError.self, "byte \(place)") { try PlanFile(bytes: damaged) }
    }
  }

  @Test("What the file is not is said")
  func otherFiles() throws {
    #expect(throws: PlanDocumentError.notAPlan) { try PlanFile(bytes: Array("{}".utf8)) }
    #expect(throws: PlanDocumentError.notAPlan) {
      try PlanFile(bytes: Array(#"{"clusters": [], "schemaVersion": 1}"#.utf8))
    }
    #expect(throws: PlanDocumentError.unsupportedVersion("nsx-antrea-plan/2")) {
      try PlanFile(bytes: Array(#"{"format": "nsx-antrea-plan/2"}"#.utf8))
    }
    guard case .object(var edited) = try file().document else { return }
    edited["clusters"] = []
    #expect(throws: PlanDocumentError.digestMismatch) {
      try PlanFile(bytes: JSONWriter.pretty(.object(edited)))
    }
    #expect(PlanDocumentError.digestMismatch.failure(of: "p.json").subject == "p.json")
    #expect(PlanDocumentError.notAPlan.failure.kind == .invalidInput)
  }
}
