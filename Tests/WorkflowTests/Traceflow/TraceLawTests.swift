import Documents
import Foundation
import Sandbox
import Testing
import Workflow

/// For random estates the sandbox's Traceflow and `reach` agree on every probe,
/// and a rule that is decided by is found by `explain`.
@Suite("Traces agree with predictions")
struct TraceLawTests {
  /// `NSX_ANTREA_TEST_SEEDS=1000-1100` tries others; a failure names its seed.
  private static let seeds: ClosedRange<UInt64> = {
    let bounds = ProcessInfo.processInfo.environment["NSX_ANTREA_TEST_SEEDS"]?
      .split(separator: "-").compactMap { UInt64($0) }
    guard let bounds, bounds.count == 2, bounds[0] <= bounds[1] else { return 1...6 }
    return bounds[0]...bounds[1]
  }()

  /// What was seen, so that the test cannot pass by seeing nothing.
  private struct Tally {
    var traces = 0
    var stopped = 0
    var byRule = 0
    var rules = 0
  }

  @Test("on every probe, by the same rule")
  func agreement() async throws {
    var tally = Tally()
    for seed in Self.seeds { try await check(seed, &tally) }
    guard Self.seeds == 1...6 else { return }
    #expect(tally.traces > 1000, "\(tally)")
    #expect(tally.stopped > 100 && tally.byRule > 200 && tally.rules > 10, "\(tally)")
  }

  private func checks(_ estate: RandomTraceEstate) -> String {
    let ends = estate.pods + ["svc:red/front", "svc:blue/front", "198.51.100.7", "192.168.0.1"]
    // The last pod is on its Node's network, which sends no traces.
    let sources = Array(estate.pods.dropLast())
    var text = "checks:\n"
    for (index, to) in ends.enumerated() {
      let from = sources.filter { $0 != to }.joined(separator: ", ")
      let isService = to.hasPrefix("svc:")
      let ports = isService ? "80, 5432" : "8080, 5432, 53/udp, 81"
      text += "- {name: p\(index), from: [\(from)], to: '\(to)', port: [\(ports)], expect: allow}\n"
      if !isService {
        text += "- {name: i\(index), from: [\(from)], to: '\(to)', protocol: icmp, expect: allow}\n"
      }
    }
    for (index, to) in estate.dual.enumerated() where estate.dual.count > 1 {
      let from = estate.dual.filter { $0 != to }.joined(separator: ", ")
      text +=
        "- {name: s\(index), from: [\(from)], to: '\(to)', port: [8080], ipv6: true, expect: allow}\n"
        + "- {name: t\(index), from: [\(from)], to: '\(to)', protocol: icmpv6, expect: allow}\n"
    }
    return text
  }

  private func check(_ seed: UInt64, _ tally: inout Tally) async throws {
    let estate = RandomTraceEstate(seed: seed)
    var rules: Set<String> = []
    try await withSite(objects: estate.nsx, kubernetes: estate.kubernetes) { site in
      let lines = try String(contentsOfFile: "\(site.folder)/nsx-antrea.yaml", encoding: .utf8)
        .replacingOccurrences(
          of: "    kubeconfig: kubeconfig",
          with:
            "    kubeconfig: kubeconfig\n    podNetworks: [10.1.0.0/16, 'fd00:1::/32']\n    nodeNetworks: [192.168.0.0/24]"
        )
      try site.write("nsx-antrea.yaml", lines)
      let sync = await site.run { try await $0.sync(DesiredSource()) }
      #expect(sync.status == .success, "seed \(seed): \(sync.talk)")
      site.clock = ManualClock(isHasty: true).clock
      try site.write("checks.yaml", checks(estate))
      let answer = await site.run(["output": "json"]) {
        try await $0.traceChecks(
          "\(site.folder)/checks.yaml", TraceCheckOptions(parallel: 8), source: DesiredSource())
      }
      let document = try JSONValue(json: answer.output)
      #expect(await site.traceflows() == [], "seed \(seed)")
      for probe in (document["checks"]?.array ?? []).flatMap({ $0["probes"]?.array ?? [] }) {
        let trace = probe["trace"]
        let failure = probe[path: "failure", "cause"]?.string ?? ""
        // Nobody may be behind a Service, or the pod itself.
        if ["no pod behind", "no flow between"].contains(where: failure.contains) { continue }
        let reason = trace?["notCompared"]?.string ?? ""
        if reason.contains("led back to the pod itself") { continue }
        let comparison = trace?["comparison"]?.string
        #expect(comparison == "agrees", "seed \(seed): \(probe)")
        // Of single pods the prediction is about the same packet.
        let passes = ["delivered", "left-network"].contains(trace?["result"]?.string)
        let verdict = probe[path: "prediction", "verdict"]?.string
        if probe["to"]?.string?.hasPrefix("Service") != true, verdict != "partly" {
          #expect((verdict == "allow") == passes, "seed \(seed): \(probe)")
        }
        tally.traces += 1
        if ["dropped", "rejected"].contains(trace?["result"]?.string) { tally.stopped += 1 }
        for side in [trace?["egress"], trace?["ingress"]] {
          guard let path = side?[path: "rule", "path"]?.string else { continue }
          tally.byRule += 1
          rules.insert(path)
        }
      }
      for rule in rules.sorted() {
        let found = await site.run(["output": "json"]) {
          try await $0.explain(rule, source: DesiredSource())
        }
        #expect(found.status == .success, "seed \(seed): \(rule): \(found.talk)")
        let matches = try JSONValue(json: found.output)["matches"]?.array ?? []
        #expect(
          matches.contains { match in
            match["rules"]?.array?.contains { $0["path"]?.string == rule } == true
          }, "seed \(seed): \(rule): \(found.output)")
      }
    }
    tally.rules += rules.count
  }
}
