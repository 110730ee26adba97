extension DoctorCheck {
  var clusterText: Text {
    switch self {
    case .clusterReachable:
      Text(
        "the API server answers, and lets us in",
        why: "plans are made from what the cluster holds",
        mend: "check kubeconfig, context, network and credentials")
    case .clusterCertificate:
      Text(
        "the API server's certificate is checked, and holds for 30 days more; so do the authority and our own",
        why: "an expired one ends every run",
        mend: "renew it (`kubeadm certs renew`, or the platform's way)")
    case .clusterClock:
      Text(
        "the API server's clock and ours agree to a minute",
        why: "tokens fail, and the age of heartbeats and leases misleads",
        mend: "synchronise the clocks (NTP)")
    case .clusterVersion:
      Text(
        "Kubernetes is 1.25 or later",
        why: "older ones drop unknown fields without a word, which can widen a policy",
        mend: "upgrade; until then keep the right to read CustomResourceDefinitions")
    case .clusterRights:
      Text(
        "our user has every right that commands need",
        why: "a run that may not write half-way leaves the rest undone",
        mend: "grant the rule that the message shows; the roles stand in `examples/`")
    case .controlPlane:
      Text(
        "NSX knows the control plane that the cluster stands for",
        why: "policies are chosen by their span to it",
        mend: "set `controlPlane` to an id of NSX, or choose policies by `select`")
    case .tiers:
      Text(
        "our tiers can stand where the configuration puts them: no other tier has the priority, and there is room below the limit of 20",
        why: "a tier's priority cannot be changed, and two tiers cannot share one",
        mend: "change `translation.tierPriorities`, or remove a tier that is not used")
    case .vendorAdapter:
      Text(
        "VMware's adapter does not work on the same cluster (by its pod, its heartbeats and what NSX hears), and has left nothing there",
        why: "two engines decide about the same traffic, and fight over the inventory",
        mend: "take the cluster out of the span of the adapter's policies, or deregister it")
    case .fieldManagers:
      Text(
        "nobody else has written to our objects",
        why: "a field of somebody else's is not changed, so the policy is not what NSX says",
        mend: "let the other one stop, or take the fields over with `--force-conflicts`")
    case .lease:
      Text(
        "the Lease is free, or held by a run that still renews it",
        why: "while it stands, no other run may write",
        mend: "nothing: an expired Lease is taken over after its duration; end a run that hangs")
    case .lastRun:
      Text(
        "the last runs for the cluster (ConfigMap `nsx-antrea-last-run`) ended well, and no longer ago than `--max-age` (default: three times `health.runInterval`)",
        why: "a job that does not run any more is not noticed otherwise",
        mend:
          "look at the job's own log; choose `--max-age` or `health.runInterval` by how often it runs"
      )
    default:
      Text(
        "no temporary objects, traceflows or bundle collections of ours are left",
        why: "a killed run leaves them, and they may decide about traffic",
        mend: "the next `apply` removes temporary objects; delete the others by their names")
    }
  }
}
