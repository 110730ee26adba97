import AntreaModel
import Documents

extension InventoryReader {
  /// Pods that have ended keep an address that may belong to another by now;
  /// pods without one cannot be spoken to.
  mutating func pod(_ name: String, _ fields: InventoryFields) {
    let (spec, status) = (fields.document["spec"], fields.document["status"])
    let phase = status?["phase"]?.string
    guard phase != "Succeeded", phase != "Failed" else { return }
    var texts = (status?["podIPs"]?.array ?? []).compactMap { fields.text($0, "ip") }
    if texts.isEmpty { texts = [fields.text(status, "podIP")].compactMap(\.self) }
    var addresses: [IPAddress] = []
    for text in texts {
      if let address = address(text, fields), !addresses.contains(address) {
        addresses.append(address)
      }
    }
    guard !addresses.isEmpty else { return }
    let account =
      fields.text(spec, "serviceAccountName") ?? fields.text(spec, "serviceAccount") ?? "default"
    pods.append(
      PendingPod(
        workload: Workload(
          name: name, namespace: fields.namespace ?? "", labels: labels(fields),
          addresses: addresses, isHostNetwork: spec?["hostNetwork"]?.bool == true,
          serviceAccount: account, namedPorts: namedPorts(spec, fields),
          node: fields.text(spec, "nodeName")),
        hostname: fields.text(spec, "hostname") ?? name, subdomain: fields.text(spec, "subdomain")))
  }

  /// Ports of init containers do not count, as for Antrea.
  private mutating func namedPorts(
    _ spec: JSONValue?, _ fields: InventoryFields
  ) -> [ContainerPort] {
    var result: [ContainerPort] = []
    for container in spec?["containers"]?.array ?? [] {
      for port in container["ports"]?.array ?? [] {
        guard let name = fields.text(port, "name") else { continue }
        guard let number = port["containerPort"]?.integer, (1...65535).contains(number),
          let transport = Traffic.Transport(rawValue: fields.text(port, "protocol") ?? "TCP")
        else {
          note(fields.reference, "the port \(name) has no number or protocol")
          continue
        }
        result.append(ContainerPort(name: name, transport: transport, port: Int(number)))
      }
    }
    return result
  }

  /// Adds what other objects say about the pods, and sorts everything.
  mutating func finish() -> ClusterInventory {
    pods.sort {
      ($0.workload.namespace, $0.workload.name) < ($1.workload.namespace, $1.workload.name)
    }
    inventory.services.sort { $0.id < $1.id }
    inventory.nodes.sort { $0.name < $1.name }
    var owners: [IPAddress: String] = [:]
    for index in pods.indices {
      let pod = pods[index].workload
      let reference = "Pod/\(pod.namespace)/\(pod.name)"
      if let labels = inventory.namespaces[pod.namespace] {
        pods[index].workload.namespaceLabels = labels
      } else {
        note("Namespace/\(pod.namespace)", "is not there: its labels are not known")
        inventory.namespaces[pod.namespace] = [Workload.namespaceNameLabel: pod.namespace]
      }
      for address in pod.addresses where !pod.isHostNetwork {
        if let other = owners.updateValue(reference, forKey: address) {
          note(reference, "has the address \(address) of \(other)")
        }
      }
    }
    joinServices()
    inventory.workloads = pods.map(\.workload)
    return inventory
  }
}
