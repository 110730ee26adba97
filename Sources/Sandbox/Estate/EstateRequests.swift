import Documents

/// What people have asked NSX to trace in the example's first cluster.
enum EstateRequests {
  private static let cluster = "shop-prod"

  /// The requests (AntreaTraceflowConfig).
  static let all: [JSONValue] = [
    request(
      "cart-pays", from: uid("Pod", "cart", "cart-api-0"),
      to: uid("Service", "payment", "payment-api"),
      packet: [
        "resourceType": "FIELDS_PACKET_DATA", "transportType": "UNICAST",
        "ipHeader": ["protocol": 6],
        "transportHeader": ["tcpHeader": ["srcPort": 40000, "dstPort": 443, "tcpFlags": 2]],
      ]),
    request(
      "web-pings-payment", from: uid("Pod", "frontend", "web-0"),
      to: uid("Pod", "payment", "payment-api-0")),
  ]

  private static func uid(_ kind: String, _ namespace: String, _ name: String) -> String {
    ObjectCompletion.identifier("\(cluster)/\(kind)/\(namespace)/\(name)")
  }

  private static func request(
    _ id: String, from: String, to: String, packet: JSONValue? = nil
  ) -> JSONValue {
    var object: JSONValue = [
      "resource_type": "AntreaTraceflowConfig", "id": .string(id), "display_name": .string(id),
      "path": .string("/infra/antrea/traceflows/\(id)"),
      "container_cluster_id": .string(
        ObjectCompletion.identifier("control plane \(cluster)")),
      "source_external_id": .string(from), "destination_external_id": .string(to),
    ]
    if let packet { object = object.setting("packet", packet) }
    return object
  }
}
