import AntreaModel
import Documents
import NSXModel
import Testing
import Translation

private func object(
  _ kind: String, _ name: String, in namespace: String? = nil, labels: [String: String] = [:],
  _ rest: JSONValue = .object(JSONObject())
) -> KubernetesObject? {
  var metadata = JSONObject()
  metadata["name"] = .string(name)
  if let namespace { metadata["namespace"] = .string(namespace) }
  var list = JSONObject()
  for (key, value) in labels { list[key] = .string(value) }
  metadata["labels"] = .object(list)
  var object = rest.object ?? JSONObject()
  object["apiVersion"] = "v1"
  object["kind"] = .string(kind)
  object["metadata"] = .object(metadata)
  return KubernetesObject(.object(object))
}

@Suite struct ClusterHygieneTests {
  /// The pods `web-1` (`app=Web`), `web-2` (`app=web`), `db-1`, one on its
  /// Node's network and one that ended.
  private let workloads = ClusterWorkloads(
    [
      object("Namespace", "shop", labels: ["env": "Prod"]),
      object("Namespace", "empty"),
      object("Pod", "web-1", in: "shop", labels: ["app": "Web"]),
      object("Pod", "web-2", in: "shop", labels: ["app": "web"]),
      object("Pod", "db-1", in: "shop", labels: ["app": "db"]),
      object("Pod", "host", in: "shop", labels: ["app": "WEB"], ["spec": ["hostNetwork": true]]),
      object("Pod", "done", in: "shop", labels: ["app": "gone"], ["status": ["phase": "Failed"]]),
      object("Service", "db", in: "shop"),
    ].compactMap(\.self))

  private func hygiene(_ expression: String) throws -> [String] {
    var estate = Estate()
    try estate.group("g", "[\(expression)]")
    try estate.policy(
      "p",
      rules:
        "[\(rule(1, #""direction":"IN","scope":["\#(Estate.group("g"))"],"source_groups":["10.0.0.1"]"#))]"
    )
    return try estate.hygiene(workloads)
  }

  @Test func podsThatDifferByCaseAloneAreNamed() throws {
    #expect(
      try hygiene(Estate.tag("app|web")) == [
        "label-case g: Pod Tag EQUALS dis:k8s:app|web: NSX matches 1 pod labelled app=Web, the selector does not: shop/web-1"
      ])
    let finding = try #require(FindingCode.allCases.first { $0 == .labelCase })
    #expect(finding.severity == .error)
  }

  @Test func keysAndNamespacesDifferByCaseAsWell() throws {
    #expect(
      try hygiene(Estate.tag("APP|db")) == [
        "label-case g: Pod Tag EQUALS dis:k8s:APP|db: NSX matches 1 pod labelled app=db, the selector does not: shop/db-1"
      ])
    #expect(
      try hygiene(Estate.tag("env|prod", on: "Namespace")) == [
        "label-case g: Namespace Tag EQUALS dis:k8s:env|prod: NSX matches 3 pods labelled by their namespace env=Prod, the selector does not: shop/db-1, shop/web-1, shop/web-2"
      ])
    #expect(try hygiene(Estate.name("Namespace", "SHOP")) == [])
  }

  @Test func aNegatedConditionSelectsTooMuch() throws {
    #expect(
      try hygiene(Estate.tag("app|web", "NOTEQUALS")) == [
        "label-case g: Pod Tag NOTEQUALS dis:k8s:app|web: the selector matches 1 pod labelled app=Web, NSX does not: shop/web-1"
      ])
  }

  @Test func everySpellingInTheGroupIsTheWayOut() throws {
    #expect(try hygiene(Estate.tag("app|web,Web", "IN")) == [])
    #expect(
      try hygiene("\(Estate.tag("app|web")),\(Estate.or),\(Estate.tag("app|Web"))") == [])
    #expect(try hygiene(Estate.tag("app|Web,WEB,web", "NOTIN")) == [])
    // Another condition that keeps the pod out in both readings.
    #expect(
      try hygiene("\(Estate.tag("app|web")),\(Estate.and),\(Estate.name("Namespace", "empty"))")
        == ["group-matches-nothing g: selects no pod of the cluster"])
  }

  @Test func nestedGroupsAreNamedByTheirOwnPath() throws {
    var estate = Estate()
    try estate.pods("inner", "app|web")
    try estate.group(
      "outer", #"[{"resource_type":"PathExpression","paths":["\#(Estate.group("inner"))"]}]"#)
    try estate.policy(
      "p",
      rules:
        "[\(rule(1, #""direction":"IN","scope":["\#(Estate.group("outer"))"],"source_groups":["10.0.0.1"]"#))]"
    )
    #expect(try estate.hygiene(workloads).map { $0.prefix(16) } == ["label-case inner"])
  }

  @Test func whatMatchesNothingIsNoticed() throws {
    #expect(
      try hygiene(Estate.tag("app|wbe")) == [
        "condition-matches-nothing g: Pod Tag EQUALS dis:k8s:app|wbe matches no pod",
        "group-matches-nothing g: selects no pod of the cluster",
      ])
    // Pods that ended count as gone.
    #expect(
      try hygiene("\(Estate.tag("app|gone")),\(Estate.or),\(Estate.tag("app|db"))") == [
        "condition-matches-nothing g: Pod Tag EQUALS dis:k8s:app|gone matches no pod"
      ])
    // A namespace without pods is there.
    #expect(
      try hygiene(Estate.name("Namespace", "empty")) == [
        "group-matches-nothing g: selects no pod of the cluster"
      ])
  }

  @Test func servicesThatAreMissingAreNoticed() throws {
    let shop = "," + Estate.and + "," + Estate.name("Namespace", "shop")
    #expect(try hygiene(Estate.name("Service", "db") + shop) == [])
    #expect(
      try hygiene(Estate.name("Service", "dba") + shop) == [
        "missing-service g: Service shop/dba is not in the cluster"
      ])
  }

  @Test func kindsThatWereNotGivenTellNothing() throws {
    var estate = Estate()
    try estate.pods("web")
    try estate.policy(
      "p",
      rules:
        "[\(rule(1, #""direction":"IN","scope":["\#(Estate.group("web"))"],"source_groups":["10.0.0.1"]"#))]"
    )
    let unknown = ClusterWorkloads([object("Namespace", "shop")].compactMap(\.self))
    #expect(try estate.hygiene(unknown) == [])
    #expect(ClusterWorkloads([]).isEmpty)
  }
}
