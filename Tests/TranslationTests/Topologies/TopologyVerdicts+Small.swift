/// Topologies of few machines.
extension TopologyVerdicts {
  /// Groups by resolved members, by paths and by nested expressions.
  static let shops: [String: [TopologyVerdict]] = [
    "ExampleAppWithGroupsAndSegments": [
      TopologyVerdict(
        "New-VM-3 -> New-VM-4 80/TCP", "allow 1027 | allow 1027", "front end to back end"),
      TopologyVerdict(
        "New-VM-4 -> New-VM-3 80/TCP", "drop 1028 | drop 1028", "within the application"),
      TopologyVerdict(
        "New-VM-3 -> New-VM-4 443/TCP", "drop 1028 | drop 1028", "1027 is HTTP alone"),
      TopologyVerdict(
        "New-VM-1 -> New-VM-3 445/TCP", "allow 1025 | allow 1025",
        "the first policy has nothing for it"),
      TopologyVerdict(
        "New-VM-3 -> New-VM-1 445/TCP", "drop 1021 | drop 1021", "1025 is for the other way"),
      TopologyVerdict(
        "New-VM-2 -> New-VM-3 445/TCP", "drop 1021 | drop 1021", "1025 is for one machine"),
      TopologyVerdict(
        "New-VM-1 -> New-VM-2 443/TCP", "allow 1024 | allow 1024", "both in the application"),
      TopologyVerdict(
        "New-VM-1 -> New-VM-2 80/TCP", "drop 1021 | drop 1021", "1024 is HTTPS alone"),
      TopologyVerdict(
        "203.0.113.1 -> New-VM-1 443/TCP", "allow - | drop 2", "1021 is for machines"),
      TopologyVerdict(
        "New-VM-1 -> 203.0.113.1 443/TCP", "drop 2 | allow -", "1021 is for machines"),
    ],
    // The path expression has a group of VM 3 and 4, and a segment of VM 1 and 2.
    "ExampleGroup3": [
      TopologyVerdict(
        "New-VM-1 -> New-Virtual-Machine 445/TCP", "allow 1004 | allow 1004", "by the segment"),
      TopologyVerdict(
        "New-VM-4 -> New-Virtual-Machine 445/TCP", "allow 1004 | allow 1004", "by the group"),
      TopologyVerdict(
        "New-Virtual-Machine -> New-VM-1 445/TCP", "drop 1003 | drop 1003",
        "1004 is for the other way"),
      TopologyVerdict(
        "New-VM-1 -> New-Virtual-Machine 80/TCP", "drop 1003 | drop 1003", "1004 is SMB alone"),
      TopologyVerdict(
        "New-VM-1 -> New-VM-2 445/TCP", "drop 1003 | drop 1003", "the destination is one machine"),
    ],
    // (foo AND bar) OR backend: VM 4 has both tags, VM 2 the third.
    "ExampleGroup4": [
      TopologyVerdict(
        "New-VM-4 -> New-Virtual-Machine 445/TCP", "allow 1004 | allow 1004", "foo and bar"),
      TopologyVerdict(
        "New-VM-2 -> New-Virtual-Machine 445/TCP", "allow 1004 | allow 1004", "backend"),
      TopologyVerdict(
        "New-VM-1 -> New-Virtual-Machine 445/TCP", "drop 1003 | drop 1003", "bar alone"),
      TopologyVerdict(
        "New-VM-3 -> New-Virtual-Machine 445/TCP", "drop 1003 | drop 1003", "foo alone"),
    ],
    // A group of one address outside.
    "ExampleGroup1": [
      TopologyVerdict("A -> B 445/TCP", "allow 1004 | allow 1004", "front end to back end"),
      TopologyVerdict("B -> A 445/TCP", "drop 1003 | drop 1003", "1004 is for the other way"),
      TopologyVerdict("8.8.8.8 -> A 80/TCP", "allow - | allow 1005", "the address"),
      TopologyVerdict("8.8.8.9 -> A 80/TCP", "allow - | drop 1003", "the next address"),
      TopologyVerdict("8.8.8.7 -> A 80/TCP", "allow - | drop 1003", "the address before"),
      TopologyVerdict("8.8.8.8 -> A 443/TCP", "allow - | drop 1003", "1005 is HTTP alone"),
      TopologyVerdict("8.8.8.8 -> B 80/TCP", "allow - | drop 1003", "1005 is for A"),
      TopologyVerdict("A -> 8.8.8.8 80/TCP", "drop 1003 | allow -", "1005 is for the other way"),
    ],
    // A machine by its address.
    "ExampleGroup2": [
      TopologyVerdict(
        "A -> B 445/TCP", "allow 1004 | allow 1004", "A has the address that the group names"),
      TopologyVerdict("B -> A 445/TCP", "drop 1003 | drop 1003", "B has another address"),
      TopologyVerdict("A -> B 80/TCP", "drop 1003 | drop 1003", "1004 is SMB alone"),
      TopologyVerdict("203.0.113.1 -> B 445/TCP", "allow - | drop 1003", "another address"),
    ],
  ]

