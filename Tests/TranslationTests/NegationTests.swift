import AntreaModel
import Testing
import Translation

/// Excluded groups as the other side: NSX on the left, peers on the right.
@Suite struct NegationTests {
  private static let pods = ["10.244.0.0/16"]
  /// What is left of IPv4 without the pods' network.
  private static let others =
    "0.0.0.0/5|8.0.0.0/7|10.0.0.0/9|10.128.0.0/10|10.192.0.0/11|10.224.0.0/12|10.240.0.0/14|10.245.0.0/16|10.246.0.0/15|10.248.0.0/13|11.0.0.0/8|12.0.0.0/6|16.0.0.0/4|32.0.0.0/3|64.0.0.0/2|128.0.0.0/1"

  /// The peers of a rule whose sources are excluded, or the message of its
  /// finding.
  private func peers(
    _ sources: [String], podNetworks: [String]? = pods, nodeNetworks: [String]? = nil,
    families: Set<IPFamily>? = [.v4], ipProtocol: String = "IPV4_IPV6",
    named: String = #"["ANY"]"#
  ) throws -> String {
    var estate = Estate()
    for (id, expression) in [
      ("web", Shape.pod("app", "web")), ("shop", Shape.namespace("shop")),
      ("shop-web", Shape.nested(Shape.all(Shape.namespace("shop"), Shape.pod("app", "web")))),
      ("svc", Shape.service("api", in: "shop")), ("lan", Shape.addresses("10.0.0.0/9")),
      ("some-pods", Shape.addresses("10.244.1.0/24")),
      ("not-web", Shape.pod("app", "web", "NOTEQUALS")),
      ("every", Shape.any(Shape.pod("app", ""), Shape.pod("app", "web", "NOTEQUALS"))),
      ("empty", nil as String?),
    ] {
      try estate.group(id, "[\(expression ?? "")]")
    }
    try estate.policy(
      "p",
      rules: "["
        + rule(
          1,
          #""direction":"IN","source_groups":\#(sources.map { $0.contains(".") ? $0 : Estate.group($0) }),"sources_excluded":true,"ip_protocol":"\#(ipProtocol)""#
        ) + "," + rule(2, #""direction":"IN","source_groups":\#(named)"#) + "]")
    let result = try Translator(snapshot: estate.snapshot()).translate(
      cluster: ClusterTarget(
        name: Estate.cluster, selection: .controlPlane(Estate.cluster),
        podNetworks: podNetworks?.compactMap { CIDR($0) },
        nodeNetworks: nodeNetworks?.compactMap { CIDR($0) }, families: families))
    if let finding = result.findings.first(where: { $0.severity == .error }) {
      #expect(result.ruleTexts.count == 1 && !result.isApplicable)
      return "\(finding.code.rawValue): \(finding.message)"
    }
    let start = "in: r1-1001 Allow at pod{}"
    guard let text = result.ruleTexts.first else { return result.codes.joined(separator: " ") }
    return text == start ? "any" : String(text.dropFirst("\(start) peers ".count))
  }

  @Test func podsBecomeTheOtherPodsAndEveryOtherAddress() throws {
    #expect(try peers(["web"]) == "pod{app NotIn web}|\(Self.others)|nodes")
    #expect(
      try peers(["shop-web"])
        == "pod{app NotIn web}|ns{kubernetes.io/metadata.name NotIn shop}|\(Self.others)|nodes")
    // A group with just these pods is named.
    #expect(try peers(["not-web"]) == "pod{app In web}|\(Self.others)|nodes")
    #expect(
      try peers(["not-web"], named: Shape.paths("web")) == "web|\(Self.others)|nodes")
    #expect(try peers(["every"]) == "\(Self.others)|nodes")
    #expect(try peers(["empty"]) == "any")
  }

  @Test func thePodNetworksMustBeKnown() throws {
    #expect(
      try peers(["web"], podNetworks: nil)
        == "negated-selector: \(Estate.group("web")) is excluded: everything but pods by their labels: which addresses are pods' is not known"
    )
  }

  @Test func addressesOutsideThePodNetworksAreSubtracted() throws {
    let rest =
      "0.0.0.0/5|8.0.0.0/7|"
      + Self.others.split(separator: "|").dropFirst(3)
      .joined(separator: "|")
    #expect(
      try peers(["web", "lan"], nodeNetworks: ["172.16.0.0/12"])
        == "pod{app NotIn web}|\(rest)|nodes")
    // The Nodes' own addresses and their gateways have one form.
    #expect(
      try peers(["web", "lan"])
        == "negated-selector: \(Estate.group("web")) is excluded: whether excluded addresses are Nodes' is not known"
    )
    #expect(
      try peers(["web", "lan"], nodeNetworks: ["10.0.0.0/24"])
        == "negated-selector: \(Estate.group("web")) is excluded: excluded addresses are Nodes'")
    // By address alone, nobody's labels matter.
    #expect(try peers(["128.0.0.0/1"]) == "0.0.0.0/1")
    #expect(try peers(["some-pods"], podNetworks: nil).hasPrefix("0.0.0.0/5|"))
  }

  @Test func addressesOfPodsCannotBeSubtractedFromLabels() throws {
    #expect(
      try peers(["web", "some-pods"]).hasPrefix(
        "negated-selector: \(Estate.group("web")) is excluded: which pods have addresses of 10.244.1.0/24"
      ))
    // All addresses of pods are all pods.
    #expect(try peers(["web", "10.244.0.0/16"]) == Self.others)
  }

  @Test func whoIsBehindAServiceIsNotKnown() throws {
    #expect(
      try peers(["svc"]) == "service-intersection: selector ns[] pod[] and not service shop/api")
  }

  @Test func familiesStayExact() throws {
    #expect(
      try peers(["web"], podNetworks: ["10.244.0.0/16", "fd00::/48"], families: [.v4])
        == "pod{app NotIn web}|\(Self.others)|nodes")
    let both = try peers(["web"], podNetworks: ["10.244.0.0/16", "fd00::/8"], families: nil)
    #expect(both.hasPrefix("pod{app NotIn web}|0.0.0.0/5|") && both.hasSuffix("|fe00::/7|nodes"))
    #expect(
      try peers(["web"], families: [.v4], ipProtocol: "IPV4")
        == "pod{app NotIn web}|\(Self.others)|nodes")
    #expect(
      try peers(["web"], families: nil, ipProtocol: "IPV4")
        == "family-of-selector: labels select pods of both families")
    // The pods have no IPv6 addresses.
    #expect(try peers(["web"], families: nil, ipProtocol: "IPV6") == "::/0")
  }
}
