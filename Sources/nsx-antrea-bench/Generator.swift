import Documents

/// Sizes of the estates that the benchmarks use (docs/benchmarks.md).
struct EstateSize {
  /// Name on the command line.
  let name: String
  /// Policies; every one has ten rules.
  let policies: Int
  /// Groups.
  let groups: Int
  /// Pods, of the benchmark of reachability.
  let pods: Int

  static let all = [
    EstateSize(name: "S", policies: 50, groups: 250, pods: 250),
    EstateSize(name: "M", policies: 500, groups: 2500, pods: 2500),
    // What the peers were measured with on a real API server.
    EstateSize(name: "P", policies: 1000, groups: 2000, pods: 2000),
    EstateSize(name: "L", policies: 2000, groups: 10_000, pods: 10_000),
    EstateSize(name: "XL", policies: 10_000, groups: 20_000, pods: 100_000),
  ]
}

/// Makes snapshots of vendor-shaped policies, with the members that a real
/// manager sends. The same size gives the same bytes.
struct SnapshotGenerator {
  let size: EstateSize
  /// Whether every policy stands at the pods of some groups and stops whatever
  /// its rules do not let through, so that all pods are closed.
  var isSegmented = false
  private static let categories = ["Emergency", "Infrastructure", "Environment", "Application"]
  static let cluster = "bench"