  /// Two machines, A before B.
  static let small: [String: [TopologyVerdict]] = [
    // A drop of four addresses inside an allow of 512; other protocols overlap.
    "ExampleExternalWithDenySimple": [
      TopologyVerdict("1.2.0.0 -> A 80/TCP", "allow - | drop 1004", "the first of the drop"),
      TopologyVerdict("1.2.0.3 -> A 80/TCP", "allow - | drop 1004", "the last of the drop"),
      TopologyVerdict("1.2.0.4 -> A 80/TCP", "allow - | allow 1005", "after the drop"),
      TopologyVerdict("1.2.1.255 -> A 80/TCP", "allow - | allow 1005", "the last of the allow"),
      TopologyVerdict("1.2.2.0 -> A 80/TCP", "allow - | drop 1003", "after the allow"),
      TopologyVerdict("1.1.255.255 -> A 80/TCP", "allow - | drop 1003", "before both"),
      TopologyVerdict("1.2.0.0 -> A 80/UDP", "allow - | drop 1003", "1004 is TCP"),
      TopologyVerdict("1.2.3.0 -> A 1/UDP", "allow - | allow 1006", "the first of UDP"),
      TopologyVerdict("1.2.2.255 -> A 1/UDP", "allow - | drop 1003", "before UDP"),
      TopologyVerdict("1.2.4.255 -> A 65535/UDP", "allow - | allow 1006", "the last of UDP"),
      TopologyVerdict("1.2.5.0 -> A 1/UDP", "allow - | drop 1003", "after UDP"),
      TopologyVerdict("1.2.1.0 -> A ICMP 8/0", "allow - | allow 1007", "the first of ICMP"),
      TopologyVerdict("1.2.0.255 -> A ICMP 8/0", "allow - | drop 1003", "before ICMP"),
      TopologyVerdict("1.2.3.255 -> A ICMP 0/0", "allow - | allow 1007", "the last of ICMP"),
      TopologyVerdict("1.2.4.0 -> A ICMP 8/0", "allow - | drop 1003", "after ICMP"),
      TopologyVerdict("1.2.1.0 -> A protocol 47", "allow - | drop 1003", "no rule names GRE"),
      TopologyVerdict("A -> 1.2.1.0 80/TCP", "drop 1003 | allow -", "all others are for IN"),
    ],
    // All of IPv4, which is not all of IPv6.
    "ExampleExternalWithTautology": [
      TopologyVerdict("1.0.0.255 -> A 80/TCP", "allow - | drop 1004", "the last of the drop"),
      TopologyVerdict("1.0.1.0 -> A 80/TCP", "allow - | allow 1005", "any other"),
      TopologyVerdict("203.0.113.1 -> A 80/SCTP", "allow - | allow 1005", "any traffic"),
      TopologyVerdict("2001:db8::1 -> A 80/TCP", "allow - | drop 1003", "0.0.0.0/0 is IPv4"),
      TopologyVerdict("A -> 1.0.1.0 80/TCP", "drop 1003 | allow -", "both others are for IN"),
    ],
    "basic_jump_to_app_test": [
      TopologyVerdict("A -> B 445/TCP", "allow 3 | allow 3", "1 jumps over 2"),
      TopologyVerdict(
        "A -> B 443/TCP", "drop 4 | drop 4", "1 jumps; Application does not allow it"),
      TopologyVerdict("A -> B 80/TCP", "drop 2 | drop 2", "1 does not jump, so 3 is not reached"),
      TopologyVerdict("B -> A 445/TCP", "drop 2 | drop 2", "1 is for the other way"),
      TopologyVerdict("203.0.113.1 -> B 445/TCP", "allow - | drop 2", "1 is for A"),
    ],
    "default_deny_first": [
      TopologyVerdict("A -> B 445/TCP", "drop 1 | drop 1", "the first rule wins over 2 and 3"),
      TopologyVerdict("B -> A ICMP 8/0", "drop 1 | drop 1", "the first rule is for all traffic"),
      TopologyVerdict("203.0.113.1 -> A 80/TCP", "allow - | drop 1", "at the pod's end alone"),
    ],
    "direction_in_and_out_separate_rules": [
      TopologyVerdict("A -> B 445/TCP", "allow 2 | allow 1", "each end has its own rule"),
      TopologyVerdict("A -> B 80/TCP", "drop 3 | allow 1", "2 is SMB alone"),
      TopologyVerdict("B -> A 445/TCP", "drop 3 | drop 3", "both are for the other way"),
    ],
    "direction_in_separate_rule_res_is_allow": [
      TopologyVerdict("A -> B 445/TCP", "allow 2 | allow 1", "1 is for IN alone"),
      TopologyVerdict("A -> B 80/TCP", "allow 2 | allow 2", "1 is SMB alone"),
      TopologyVerdict("B -> A 445/TCP", "allow 2 | allow 2", "1 is for the other way"),
      TopologyVerdict("203.0.113.1 -> B 1/UDP", "allow - | allow 2", "the default"),
    ],
    "one_allow_rule_multiple_services": [
      TopologyVerdict("A -> B 80/TCP", "allow 1 | allow 1", "the first service"),
      TopologyVerdict("A -> B 445/TCP", "allow 1 | allow 1", "the second service, before 2"),
      TopologyVerdict("A -> B 443/TCP", "drop 3 | drop 3", "neither service"),
      TopologyVerdict("A -> B 80/UDP", "drop 3 | drop 3", "the service is TCP"),
      TopologyVerdict("B -> A 80/TCP", "drop 3 | drop 3", "1 is for the other way"),
    ],
    "one_redundant_covered_by_2_rules": [
      TopologyVerdict("A -> B 445/TCP", "allow 1 | allow 1", "4 is never reached"),
      TopologyVerdict("A -> B 80/TCP", "allow 2 | allow 2", "4 is never reached"),
      TopologyVerdict("A -> B 443/TCP", "drop 5 | drop 5", "none of 1, 2, 4"),
      TopologyVerdict("B -> A 443/TCP", "drop 5 | drop 5", "the group of 3 has no member"),
      TopologyVerdict("B -> 203.0.113.1 443/TCP", "drop 5 | allow -", "the group of 3 is empty"),
    ],
  ]
}
