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
      slice(of: workload, pods),
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

  /// The same as the Endpoints, in the form that Kubernetes has made since 1.21.
  func slice(of workload: EstateWorkload, _ pods: [JSONValue]) -> JSONValue {
    let endpoints: [JSONValue] = pods.map { pod in
      [
        "addresses": [pod[path: "status", "podIP"] ?? ""],
        "conditions": ["ready": true, "serving": true, "terminating": false],
        "nodeName": pod[path: "spec", "nodeName"] ?? "",
        "targetRef": [
          "kind": "Pod", "name": pod[path: "metadata", "name"] ?? "",
          "namespace": .string(workload.namespace), "uid": pod[path: "metadata", "uid"] ?? "",
        ],
      ]
    }
    return [
      "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
      "metadata": metadata(
        "EndpointSlice", "\(workload.app)-slice", namespace: workload.namespace,
        labels: ["kubernetes.io/service-name": workload.app]),
      "endpoints": .array(endpoints),
      "ports": [
        [
          "name": .string(workload.port?.name ?? ""), "port": .integer(workload.port?.number ?? 0),
          "protocol": .string(workload.port?.proto ?? "TCP"),
        ]
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
