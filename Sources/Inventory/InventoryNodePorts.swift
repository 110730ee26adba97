import AntreaModel
import Documents

/// The ports of Nodes by which Antrea's NodePortLocal reaches the Pods of a
/// Service.
enum InventoryNodePorts {
  private static let serviceAnnotation = "nodeportlocal.antrea.io/enabled"

  /// `node_port_local_endpoints`, sorted; empty for a Service that does not ask
  /// for NodePortLocal.
  static func endpoints(
    of service: KubernetesObject, _ pods: [KubernetesObject]
  ) -> [JSONValue] {
    guard service.annotations[serviceAnnotation] == "true" else { return [] }
    let ports = service.document[path: "spec", "ports"]?.array ?? []
    var result: Set<JSONValue> = []
    for pod in pods {
      guard let text = pod.annotations[InventoryExtract.portsAnnotation],
        let entries = (try? JSONValue(json: Array(text.utf8)))?.array
      else { continue }
      for entry in entries {
        let isWanted = ports.contains { port in
          let target = port["targetPort"] ?? port["port"]
          return target?.string.map { number(of: $0, in: pod) == entry["podPort"]?.integer }
            ?? (target?.integer == entry["podPort"]?.integer)
        }
        guard isWanted, let address = entry["nodeIP"], let port = entry["nodePort"] else {
          continue
        }
        // Antrea before 1.7 listed several protocols of one port.
        let protocols =
          entry["protocols"]?.array?.compactMap(\.string)
          ?? [entry["protocol"]?.string ?? "tcp"]
        for name in protocols {
          result.insert([
            "node_ip": address, "node_port": port, "protocol": .string(name.uppercased()),
          ])
        }
      }
    }
    return result.sorted { utf8Order("\($0)", "\($1)") < 0 }
  }

  private static func number(of name: String, in pod: KubernetesObject) -> Int64? {
    for container in pod.document[path: "spec", "containers"]?.array ?? [] {
      for port in container["ports"]?.array ?? [] where port["name"]?.string == name {
        return port["containerPort"]?.integer
      }
    }
    return nil
  }
}
