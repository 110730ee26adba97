import Documents

extension EstateCluster {
  /// The Service of a workload and its Endpoints.
  func services(of workload: EstateWorkload, _ index: Int, _ pods: [JSONValue]) -> [JSONValue] {
    guard let port = workload.port else { return [] }
    let address = JSONValue.string("10.\(number)6.0.\(10 + index)")
    let exposed = workload.app == "nginx"
    let addresses: [JSONValue] = pods.map { pod in
      [
        "ip": pod[path: "status", "podIP"] ?? "",
        "nodeName": pod[path: "spec", "nodeName"] ?? "",
        "targetRef": [
          "kind": "Pod", "name": pod[path: "metadata", "name"] ?? "",
          "namespace": .string(workload.namespace), "uid": pod[path: "metadata", "uid"] ?? "",
        ],
      ]
    }
    let status: JSONValue =
      exposed
      ? ["loadBalancer": ["ingress": [["ip": .string("203.0.113.\(100 + number)")]]]]
      : ["loadBalancer": [:]]
    return [
      [
        "apiVersion": "v1", "kind": "Service",
        "metadata": metadata(
          "Service", workload.app, namespace: workload.namespace, labels: ["app": workload.app]),
        "spec": [
          "type": exposed ? "LoadBalancer" : "ClusterIP", "clusterIP": address,
          "clusterIPs": [address], "selector": ["app": .string(workload.app)],
          "ports": [
            [
              "name": .string(port.name), "port": .integer(port.number),
              "targetPort": .integer(port.number), "protocol": .string(port.proto),
            ]
          ],
        ],
        "status": status,
      ],
      [
        "apiVersion": "v1", "kind": "Endpoints",
        "metadata": metadata("Endpoints", workload.app, namespace: workload.namespace),
        "subsets": [
          [
            "addresses": .array(addresses),
            "ports": [
              [
                "name": .string(port.name), "port": .integer(port.number),
                "protocol": .string(port.proto),
              ]
            ],
          ]
        ],
      ],
    ]
  }

  var ingresses: [JSONValue] {
    [
      ("frontend", "shop", "web", "shop.example.com", Int64(8080)),
      ("monitoring", "grafana", "grafana", "grafana.example.com", Int64(443)),
    ].map { namespace, name, service, host, port in
      [
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
        "metadata": metadata("Ingress", name, namespace: namespace),
        "spec": [
          "ingressClassName": "nginx",
          "rules": [
            [
              "host": .string(host),
              "http": [
                "paths": [
                  [
                    "path": "/", "pathType": "Prefix",
                    "backend": [
                      "service": ["name": .string(service), "port": ["number": .integer(port)]]
                    ],
                  ]
                ]
              ],
            ]
          ],
        ],
        "status": ["loadBalancer": ["ingress": [["ip": .string("203.0.113.\(100 + number)")]]]],
      ]
    }
  }

  var networkPolicies: [JSONValue] {
    [
      [
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": metadata("NetworkPolicy", "default-deny", namespace: "payment"),
        "spec": ["podSelector": [:], "policyTypes": ["Ingress"]],
      ],
      [
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": metadata("NetworkPolicy", "same-namespace", namespace: "monitoring"),
        "spec": [
          "podSelector": [:], "policyTypes": ["Ingress"],
          "ingress": [["from": [["podSelector": [:]]]]],
        ],
      ],
    ]
  }
}
