import Documents
import HTTPTransport
import Synchronization
import Testing

@testable import NSXClient

private let domain = Estate.domain
private let podCondition: JSONValue = ["resource_type": "Condition", "member_type": "Pod"]
private let vmCondition: JSONValue = [
  "resource_type": "Condition", "member_type": "VirtualMachine",
]
private func paths(_ groups: String...) -> JSONValue {
  [
    "resource_type": "PathExpression",
    "paths": .array(groups.map { .string($0.hasPrefix("/") ? $0 : "\(domain)/groups/\($0)") }),
  ]
}

extension NSXPull {
  fileprivate var objectPaths: [String] { objects.compactMap { $0["path"]?.string } }
  fileprivate func object(_ path: String) -> JSONValue? {
    objects.first { $0["path"]?.string == path }
  }
}

@Suite("Pull")
struct PullTests {
  @Test("Policies with rules, spans as objects of their own, and all that they reach")
  func whole() async throws {
    let estate = Estate()
    estate.policy(
      "shop",
      rules: [
        rule(
          "r1", from: "outer",
          extra: [
            "services": ["/infra/services/HTTP"],
            "profiles": ["/infra/context-profiles/fqdn", "/infra/l7-access-profiles/l7"],
            "destination_groups": ["/global-infra/domains/default/groups/g"],
          ])
      ], extra: ["scheduler_path": "/infra/firewall-schedulers/night"])
    estate.policy("other", spanned: false)
    estate.group("outer", [paths("vms", "pods")])
    estate.group("vms", [vmCondition])
    estate.group("pods", [podCondition], type: "ANTREA")
    estate.group("unused", [vmCondition])
    estate.change {
      $0.services["/infra/services/HTTP"] = ["path": "/infra/services/HTTP"]
      for path in [
        "/infra/context-profiles/fqdn", "/infra/l7-access-profiles/l7",
        "/infra/firewall-schedulers/night",
      ] { $0.others[path] = ["path": .string(path)] }
      $0.others["/global-infra/domains/default/groups/g"] = [
        "path": "/global-infra/domains/default/groups/g", "expression": [vmCondition],
      ]
      $0.addresses["\(domain)/groups/vms"] = ["10.0.0.9", "10.0.0.10", "10.0.0.9"]
    }
    let pull = try await connect(estate.manager()).pull()
    #expect(pull.isComplete)
    #expect(pull.version == NSXVersion(9, 1, 0))
    #expect(
      pull.objectPaths == [
        "/global-infra/domains/default/groups/g", "/infra/context-profiles/fqdn",
        "\(domain)/groups/outer", "\(domain)/groups/pods", "\(domain)/groups/unused",
        "\(domain)/groups/vms", "\(domain)/security-policies/shop",
        "\(domain)/security-policies/shop/container-cluster-span/c(1)",
        "/infra/firewall-schedulers/night", "/infra/l7-access-profiles/l7", "/infra/services/HTTP",
        Estate.plane,
      ])
    let span = pull.object("\(domain)/security-policies/shop/container-cluster-span/c(1)")
    #expect(span?["resource_type"] == "SecurityPolicyContainerCluster")
    #expect(span?["parent_path"]?.string == "\(domain)/security-policies/shop")
    #expect(pull.object("\(domain)/security-policies/shop")?["rules"]?.array?.count == 1)
    #expect(pull.object("/infra/l7-access-profiles/l7")?["resource_type"] == "L7AccessProfile")
    #expect(
      pull.memberIPs == [
        "\(domain)/groups/vms": ["10.0.0.10", "10.0.0.9"],
        "\(domain)/groups/outer": [], "/global-infra/domains/default/groups/g": [],
      ])
    let document = pull.snapshotDocument(manager: "https://nsx")
    #expect(document.object?.keys == ["complete", "format", "manager", "memberIPs", "objects"])
    #expect(document["format"] == "nsx-snapshot/1")
    #expect(document["complete"] == true)
  }

  @Test("Control planes are named by path, id or display name; filters choose without spans")
  func selection() async throws {
    let estate = Estate()
    estate.policy("a")
    estate.policy("b", spanned: false, extra: ["tags": [["scope": "team", "tag": "shop"]]])
    estate.policy("c", spanned: false, extra: ["category": "Environment"])
    estate.policy("d", spanned: false, extra: ["category": "Environment", "is_default": true])
    func read(_ selection: NSXSelection) async throws -> [String] {
      try await connect(estate.manager()).pull(selection).objects
        .filter { $0["resource_type"] == "SecurityPolicy" }.compactMap { $0["id"]?.string }
    }
    for name in [Estate.plane, "prod-a", "Production A"] {
      #expect(try await read(.init(spans: .controlPlanes([name]))) == ["a"])
    }
    #expect(try await read(.init(spans: .controlPlanes(["prod"]))) == [])
    #expect(try await read(.init()) == ["a"])
    typealias Filter = NSXSelection.Filter
    #expect(try await read(.init(filters: [Filter(tags: [.init(scope: "team")])])) == ["a", "b"])
    #expect(
      try await read(.init(spans: .none, filters: [Filter(categories: ["Environment"])])) == ["c"])
    let path = "\(domain)/security-policies/d"
    #expect(
      try await read(.init(spans: .none, filters: [Filter(paths: [path]), Filter()])) == ["d"])
    let both = Filter(categories: ["Environment"], tags: [.init(tag: "shop")])
    #expect(try await read(.init(spans: .none, filters: [both])) == [])
  }

  @Test("Rules beyond those of the policy are paged; rules that are missing are told")
  func rules() async throws {
    let estate = Estate()
    let rules = (0..<5).map { rule("r\($0)", from: "g") }
    estate.policy("p", rules: rules)
    let path = "\(domain)/security-policies/p"
    let policy = estate.contents.withLock { $0.policies[path] }
    var short = try #require(policy?.object)
    short["rules"] = .array(Array(rules.prefix(2)))
    let answer = HTTPResponse.json(.object(short))
    estate.change { $0.faults[path] = answer }
    let manager = estate.manager()
    let pull = try await connect(manager).pull()
    #expect(pull.isComplete)
    #expect(pull.object(path)?["rules"]?.array?.count == 5)
    #expect(manager.count("GET /policy/api/v1\(path)/rules") == 1)
    estate.change { $0.faults["\(path)/rules"] = .list(Array(rules.prefix(4)), count: 4) }
    let less = try await connect(estate.manager()).pull()
    #expect(less.incompleteTypes.keys.sorted() == ["SecurityPolicy"])
  }

  @Test("What changes in mid-read is read again")
  func changed() async throws {
    // The lists are first read, then the spans: at that time, all changes.
    let estate = Estate { estate, path, repetition in
      guard path.hasSuffix("/a/container-cluster-span"), repetition == 0 else { return }
      estate.policy("a", revision: 1, rules: [rule("new", from: "vms")])
      estate.policy("b")
      estate.change { $0.policies["\(domain)/security-policies/gone"] = nil }
      estate.group("vms", [vmCondition], revision: 1)
      estate.change { $0.addresses["\(domain)/groups/vms"] = ["10.0.0.7"] }
    }
    estate.policy("a")
    estate.policy("gone")
    estate.policy("still")
    let events = Mutex<[NSXEvent]>([])
    let manager = estate.manager()
    let pull = try await connect(
      manager, onEvent: { event in events.withLock { $0.append(event) } }
    )
    .pull()
    #expect(pull.isComplete)
    #expect(
      pull.objects.filter { $0["resource_type"] == "SecurityPolicy" }.map { $0["id"]?.string }
        == ["a", "b", "still"])
    #expect(pull.object("\(domain)/groups/vms")?["_revision"] == 1)
    #expect(pull.memberIPs == ["\(domain)/groups/vms": ["10.0.0.7"]])
    #expect(events.withLock { $0 }.contains(.changedDuringPull(round: 1, objects: 4)))
    // What did not change is read once.
    #expect(manager.count("GET /policy/api/v1\(domain)/security-policies/still") == 1)
  }

  @Test("What could not be read, and is gone or good at the second look, is no gap")
  func healed() async throws {
    let estate = Estate { estate, path, repetition in
      if path == "\(domain)/security-policies/less", repetition == 0 {
        estate.policy("less", rules: [rule("r1", from: "g")])
      }
      if path == "\(domain)/groups", repetition == 1 { estate.change { $0.faults = [:] } }
      if path == "\(domain)/security-policies/gone/container-cluster-span" {
        estate.change {
          $0.policies["\(domain)/security-policies/gone"] = nil
          $0.spans["\(domain)/security-policies/gone"] = nil
        }
      }
    }
    estate.policy("gone")
    estate.policy("less", rules: [rule("r1", from: "g"), rule("r2", from: "g")])
    estate.group("g", [])
    estate.change { $0.faults["\(domain)/groups"] = .error(500) }
    let pull = try await connect(estate.manager()).pull()
    #expect(pull.incompleteTypes == [:])
    #expect(pull.object("\(domain)/groups/g") != nil)
    #expect(pull.object("\(domain)/security-policies/less")?["rules"]?.array?.count == 1)
  }

  @Test("No more requests are in flight than the connection allows")
  func bounded() async throws {
    let estate = Estate()
    for number in 0..<40 { estate.policy("p\(number)") }
    let inner = estate.manager()
    let flight = Mutex((now: 0, peak: 0))
    let manager = ScriptedManager { request in
      flight.withLock {
        $0.now += 1
        $0.peak = max($0.peak, $0.now)
      }
      defer { flight.withLock { $0.now -= 1 } }
      for _ in 0..<10 { await Task.yield() }
      return try await inner.send(
        HTTPRequest(.get, "https://nsx" + request.path + "?" + request.query))
    }
    let connection = try NSXConnection(
      endpoints: [NSXEndpoint(baseURL: "https://nsx", client: manager)],
      authentication: .clientCertificate, concurrency: 3)
    #expect(try await connection.pull().objects.count == 81)
    #expect(flight.withLock { $0.peak } <= 3)
    #expect(flight.withLock { $0.peak } > 1)
  }

  @Test("A policy that is listed, but not found, is a gap")
  func listedNotFound() async throws {
    let estate = Estate()
    estate.policy("a")
    estate.change { $0.faults["\(domain)/security-policies/a"] = .error(404, 202) }
    #expect(
      try await connect(estate.manager()).pull().incompleteTypes.keys.sorted() == ["SecurityPolicy"]
    )
  }

  @Test("A list that finds no rest makes the pull incomplete")
  func restless() async throws {
    let estate = Estate { estate, path, repetition in
      if path == "\(domain)/groups" { estate.group("g", [], revision: Int64(repetition)) }
    }
    estate.policy("a")
    let manager = estate.manager()
    let pull = try await connect(manager).pull()
    #expect(pull.incompleteTypes.keys.sorted() == ["Group"])
    #expect(manager.count("GET /policy/api/v1\(domain)/groups") == 4)
    let document = pull.snapshotDocument(manager: "https://nsx")
    #expect(document["complete"] == false)
    #expect(document["incomplete"]?.array?.first?["type"] == "Group")
  }

  @Test(
    "A type that cannot be read is marked; a strict pull throws",
    arguments: [
      ("\(domain)/security-policies", "SecurityPolicy"), ("\(domain)/groups", "Group"),
      ("/infra/services", "Service"),
      ("\(domain)/security-policies/a/container-cluster-span", "SecurityPolicyContainerCluster"),
      ("\(domain)/security-policies/a", "SecurityPolicy"),
      ("/infra/context-profiles/x", "PolicyContextProfile"),
      ("\(domain)/groups/vms/members/ip-addresses", NSXPull.memberIPsType),
    ])
  func incomplete(_ path: String, _ type: String) async throws {
    for status in [403, 500] {
      let estate = Estate()
      estate.policy(
        "a", rules: [rule("r", from: "vms", extra: ["profiles": ["/infra/context-profiles/x"]])])
      estate.group("vms", [vmCondition])
      estate.change {
        $0.others["/infra/context-profiles/x"] = ["path": "/infra/context-profiles/x"]
      }
      #expect(try await connect(estate.manager()).pull().isComplete)
      estate.change { $0.faults[path] = .error(status) }
      let pull = try await connect(estate.manager()).pull()
      #expect(pull.incompleteTypes.keys.sorted() == [type])
      var options = NSXPullOptions()
      options.isStrict = true
      let strict = options
      let error = await apiError {
        _ = try await connect(estate.manager()).pull(NSXSelection(), options: strict)
      }
      #expect(error?.status == status)
    }
  }

  @Test("HTML, half a page or no answer in mid-read end the pull")
  func broken() async throws {
    for path in ["\(domain)/groups", "\(domain)/security-policies/a"] {
      for fault in [HTTPResponse.html, .json("{\"results\":[{\"id\""), .json("")] {
        let estate = Estate()
        estate.policy("a")
        estate.change { $0.faults[path] = fault }
        let error = await apiError { _ = try await connect(estate.manager()).pull() }
        #expect(error?.failure.kind == .unreachable)
      }
    }
  }

  @Test("A reference to nothing is left to the translation; cycles of groups end")
  func dangling() async throws {
    let estate = Estate()
    estate.policy(
      "a", rules: [rule("r", from: "x", extra: ["profiles": ["/infra/context-profiles/none"]])])
    estate.group("x", [paths("y", "/infra/segments/s")])
    estate.group("y", [paths("x")])
    let pull = try await connect(estate.manager()).pull()
    #expect(pull.isComplete)
    #expect(pull.memberIPs.keys.sorted() == ["\(domain)/groups/x", "\(domain)/groups/y"])
    #expect(!pull.objectPaths.contains("/infra/context-profiles/none"))
  }

  @Test("Groups of addresses or of Kubernetes objects are not resolved")
  func notGeneric() {
    let addresses: JSONValue = ["resource_type": "IPAddressExpression"]
    let conjunction: JSONValue = ["resource_type": "ConjunctionOperator"]
    #expect(!PullReferences.isGeneric(["expression": [addresses, conjunction, paths("g")]]))
    #expect(!PullReferences.isGeneric(["expression": []]))
    #expect(!PullReferences.isGeneric(["group_type": ["ANTREA"], "expression": [podCondition]]))
    #expect(PullReferences.isGeneric(["expression": [paths("/infra/segments/s")]]))
    #expect(
      PullReferences.isGeneric([
        "expression": [["resource_type": "NestedExpression", "expressions": [vmCondition]]]
      ]))
  }
}
