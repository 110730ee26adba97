import Documents

extension EstateCluster {
  /// A Gateway of the Gateway API.
  var gateways: [JSONValue] {
    [
      [
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway",
        "metadata": metadata(
          "Gateway", "public", namespace: "frontend", labels: ["app": "gateway"]),
        "spec": [
          "gatewayClassName": "example",
          "listeners": [
            ["name": "web", "hostname": "shop.example.com", "protocol": "HTTPS", "port": 443]
          ],
        ],
        "status": [
          "addresses": [["type": "IPAddress", "value": .string("203.0.113.\(120 + number)")]],
          "conditions": [
            ["type": "Accepted", "status": "True"], ["type": "Programmed", "status": "True"],
          ],
        ],
      ]
    ]
  }

  /// Antrea's Egress, the pool of its addresses, and a pool for Pods.
  var egresses: [JSONValue] {
    let network = "192.168.\(number)0"
    return [
      [
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "ExternalIPPool",
        "metadata": metadata("ExternalIPPool", "external"),
        "spec": [
          "ipRanges": [["start": .string("\(network).200"), "end": .string("\(network).219")]],
          "subnetInfo": ["gateway": .string("\(network).1"), "prefixLength": 24],
          "nodeSelector": [:],
        ],
        "status": ["usage": ["total": 20, "used": 1]],
      ],
      [
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "IPPool",
        "metadata": metadata("IPPool", "fixed"),
        "spec": [
          "ipRanges": [["cidr": .string("10.\(number)0.250.0/28")]],
          "subnetInfo": ["gateway": .string("10.\(number)0.250.1"), "prefixLength": 28],
        ],
        "status": ["usage": ["total": 14, "used": 0]],
      ],
      [
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "Egress",
        "metadata": metadata("Egress", "payment", labels: ["team": "payment"]),
        "spec": [
          "appliedTo": [
            "namespaceSelector": ["matchLabels": ["kubernetes.io/metadata.name": "payment"]]
          ], "externalIPPool": "external", "egressIP": .string("\(network).200"),
        ],
        "status": ["egressNode": .string("\(name)-node-2"), "egressIP": .string("\(network).200")],
      ],
    ]
  }
}