  /// The snapshot as JSON text.
  func snapshot() -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(size.policies * 14_000 + size.groups * 900)
    func put(_ text: String) { out.append(contentsOf: text.utf8) }
    let plane =
      "/infra/sites/default/enforcement-points/default/cluster-control-planes/\(Self.cluster)"
    put(
      #"{"format":"nsx-snapshot/1","manager":"https://nsx.example.com","complete":true,"memberIPs":{},"objects":["#
    )
    put(
      #"{"resource_type":"ClusterControlPlane","id":"bench","display_name":"bench","node_type":"ANTREA_NODE","path":"\#(plane)","_revision":0}"#
    )
    for index in 0..<size.groups { put(",\n" + group(index)) }
    for port in 0..<100 {
      put(
        ",\n"
          + #"{"resource_type":"Service","id":"tcp-\#(8000 + port)","display_name":"tcp \#(8000 + port)","path":"/infra/services/tcp-\#(8000 + port)","service_entries":[{"resource_type":"L4PortSetServiceEntry","id":"e","l4_protocol":"TCP","destination_ports":["\#(8000 + port)"],"source_ports":[]}],"_revision":0}"#
      )
    }
    for index in 0..<size.policies {
      put(",\n" + policy(index))
      put(
        ",\n"
          + #"{"resource_type":"SecurityPolicyContainerCluster","id":"c","container_cluster_type":"ANTREA","container_cluster_path":"\#(plane)","path":"/infra/domains/default/security-policies/policy-\#(index)/container-cluster-span/c","parent_path":"/infra/domains/default/security-policies/policy-\#(index)","_revision":0}"#
      )
    }
    put("]}\n")
    return out
  }

  private func common(_ type: String, _ id: String, _ path: String) -> String {
    #""resource_type":"\#(type)","id":"\#(id)","display_name":"\#(id) of the estate","path":"\#(path)","relative_path":"\#(id)","unique_id":"5b0c0f5e-6c1b-4a0e-9a52-0c1d2e3f4a5b","realization_id":"5b0c0f5e-6c1b-4a0e-9a52-0c1d2e3f4a5b","owner_id":"f0f0f0f0-0000-4000-8000-000000000001","marked_for_delete":false,"overridden":false,"_system_owned":false,"_protection":"NOT_PROTECTED","_create_user":"admin","_create_time":1730000000000,"_last_modified_user":"admin","_last_modified_time":1730000001000,"_revision":3"#
  }

  private func group(_ index: Int) -> String {
    let path = "/infra/domains/default/groups/group-\(index)"
    let pod =
      #"{"resource_type":"NestedExpression","id":"n","expressions":[{"resource_type":"Condition","member_type":"Namespace","key":"Name","operator":"EQUALS","value":"ns-\#(index % 200)"},{"resource_type":"ConjunctionOperator","conjunction_operator":"AND"},{"resource_type":"Condition","member_type":"Pod","key":"Tag","operator":"EQUALS","scope_operator":"EQUALS","value":"dis:k8s:app|app-\#(index)"}]}"#
    let addresses =
      #"{"resource_type":"IPAddressExpression","id":"i","ip_addresses":["10.\#(index / 256 % 256).\#(index % 256).0/24","172.16.\#(index % 256).5-172.16.\#(index % 256).9"]}"#
    let or = #",{"resource_type":"ConjunctionOperator","conjunction_operator":"OR"},"#
    let expression =
      index % 10 == 9
      ? addresses : index % 10 == 8 ? pod + or + pod.replacingFirst("app-", with: "api-") : pod
    return
      "{\(common("Group", "group-\(index)", path)),\"group_type\":[\"ANTREA\"],\"expression\":[\(expression)]}"
  }

  /// Policies share all groups of pods among them.
  private func scope(_ policy: Int) -> String {
    if !isSegmented { return #"["ANY"]"# }
    let count = size.groups / size.policies
    let groups = (policy * count..<(policy + 1) * count).filter { $0 % 10 != 9 }
    return "["
      + groups.map { "\"/infra/domains/default/groups/group-\($0)\"" }
      .joined(separator: ",") + "]"
  }

  private func policy(_ index: Int) -> String {
    let path = "/infra/domains/default/security-policies/policy-\(index)"
    let rules = (0..<10).map { rule(index, $0, path) }.joined(separator: ",\n")
    return """
      {\(common("SecurityPolicy", "policy-\(index)", path)),"category":"\(Self.categories[index % 4])","sequence_number":\(index),"internal_sequence_number":\(index % 4 * 20_000_000 + index),"stateful":true,"tcp_strict":true,"locked":false,"scope":\(scope(index)),"connectivity_preference":"\(isSegmented ? "ALLOWLIST" : "NONE")","is_default":false,"rule_count":10,
      "rules":[\(rules)]}
      """
  }

  private func rule(_ policy: Int, _ index: Int, _ parent: String) -> String {
    let number = policy * 10 + index
    let inward = index % 2 == 0
    let peer = "/infra/domains/default/groups/group-\(number &* 7 % size.groups)"
    // Group numbers that end in 9 hold addresses, which cannot be applied to.
    let scope = "/infra/domains/default/groups/group-\(number % size.groups / 10 * 10 + number % 8)"
    let any = #"["ANY"]"#
    return """
      {\(common("Rule", "rule-\(index)", "\(parent)/rules/rule-\(index)")),"parent_path":"\(parent)","action":"\(index == 9 ? "DROP" : "ALLOW")","direction":"\(inward ? "IN" : "OUT")","ip_protocol":"IPV4_IPV6","sequence_number":\(index),"rule_id":\(1000 + number),"source_groups":\(inward ? "[\"\(peer)\"]" : any),"destination_groups":\(inward ? any : "[\"\(peer)\"]"),"sources_excluded":false,"destinations_excluded":false,"services":["/infra/services/tcp-\(8000 + number % 100)"],"service_entries":[],"profiles":["ANY"],"scope":["\(scope)"],"logged":false,"disabled":false,"is_default":false,"tag":""}
      """
  }
}

extension String {
  /// The text with the first occurrence of a part replaced.
  func replacingFirst(_ part: String, with other: String) -> String {
    guard let range = firstRange(of: part) else { return self }
    return replacingCharacters(in: range, with: other)
  }

  private func firstRange(of part: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      start = index(after: start)
    }
    return nil
  }

  private func replacingCharacters(in range: Range<String.Index>, with other: String) -> String {
    String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
  }
}
